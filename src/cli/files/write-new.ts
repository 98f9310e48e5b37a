import { chmodSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { Failure } from "../failure";
import { isWithin } from "../load";
import { applyChanges } from "./apply";

/** A file to write. */
export interface NewFile {
	/** Relative to the folder, with `/`. */
	readonly path: string;
	readonly text: string;
	readonly executable?: true;
}

/**
 * Writes new files into a folder, all or none. A file that is there already, just so, stays.
 *
 * @param folder absolute; made where it is not there
 * @param show how a path (absolute) is named to the user
 * @returns the paths that were written, absolute
 * @throws {Failure} where a file is there and says something else, a path leads out of the folder, or nothing can be written
 */
export function writeNewFiles(folder: string, files: readonly NewFile[], show: (path: string) => string): string[] {
	for (const { path } of files) refuseOutside(folder, path);
	const differs = files.filter(({ path, text }) => {
		const target = resolve(folder, path);
		return existsSync(target) && !isSame(target, text);
	});
	if (differs.length > 0)
		throw new Failure(
			`Nothing was written: ${differs.map(({ path }) => show(resolve(folder, path))).join(", ")} ${differs.length === 1 ? "is there already and says" : "are there already and say"} something else. Move ${differs.length === 1 ? "it" : "them"} away, or name another folder with --out.`,
		);
	const missing = files.filter(({ path }) => !existsSync(resolve(folder, path)));
	applyChanges(
		folder,
		missing.map(({ path, text }) => ({ path, before: null, after: text })),
		(path) => show(resolve(folder, path)),
	);
	for (const { path, executable } of missing) if (executable) chmodSync(resolve(folder, path), 0o755);
	return missing.map(({ path }) => resolve(folder, path));
}

/** Neither the path itself nor a link on the way may lead out of the folder. */
function refuseOutside(folder: string, path: string): void {
	const target = resolve(folder, path);
	const isOdd =
		path === "" || /^[/\\]|^[a-z]:|\\|\0/i.test(path) || path.split("/").some((part) => /^\.{0,2}$/.test(part));
	if (isOdd || !isWithin(folder, target) || !isWithin(real(folder), real(target)))
		throw new Failure(`Nothing was written: ${JSON.stringify(path)} is not a path within the folder.`);
}

/** Where a path really is: links are followed as far as there is something. */
function real(path: string): string {
	if (existsSync(path)) return realpathSync(path);
	const above = dirname(path);
	return above === path ? path : resolve(real(above), path.slice(above.length).replace(/^[/\\]/, ""));
}

function isSame(path: string, text: string): boolean {
	try {
		return readFileSync(path, "utf8") === text;
	} catch {
		return false;
	}
}
