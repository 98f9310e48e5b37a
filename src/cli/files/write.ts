import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writes beside the target and renames, so that no reader sees half a file and a failure leaves the old one. A link stays a link. */
export function writeAtomically(path: string, bytes: Uint8Array): void {
	const target = existing(path) ?? path;
	const part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
	try {
		writeFileSync(part, bytes, { mode: statSync(target, { throwIfNoEntry: false })?.mode });
		renameSync(part, target);
	} catch (error) {
		rmSync(part, { force: true });
		throw error;
	}
}

function existing(path: string): string | null {
	try {
		return realpathSync(path);
	} catch {
		return null;
	}
}
