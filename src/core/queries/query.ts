import type { Statement } from "../sql/statement";
import type { Span } from "../text/span";

/** The languages in which SQL is looked for. */
export type Language = "sql" | "script" | "python" | "go" | "ruby";

/** How a value reaches a query: PostgreSQL's `$1`, a driver's placeholder, or an expression that the host puts in. */
export interface Parameter {
	readonly kind: "$n" | "?" | ":name" | "@name" | "%s" | "%(name)s" | "expression";
	/** As it stands in the source: `$1`, `:tenant`, `${tenantId}`. */
	readonly text: string;
}

/** A statement that an application runs, wherever its text stands. */
export interface Query {
	/** Relative to the workspace. */
	readonly file: string;
	readonly language: Language;
	/** With every placeholder as `$n`; spans and the tree's locations count in its text. */
	readonly statement: Statement;
	/** What each `$n` of the tree stands for, by its number. */
	readonly parameters: ReadonlyMap<number, Parameter>;
	/** A part that only running the program tells may hold conditions or tables: what is missing here may be there. */
	readonly isOpen: boolean;
	/** It is a template literal with a tag, whose expressions are its parameters. */
	readonly isTagged: boolean;
	/** The other statements of the same text (string or file), in order, this one among them. */
	readonly together: readonly Statement[];
	/** What the program calls with it. */
	readonly call: Call | null;
	/** Where a part of the statement stands in the file. */
	readonly place: (span: Span) => Span;
	/** Where the whole statement stands in the file. */
	readonly span: Span;
	/** The edit that inserts SQL before an offset of the statement; null where the text can't be put there as it is. */
	readonly insertion: (offset: number, sql: string) => { readonly span: Span; readonly newText: string } | null;
}

/** The call that a query's text is given to. */
export interface Call {
	/** What the method is called on: `pool` in `pool.query(…)`; null for a plain function or a tag. */
	readonly receiver: string | null;
	/** The method, function or tag. */
	readonly name: string;
	/** Where it stands in the file. */
	readonly at: number;
	/** The code of the same function that stands before it. */
	readonly before: string;
}

/** Stands in texts for what the host's program puts in; of Unicode's private use area, so that PostgreSQL takes it for part of a name. */
export const HOLE = "\ue000";
