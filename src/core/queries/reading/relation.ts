import type { Node } from "@pgsql/types";
import type { Table } from "../../schema/model";
import type { TableTenancy } from "../../tenancy/scope";

/** A column of a relation, as `relation id . column`: what conditions compare. */
export type ColumnId = string;

/** Something that stands in FROM, or is written to: once for each place where it stands. */
export interface Relation {
	readonly id: number;
	/** What the statement calls it. */
	readonly alias: string;
	/** `table` of the model; `derived` from a subquery, CTE or view; `unknown` where reading can't tell its rows. */
	readonly kind: "table" | "derived" | "unknown";
	/** Qualified key of the table. */
	readonly key: string | null;
	readonly table: Table | null;
	readonly own: TableTenancy | null;
	/** Where its name stands in the statement; null within a view. */
	readonly location: number | null;
	/** The view through which it is read. */
	readonly view: string | null;
	/** Of a derived one: what its columns are. */
	readonly output: Output | null;
	/** The SELECT, UPDATE or DELETE that it stands in. */
	readonly level: Level;
	/** The statement changes its rows. */
	readonly isTarget: boolean;
}

/** One query of a statement, subqueries being their own. */
export interface Level {
	readonly kind: "select" | "update" | "delete" | "insert" | "merge";
	readonly node: Node;
	/** Its rows go nowhere but into a table that keeps them apart by itself. */
	readonly within: "result" | "insert";
}

/** A column that a query gives: where it comes from, once for each arm of a UNION, and its expression. */
export interface OutputColumn {
	readonly name: string;
	readonly sources: readonly (ColumnId | null)[];
	readonly expression: Node | null;
	/** The value that it has in all rows, or one of a list: as a text; null where it has columns, or nobody can tell. */
	readonly value: string | null;
}

export interface Output {
	readonly columns: readonly OutputColumn[];
	/** There may be more columns than those. */
	readonly isPartial: boolean;
}

/** Stands for the number of a relation that the statement doesn't have, though a condition names its column. */
export const OUTSIDE = -1;

export function columnId(relation: Relation, name: string): ColumnId {
	return `${relation.id}.${name}`;
}

/** What a level's names mean. */
export interface Scope {
	readonly relations: Relation[];
	readonly ctes: Map<string, Cte>;
	readonly outer: Scope | null;
}

export interface Cte {
	readonly name: string;
	readonly query: Node;
	readonly columns: readonly string[];
	readonly scope: Scope;
	/** What it gives, once that is the same for all who read it. */
	output: Output | null;
	isBeingRead: boolean;
	isRead: boolean;
}
