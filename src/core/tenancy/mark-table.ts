import { applyEdits, findNodeAtLocation, modify, parseTree } from "jsonc-parser";
import type { Scope } from "./scope";

const EMPTY_FILE = "{}\n";
/**
 * The new text of `tenancy.config.json` after a person says whose data a table holds (`scope`), or takes
 * that back (null). Keeps comments and formatting; `text` is null where there is no file yet.
 * `database` is the path of one of several databases, null where the decision holds for the workspace.
 */
export function markTable(
	text: string | null,
	table: string,
	scope: Scope | null,
	database: string | null = null,
): string {
	const current = text === null || text.trim() === "" ? EMPTY_FILE : text;
	const indent = /^(\t| +)"/m.exec(current)?.[1] ?? "  ";
	const formattingOptions = {
		insertSpaces: indent !== "\t",
		tabSize: indent === "\t" ? 1 : indent.length,
		eol: current.includes("\r\n") ? "\r\n" : "\n",
	};
	const path = [...(database === null ? [] : ["databases", database]), "tables", table, "scope"];
	// Taking a mark back leaves an entry's other decisions (its column, its why) where they are.
	const edits = modify(current, path, scope ?? undefined, { formattingOptions });
	const marked = applyEdits(current, edits);
	if (scope !== null) return marked;
	const entry = path.slice(0, -1);
	const tree = parseTree(marked);
	const node = tree && findNodeAtLocation(tree, entry);
	return node?.children?.length === 0
		? applyEdits(marked, modify(marked, entry, undefined, { formattingOptions }))
		: marked;
}
