import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const PROJECT = resolve(import.meta.dirname, "../..");

/**
 * Every file of the project that git tracks or would track, relative to it, with `/`. Where there is no git (an
 * unpacked archive), that can't be said, and git's own message is thrown.
 */
export function projectFiles(): readonly string[] {
	const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
		cwd: PROJECT,
		encoding: "utf8",
		maxBuffer: 1 << 26,
	});
	return [...new Set(listed.split("\0"))].filter((path) => path !== "" && existsSync(join(PROJECT, path))).sort();
}

export function read(path: string): string {
	return readFileSync(join(PROJECT, path), "utf8");
}

/** The text of all files under a folder with one of the extensions, concatenated, for searching. */
export function sourcesUnder(folder: string, extension: RegExp): string {
	return projectFiles()
		.filter((path) => path.startsWith(folder) && extension.test(path))
		.map(read)
		.join("\n");
}

/** All that the pattern's first group finds, distinct and sorted. */
export function allMatches(text: string, pattern: RegExp): readonly string[] {
	return [...new Set([...text.matchAll(pattern)].map((match) => match[1] as string))].sort();
}
