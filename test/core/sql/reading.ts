import type { Node } from "@pgsql/types";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";
import type { SqlFile } from "../../../src/core/sql/statement";

let shared: SqlReader | undefined;

/** What a reader makes of the text. */
export async function read(text: string): Promise<SqlFile> {
	shared ??= await createSqlReader();
	return shared.read({ path: "test.sql", text });
}

/** The node's single key, `failed` where there is none. */
export function tagOf(node: Node | null): string {
	return node ? (Object.keys(node)[0] as string) : "failed";
}

export function tags({ statements }: SqlFile): string[] {
	return statements.map(({ node }) => tagOf(node));
}

/** Each problem as the text that it points at, and its message. */
export function problems({ text, problems: all }: SqlFile): [string, string][] {
	return all.map(({ location: { span }, message }) => [text.slice(span.start, span.end), message]);
}

/** The `location` fields of a tree with their node's kind, in the tree's order. */
export function locations(tree: unknown, key = ""): { key: string; location: number }[] {
	if (typeof tree !== "object" || tree === null) return [];
	const own = "location" in tree && typeof tree.location === "number" ? [{ key, location: tree.location }] : [];
	return [
		...own,
		...Object.entries(tree).flatMap(([field, value]) => locations(value, /^\d+$/.test(field) ? key : field)),
	];
}
