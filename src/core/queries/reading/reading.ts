import type { Node, RangeVar } from "@pgsql/types";
import type { SchemaModel } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import type { Fact, FactGraph } from "./facts";
import type { Output, Relation, Scope } from "./relation";

/** What the schema knows, and how to read a view's query. */
export interface Surroundings {
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	readonly parse: (sql: string) => Node | null;
}

/** An INSERT of a statement, with where its rows come from. */
export interface Insert {
	readonly target: Relation;
	/** The columns that are given, in order; null for a list that only the program knows. */
	readonly columns: readonly string[];
	/** Null for DEFAULT VALUES. */
	readonly source: Output | null;
	readonly node: Extract<Node, { readonly InsertStmt: unknown }>["InsertStmt"];
	/** Of ON CONFLICT … DO UPDATE: what its WHERE says. */
	readonly conflictFacts: readonly Fact[];
	readonly excluded: Relation | null;
}

/** A MERGE of a statement. */
export interface Merge {
	readonly target: Relation;
	readonly source: readonly Relation[];
	readonly node: Extract<Node, { readonly MergeStmt: unknown }>["MergeStmt"];
	readonly scope: Scope;
}

/** What a statement reads and writes, and what its conditions say of that. */
export interface Reading {
	readonly relations: readonly Relation[];
	readonly inserts: readonly Insert[];
	readonly merges: readonly Merge[];
	readonly graph: FactGraph;
	/** A table that the statement names outside of FROM: in TRUNCATE, COPY; null where the model has none. */
	readonly lookUp: (name: RangeVar) => Relation | null;
	/** A condition names a column that only the program knows, or of a table that the statement has not; or there is more than can be read. */
	readonly isOpen: boolean;
}
