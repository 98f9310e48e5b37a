import type { DatabaseAnalysis } from "../../analyze";
import type { Step } from "../../emit/step";
import type { SourceFile } from "../../workspace/database";
import { folderOf, nameOf } from "../../workspace/paths";
import type { Fix } from "../fix";
import { migrationWords } from "../migration-name";
import { leadingVersion, nextVersions } from "../version";

/** What is to be written as a migration. */
export interface Migration {
	readonly database: Pick<DatabaseAnalysis, "path" | "files" | "model">;
	/** All files of the workspace. */
	readonly files: readonly SourceFile[];
	/** What it does, in the imperative. */
	readonly title: string;
	readonly steps: readonly Step[];
	/** An ISO time. */
	readonly now: string;
}

/** Writes a migration as one tool wants it. */
export type Tool = (migration: Migration) => Pick<Fix, "edits" | "newFiles" | "note">;

/** The folder that holds the database's newest migration, "" for the workspace itself. */
export function newestFolder({ database }: Migration): string {
	return folderOf(newest({ database }));
}

/** The path of the database's newest migration. */
export function newest({ database }: Pick<Migration, "database">): string {
	const last = database.files.at(-1);
	if (last === undefined) throw new RangeError(`${database.path} has no files`);
	return last.file;
}

/** Files directly in a folder. */
export function filesIn({ files }: Migration, folder: string): SourceFile[] {
	return files.filter(({ path }) => folderOf(path) === folder);
}

export function inFolder(folder: string, name: string): string {
	return folder === "" ? name : `${folder}/${name}`;
}

/** What is left to do by hand, from several that may have something to say. */
export function joinedNotes(...notes: readonly (string | null)[]): string | null {
	return notes.filter((note) => note !== null).join(" ") || null;
}

/** Which of several: `_1`, `_2`; nothing where there is only one. */
export function numbered(count: number, index: number, separator = "_"): string {
	return count === 1 ? "" : `${separator}${index + 1}`;
}

export interface NumberedName {
	readonly version: string;
	/** What stands between version and name. */
	readonly separator: string;
	readonly name: string;
}

/**
 * Names for the next migrations after the given ones, in their style.
 *
 * @param names of all that are there, the newest last, as far as they are known
 * @param separator what the tool needs behind the version; otherwise as in the newest name
 * @param compare the tool's order of versions
 */
export function nextNames(
	{ title, now }: Pick<Migration, "title" | "now">,
	names: readonly string[],
	count: number,
	separator?: string,
	compare?: (a: string, b: string) => number,
): NumberedName[] {
	const taken = names.map(leadingVersion).filter((version) => version !== "");
	const model = names.findLast((name) => /^\d/.test(name)) ?? "";
	const between = separator ?? /^(?:\.do\.|[-_]+| +)/.exec(model.slice(leadingVersion(model).length))?.[0] ?? "_";
	const join = between === "-" ? "-" : "_";
	return nextVersions(taken, now, count, compare).map((version, i) => ({
		version,
		separator: between,
		name: `${migrationWords(title).join(join)}${numbered(count, i, join)}`,
	}));
}

/** `nextNames` after the files of the newest migration's folder. */
export function nextInFolder(
	migration: Migration,
	count: number,
	separator?: string,
	compare?: (a: string, b: string) => number,
): NumberedName[] {
	const names = filesIn(migration, newestFolder(migration)).map(({ path }) => nameOf(path));
	return nextNames(migration, [...names, nameOf(newest(migration))], count, separator, compare);
}

/** Whether statements change more than who may see which rows: a tool that keeps its own picture of the tables wants to know. */
export function changesTables(steps: readonly Step[]): boolean {
	return steps.some(({ sql }) =>
		/^(?:CREATE (?:UNIQUE )?INDEX|DROP INDEX|ALTER TABLE \S.* (?:ADD|DROP|ALTER|RENAME) )/is.test(sql),
	);
}
