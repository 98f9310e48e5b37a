import type { Location } from "../text/span";
import type { ColumnDraft, ConstraintDraft, IndexDraft, TableDraft, TriggerDraft } from "./drafts-table";
import type { Expression } from "./expression";
import type { FunctionModel, TypeModel } from "./model";
import type { Origin } from "./reports";

/**
 * The schema while statements are applied. Objects hold each other by identity, as PostgreSQL's catalog does by oid:
 * a rename touches one object, and whatever names it prints the new name in the end (`finish.ts`).
 */

/** What lives in a schema's namespace of relations (`pg_class`). */
export type RelationDraft = TableDraft | ViewDraft | IndexDraft | SequenceDraft | CompositeDraft;

/** Something that FROM may name. */
export type ReadableDraft = TableDraft | ViewDraft;

export interface SchemaDraft {
	name: string;
	location: Location;
	comment: string | null;
}

export interface ViewDraft {
	readonly tag: "view";
	schema: string;
	name: string;
	readonly kind: "view" | "materialized";
	query: Expression;
	/** Relations that no file creates stay as their qualified name. */
	reads: readonly (ReadableDraft | string)[];
	/** Output columns as far as they can be told; null where they can't. */
	columns: readonly OutputColumn[] | null;
	securityInvoker: boolean;
	aliases: readonly string[];
	recursive: boolean;
	options: readonly string[];
	ending: string | null;
	readonly indexes: IndexDraft[];
	location: Location;
	nameLocation: Location;
	owner: string | null;
	comment: string | null;
}

/** A column of a query's result; the type is null where it can't be told. */
export interface OutputColumn {
	name: string;
	readonly type: TypeRef | null;
}

export interface SequenceDraft {
	readonly tag: "sequence";
	schema: string;
	name: string;
	ownedBy: ColumnDraft | null;
	/** An identity column's own sequence goes with the identity. */
	readonly identity: boolean;
	/** By the option's name. */
	readonly options: Map<string, string>;
	readonly location: Location;
}

/** A composite type is a relation and a type at once. */
export interface CompositeDraft {
	readonly tag: "composite";
	readonly type: TypeDraft;
	schema: string;
	name: string;
}

export interface TypeDraft {
	readonly tag: "type";
	schema: string;
	name: string;
	readonly kind: TypeModel["kind"];
	labels: string[];
	base: TypeRef | null;
	notNull: boolean;
	attributes: { name: string; type: TypeRef }[];
	/** A domain's. */
	default: Expression | null;
	checks: { readonly name: string; readonly expression: Expression }[];
	definition: string | null;
	location: Location;
}

/** A type as a column has it: something the files create, or the text that `format_type` prints. */
export interface TypeRef {
	readonly named: TypeDraft | ReadableDraft | null;
	readonly text: string;
	readonly array: boolean;
}

export interface FunctionDraft {
	readonly tag: "function";
	schema: string;
	name: string;
	kind: FunctionModel["kind"];
	arguments: readonly {
		readonly name: string | null;
		readonly type: TypeRef;
		readonly mode: string;
		readonly default?: Expression;
	}[];
	returns: TypeRef | null;
	returnsSet: boolean;
	returnsTable: boolean;
	language: string;
	securityDefiner: boolean;
	leakproof: boolean;
	publicExecute: boolean;
	volatility: FunctionModel["volatility"];
	settings: Map<string, string>;
	body: string;
	/** By the option's name. */
	attributes: Map<string, string>;
	owner: string | null;
	location: Location;
	comment: string | null;
	/** The statement that made it, whose body a later call runs. */
	origin: Origin;
}

export interface RoleDraft {
	name: string;
	superuser: boolean;
	bypassRls: boolean;
	login: boolean;
	memberOf: string[];
	readonly location: Location;
}

/** One role's privileges on one object, from one statement. */
export interface GrantDraft {
	readonly object: GrantTarget;
	readonly objectKind: "table" | "sequence" | "function" | "schema" | "database" | "type" | "other";
	readonly role: string;
	privileges: readonly string[];
	readonly columns: readonly (ColumnDraft | string)[];
	readonly location: Location;
}

/** What is granted on; a name where no file creates it. */
export type GrantTarget = TableDraft | ViewDraft | SequenceDraft | FunctionDraft | TypeDraft | string;

export interface PublicationDraft {
	name: string;
	readonly allTables: boolean;
	tables: (TableDraft | string)[];
	/** Those with a WHERE. */
	filtered: (TableDraft | string)[];
	/** FOR TABLES IN SCHEMA. */
	schemas: string[];
	readonly location: Location;
}

export type { ColumnDraft, ConstraintDraft, IndexDraft, TableDraft, TriggerDraft };
