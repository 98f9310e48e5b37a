import type { Span } from "../text/span";

/** Fields of a node of the parse tree, whose types differ from node to node. */
export type Fields = Readonly<Record<string, unknown>>;

/** A table's (or view's) name as a statement gives it; `schema` is null where it gives none. Folded, unquoted. */
export interface TableName {
	readonly schema: string | null;
	readonly name: string;
}

/** A place where a statement names a table or a column. `span` is the name alone, in the statement's text. */
export interface NameReference {
	readonly span: Span;
	/** The table; for a column those of the statement that may have it, the likeliest first. */
	readonly tables: readonly TableName[];
	/** Null where it is the table itself that is named. */
	readonly column: string | null;
	/** The name comes to be by this statement: CREATE, ADD COLUMN, the new name of a RENAME. */
	readonly defines: boolean;
}

/** What column names can mean at a place of a statement. */
export interface Scope {
	/** By alias, or by name where there is none; null for what is no table (a subquery, a CTE, a function). */
	readonly tables: Map<string, TableName | null>;
	readonly outer: Scope | null;
}

/** What the name stands for: a table, null for something else, undefined for nothing. */
export function lookUp(scope: Scope | null, name: string): TableName | null | undefined {
	for (let current = scope; current; current = current.outer)
		if (current.tables.has(name)) return current.tables.get(name);
	return undefined;
}

/** The innermost first, as PostgreSQL looks them up. */
export function visibleTables(scope: Scope): TableName[] {
	const tables: TableName[] = [];
	for (let current: Scope | null = scope; current; current = current.outer)
		for (const table of current.tables.values()) if (table && !tables.includes(table)) tables.push(table);
	return tables;
}

/** A CTE's name is kept apart from those of tables: it only hides what has no schema. */
export function cteKey(name: unknown): string {
	return `\u0000${String(name)}`;
}

/** What only the CTEs of a scope make visible. */
export function ctesOf({ tables, outer }: Scope): Scope {
	return { tables: new Map([...tables].filter(([name]) => name.startsWith("\u0000"))), outer };
}

export function isFields(value: unknown): value is Fields {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

export function stringsOf(value: unknown): string[] {
	return listOf(value).flatMap((item) =>
		isFields(item) && isFields(item.String) ? [String(item.String.sval ?? "")] : [],
	);
}

/** protobuf's JSON leaves out a 0; no name stands at a statement's start. */
export function numberOf(value: unknown): number {
	return typeof value === "number" ? value : -1;
}
