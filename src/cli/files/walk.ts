import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { type IgnoreRules, isIgnored, rulesAbove, rulesIn } from "./gitignore";

/** Never read, whatever .gitignore says: they hold no SQL that is the product's. */
const NEVER = new Set([".git", ".hg", ".svn", "node_modules"]);

export interface Walked {
	/** Absolute paths, sorted by code unit within each folder. */
	readonly files: readonly string[];
	readonly unreadable: readonly { readonly path: string; readonly why: string }[];
}

/**
 * All files under a folder that git would not ignore. Linked folders are not entered, as with git: a link that leads
 * up would never end. A linked file is read as a file.
 */
export function walk(folder: string): Walked {
	const files: string[] = [];
	const unreadable: { path: string; why: string }[] = [];
	const enter = (current: string, above: IgnoreRules) => {
		let entries: Dirent[];
		try {
			entries = readdirSync(current, { withFileTypes: true });
		} catch (error) {
			unreadable.push({ path: current, why: why(error) });
			return;
		}
		const rules = rulesIn(current, above);
		for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const path = join(current, entry.name);
			if (entry.isDirectory()) {
				if (!NEVER.has(entry.name) && !isIgnored(rules, path, true)) enter(path, rules);
			} else if ((entry.isFile() || leadsToFile(entry, path)) && !isIgnored(rules, path, false)) files.push(path);
		}
	};
	enter(folder, rulesAbove(folder));
	return { files, unreadable };
}

function leadsToFile(entry: Dirent, path: string): boolean {
	try {
		return entry.isSymbolicLink() && statSync(path).isFile();
	} catch {
		return false;
	}
}

/** The reason in words, for the errors that people meet. */
export function why(error: unknown): string {
	const { code, message } = error as NodeJS.ErrnoException;
	if (code === "EACCES" || code === "EPERM") return "you are not allowed to read it";
	if (code === "ENOENT") return "it is not there";
	if (code === "ELOOP") return "its symbolic links lead in a circle";
	return message;
}
