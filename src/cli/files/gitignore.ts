import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** The .gitignore files that hold in a folder, outermost first. */
export interface IgnoreRules {
	readonly levels: readonly { readonly folder: string; readonly rules: Ignore }[];
}

/** The folder that holds `.git` (a folder, or a file in a worktree), at `folder` or above it; null outside a repository. */
export function repositoryRoot(folder: string): string | null {
	for (let current = folder; ; current = dirname(current)) {
		if (existsSync(join(current, ".git"))) return current;
		if (dirname(current) === current) return null;
	}
}

/**
 * The rules from the repository's root down to `folder`, its own .gitignore not included. Where they ignore `folder` itself
 * they do not count: somebody asked for it by name.
 */
export function rulesAbove(folder: string): IgnoreRules {
	const root = repositoryRoot(folder);
	if (root === null || root === folder) return { levels: [] };
	let rules: IgnoreRules = { levels: [] };
	let current = root;
	for (const part of relative(root, folder).split(sep)) {
		rules = rulesIn(current, rules);
		current = join(current, part);
		if (isIgnored(rules, current, true)) return { levels: [] };
	}
	return rules;
}

/** `rules` with those of the folder's own .gitignore, which go before them. */
export function rulesIn(folder: string, rules: IgnoreRules): IgnoreRules {
	let text: string;
	try {
		text = readFileSync(join(folder, ".gitignore"), "utf8");
	} catch {
		return rules;
	}
	return { levels: [...rules.levels, { folder, rules: ignore().add(text) }] };
}

/** Whether git would leave the path out, given that it does not leave out the folder that holds it (gitignore(5)). */
export function isIgnored({ levels }: IgnoreRules, path: string, isFolder: boolean): boolean {
	for (const { folder, rules } of [...levels].reverse()) {
		const name = relative(folder, path).split(sep).join("/") + (isFolder ? "/" : "");
		const { ignored, unignored } = rules.test(name);
		if (ignored) return true;
		if (unignored) return false;
	}
	return false;
}
