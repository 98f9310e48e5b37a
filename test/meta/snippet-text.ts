import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A snippet as VS Code's snippet files hold it. */
export interface Snippet {
	readonly name: string;
	readonly prefix: string;
	readonly description: string;
	readonly body: readonly string[];
}

export function readSnippets(): readonly Snippet[] {
	const text = readFileSync(resolve(import.meta.dirname, "../../snippets/sql.json"), "utf8");
	return Object.entries(JSON.parse(text) as Record<string, Omit<Snippet, "name">>).map(([name, rest]) => ({
		name,
		...rest,
	}));
}

/**
 * What the editor inserts when every placeholder is left as it is. Covers what our snippets use of
 * https://code.visualstudio.com/docs/editing/userdefinedsnippets#_snippet-syntax: tab stops, placeholders, choices
 * (the first is taken) and escaped characters.
 */
export function withDefaults({ body }: Snippet): string {
	return body
		.join("\n")
		.replace(/(?<!\\)\$\{\d+\|([^,|]*)[^}]*\|\}/g, "$1")
		.replace(/(?<!\\)\$\{\d+:([^}]*)\}/g, "$1")
		.replace(/(?<!\\)\$\d+/g, "")
		.replace(/\\([$}\\])/g, "$1")
		.trimEnd();
}
