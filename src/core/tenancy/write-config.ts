import { applyEdits, findNodeAtLocation, modify, parseTree } from "jsonc-parser";

const EMPTY_FILE = "{}\n";

/** Where a decision stands: `["tables", "public.orders", "scope"]`. */
export type ConfigPath = readonly string[];

/**
 * The new text of `tenancy.config.json` after a decision was made, or taken back (undefined). Keeps comments and
 * formatting, and the other decisions of the same entry; `text` is null where there is no file yet.
 * `database` is the path of one of several databases, null where the decision holds for the workspace.
 */
export function writeConfig(text: string | null, path: ConfigPath, value: unknown, database: string | null): string {
	const current = text === null || text.trim() === "" ? EMPTY_FILE : text;
	const formattingOptions = formattingOf(current);
	const full = [...placeOfDatabase(database), ...path];
	const written = applyEdits(current, modify(current, full, value, { formattingOptions }));
	if (value !== undefined) return written;
	const entry = full.slice(0, -1);
	const tree = parseTree(written);
	const node = tree && findNodeAtLocation(tree, entry);
	return node?.children?.length === 0
		? applyEdits(written, modify(written, entry, undefined, { formattingOptions }))
		: written;
}

/** The same after a value was added to a list of decisions; the text as it was where the list has it. */
export function addToConfig(text: string | null, path: ConfigPath, value: string, database: string | null): string {
	const tree = text === null ? undefined : parseTree(text);
	const list = tree && findNodeAtLocation(tree, [...placeOfDatabase(database), ...path]);
	const values: unknown[] = list?.type === "array" ? (list.children ?? []).map((node) => node.value) : [];
	return text !== null && values.includes(value) ? text : writeConfig(text, path, [...values, value], database);
}

function placeOfDatabase(database: string | null): readonly string[] {
	return database === null ? [] : ["databases", database];
}

function formattingOf(text: string): { insertSpaces: boolean; tabSize: number; eol: string } {
	const indent = /^(\t| +)"/m.exec(text)?.[1] ?? "  ";
	return {
		insertSpaces: indent !== "\t",
		tabSize: indent === "\t" ? 1 : indent.length,
		eol: text.includes("\r\n") ? "\r\n" : "\n",
	};
}
