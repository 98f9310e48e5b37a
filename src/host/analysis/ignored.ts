import ignore, { type Ignore } from "ignore";

/** Never the product's own SQL, whatever .gitignore says. */
const NEVER = /(^|\/)(\.git|\.hg|\.svn|node_modules)\//;

/** What a folder's .gitignore files and the `tenancy.files.exclude` setting leave out. */
export class IgnoredPaths {
	/** By the folder that holds the .gitignore: `""` for the workspace folder, else `a/b/`. */
	readonly #levels = new Map<string, Ignore>();
	readonly #excluded: Ignore;

	/** @param excludes globs as in .gitignore, relative to the workspace folder */
	constructor(excludes: readonly string[]) {
		this.#excluded = ignore({ allowRelativePaths: true }).add([...excludes]);
	}

	/** @param path of a .gitignore, relative to the workspace folder, whose text this is */
	add(path: string, text: string): void {
		this.#levels.set(path.slice(0, -".gitignore".length), ignore({ allowRelativePaths: true }).add(text));
	}

	/** Whether a file is left out, or a folder, whose path ends in `/`. The deepest .gitignore that has an opinion decides (gitignore(5)); the setting goes before all of them. */
	has(path: string): boolean {
		if (NEVER.test(path) || this.#excluded.ignores(path)) return true;
		let end = path.lastIndexOf("/") + 1;
		for (;;) {
			const folder = path.slice(0, end);
			const result = this.#levels.get(folder)?.test(path.slice(end));
			if (result?.ignored) return true;
			if (result?.unignored) return false;
			if (end === 0) return false;
			end = path.lastIndexOf("/", end - 2) + 1;
		}
	}
}
