import {
	existsSync,
	linkSync,
	mkdirSync,
	readFileSync,
	realpathSync,
	renameSync,
	rmdirSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { Failure } from "../failure";
import { decode } from "./decode";

/** A file as it is to be. */
export interface Change {
	/** Relative to the root, with `/`. */
	readonly path: string;
	/** The text that was read; null where the file must not be there. */
	readonly before: string | null;
	readonly after: string;
}

const BYTE_ORDER_MARK = "\ufeff";

interface Prepared {
	readonly target: string;
	/** The new content, beside the target. */
	readonly part: string;
	/** The bytes that were there; null for a new file. */
	readonly original: Buffer | null;
}

/**
 * Writes all changes or none: everything is checked and written beside its target first, then put in its place, and taken
 * back where that fails on the way. No file is written that is not as it was read, and none that is there is replaced by a new one.
 *
 * @param show how a path is named to the user
 * @throws {Failure} where a file changed, is there already, or can't be written; then nothing was
 */
export function applyChanges(root: string, changes: readonly Change[], show: (path: string) => string): void {
	const folders: string[] = [];
	const prepared: Prepared[] = [];
	const done: Prepared[] = [];
	try {
		for (const change of changes) prepared.push(prepare(root, change, show, folders));
		for (const each of prepared) {
			put(each, show(relative(root, each.target).split(sep).join("/")));
			done.push(each);
		}
	} catch (error) {
		for (const { target, original } of done.reverse()) {
			if (original === null) rmSync(target, { force: true });
			else writeFileSync(target, original);
		}
		for (const { part } of prepared) rmSync(part, { force: true });
		for (const folder of folders.reverse()) removeIfEmpty(folder);
		throw error instanceof Failure
			? error
			: new Failure(`Nothing was written, as this failed: ${(error as Error).message}.`);
	}
}

function prepare(
	root: string,
	{ path, before, after }: Change,
	show: (path: string) => string,
	folders: string[],
): Prepared {
	const wanted = resolve(root, path);
	if (!wanted.startsWith(root.endsWith(sep) ? root : root + sep))
		throw new Failure(`Nothing was written: ${show(path)} is not in ${root}.`);
	const original = before === null ? null : unchanged(wanted, before, show(path));
	if (before === null && existsSync(wanted)) throw new Failure(`Nothing was written: ${show(path)} is there already.`);
	// A link stays a link.
	const target = original === null ? wanted : realpathSync(wanted);
	makeFolder(dirname(target), folders);
	const part = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
	const mark = original && original.subarray(0, 3).toString("utf8") === BYTE_ORDER_MARK ? BYTE_ORDER_MARK : "";
	writeFileSync(part, mark + after, { flag: "wx", mode: original === null ? undefined : statSync(target).mode });
	return { target, part, original };
}

/** The bytes of a file that is as it was read. */
function unchanged(path: string, before: string, shown: string): Buffer {
	const bytes = existsSync(path) ? readFileSync(path) : null;
	const now = bytes && decode(bytes);
	if (bytes === null || now === null || "refused" in now || now.text !== before)
		throw new Failure(`Nothing was written: ${shown} has changed since it was read. Run the command again.`);
	if (!bytes.equals(Buffer.from(bytes.toString("utf8"), "utf8")))
		throw new Failure(`Nothing was written: ${shown} is not UTF-8. Save it as UTF-8, then run the command again.`);
	return bytes;
}

function put({ target, part, original }: Prepared, shown: string): void {
	if (original !== null) {
		if (!readFileSync(target).equals(original))
			throw new Failure(`Nothing was written: ${shown} has changed since it was read. Run the command again.`);
		renameSync(part, target);
		return;
	}
	try {
		// Unlike a rename, a link never replaces what is there.
		linkSync(part, target);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EEXIST")
			throw new Failure(`Nothing was written: ${shown} is there already.`);
		// Some file systems have no links.
		writeFileSync(target, readFileSync(part), { flag: "wx" });
	}
	rmSync(part);
}

function makeFolder(folder: string, made: string[]): void {
	if (existsSync(folder)) return;
	makeFolder(dirname(folder), made);
	mkdirSync(folder);
	made.push(folder);
}

function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {
		// Somebody else has put something there meanwhile.
	}
}
