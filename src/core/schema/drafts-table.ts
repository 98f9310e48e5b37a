import type { Location } from "../text/span";
import type { FunctionDraft, ReadableDraft, SequenceDraft, TypeDraft, TypeRef, ViewDraft } from "./drafts";
import type { Expression } from "./expression";
import type { Policy, QName, ReferentialAction, Table, Trigger } from "./model";

/** A table and what belongs to it, while statements are applied. */

export interface TableDraft {
	readonly tag: "table";
	schema: string;
	name: string;
	location: Location;
	nameLocation: Location;
	readonly alterations: Location[];
	columns: ColumnDraft[];
	constraints: ConstraintDraft[];
	/** All indexes, in order of creation; with the ones that back constraints. */
	indexes: IndexDraft[];
	policies: PolicyDraft[];
	triggers: TriggerDraft[];
	rls: { enabled: boolean; forced: boolean; location: Location | null; forcedLocation: Location | null };
	persistence: Table["persistence"];
	readonly kind: Table["kind"];
	/** A column, or the expression's text. */
	readonly partitionKey: {
		readonly strategy: string;
		readonly columns: readonly (ColumnDraft | null)[];
		/** Null for a column that is nothing more. */
		readonly elements: readonly (Expression | null)[];
	} | null;
	/** CREATE TABLE … OF: the composite type whose attributes are its columns. */
	ofType: TypeDraft | null;
	partitionOf: TableDraft | null;
	partitionBound: string | null;
	/** INHERITS parents, not the partitioned one. */
	inherits: TableDraft[];
	/** Partitions and inheriting tables. */
	readonly children: TableDraft[];
	/** Foreign keys of any table that point here. */
	readonly referencedBy: Set<ForeignKeyDraft>;
	owner: string | null;
	comment: string | null;
	commentLocation: Location | null;
	/** ON COMMIT DROP. */
	readonly dropOnCommit: boolean;
}

export interface ColumnDraft {
	name: string;
	readonly table: TableDraft;
	type: TypeRef;
	notNull: boolean;
	default: Expression | null;
	/** The sequence whose nextval() a serial's default is. */
	serial: SequenceDraft | null;
	identity: "always" | "by default" | null;
	generated: Expression | null;
	location: Location;
	nameLocation: Location;
	comment: string | null;
	/** Declared on the table itself, not only by a parent (`attislocal`). */
	isLocal: boolean;
	/** How many parents have it (`attinhcount`). */
	inherited: number;
}

interface ConstraintBase {
	name: string;
	readonly table: TableDraft;
	readonly location: Location;
	/** The parent's constraint that this one is a partition's or child's part of. */
	parent: ConstraintDraft | null;
}

export interface KeyDraft extends ConstraintBase {
	readonly tag: "key";
	readonly primary: boolean;
	readonly columns: readonly ColumnDraft[];
	readonly nullsNotDistinct: boolean;
	readonly deferrable: "immediate" | "deferred" | null;
	readonly index: IndexDraft;
}

export interface ExcludeDraft extends ConstraintBase {
	readonly tag: "exclude";
	readonly columns: readonly (ColumnDraft | null)[];
	readonly operators: readonly string[];
	readonly deferrable: KeyDraft["deferrable"];
	readonly index: IndexDraft;
}

export interface CheckDraft extends ConstraintBase {
	readonly tag: "check";
	readonly expression: Expression;
	validated: boolean;
	readonly noInherit: boolean;
	isLocal: boolean;
	inherited: number;
}

export interface ForeignKeyDraft extends ConstraintBase {
	readonly tag: "foreign";
	readonly columns: readonly ColumnDraft[];
	/** The table, or the name of one that no statement has created yet. */
	references: TableDraft | QName;
	/** Columns of the referenced table; names while it is unknown, empty for "its primary key". */
	to: readonly (ColumnDraft | string)[];
	/** The unique index that it relies on. */
	uses: IndexDraft | null;
	readonly onDelete: ReferentialAction;
	readonly onUpdate: ReferentialAction;
	validated: boolean;
	deferrable: boolean;
	initiallyDeferred: boolean;
	readonly matchFull: boolean;
	/** The columns that ON DELETE SET NULL or SET DEFAULT names; empty for all. */
	readonly onDeleteColumns: readonly ColumnDraft[];
	/** Names that PostgreSQL takes for this key's rows about the referenced table's partitions. */
	hiddenNames: { readonly partition: TableDraft; readonly name: string }[];
}

export type ConstraintDraft = KeyDraft | ExcludeDraft | CheckDraft | ForeignKeyDraft;

export interface IndexDraft {
	readonly tag: "index";
	schema: string;
	name: string;
	readonly on: TableDraft | ViewDraft;
	readonly elements: readonly IndexElementDraft[];
	readonly include: readonly IndexElementDraft[];
	readonly unique: boolean;
	readonly nullsNotDistinct: boolean;
	readonly method: string;
	readonly where: Expression | null;
	/** The constraint that it backs. */
	constraint: KeyDraft | ExcludeDraft | null;
	/** The partitioned index that it is attached to. */
	parent: IndexDraft | null;
	location: Location;
}

export interface IndexElementDraft {
	/** Null for an expression; a name for a materialised view's column. */
	readonly column: ColumnDraft | string | null;
	readonly expression: Expression | null;
	/** What generated names call it: the column's name when the index was made, a function's name, `expr`. */
	readonly label: string;
	/** Operator class and collation as one text, to compare indexes by. */
	readonly options: string;
	/** The same and the ordering, as SQL. */
	readonly suffix: string;
}

export interface PolicyDraft {
	name: string;
	readonly command: Policy["command"];
	readonly permissive: boolean;
	roles: readonly string[];
	using: Expression | null;
	check: Expression | null;
	readonly location: Location;
}

export interface TriggerDraft {
	name: string;
	readonly timing: Trigger["timing"];
	readonly events: readonly string[];
	/** The name where no file creates it. */
	readonly function: FunctionDraft | string;
	readonly location: Location;
	/** UPDATE OF columns and the WHEN condition's columns. */
	readonly columns: readonly ColumnDraft[];
	/** How many of them are UPDATE OF's; they come first. */
	readonly updateOf: number;
	readonly arguments: readonly string[];
	readonly when: string | null;
	readonly referencing: string | null;
	readonly constraint: string | null;
	/** Fires for each row, so partitions have it too. */
	readonly row: boolean;
	readonly parent: TriggerDraft | null;
}

export type { ReadableDraft };
