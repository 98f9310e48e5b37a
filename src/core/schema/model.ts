import type { Location, Problem } from "../text/span";

/**
 * The state of a database after all statements ran, as far as reading can tell.
 * Identity is schema-qualified and folded as PostgreSQL folds it; maps are keyed
 * by `schema.name` (see `qualified`). Everything carries the place that is in force.
 */
export interface SchemaModel {
	/** Those that the files create; `public` is always there. */
	readonly schemas: ReadonlyMap<string, SchemaObject>;
	readonly tables: ReadonlyMap<string, Table>;
	readonly views: ReadonlyMap<string, View>;
	/** Keyed by `schema.name(argument types)`. */
	readonly functions: ReadonlyMap<string, FunctionModel>;
	readonly sequences: ReadonlyMap<string, SequenceModel>;
	readonly types: ReadonlyMap<string, TypeModel>;
	readonly roles: ReadonlyMap<string, Role>;
	readonly extensions: ReadonlyMap<string, SchemaObject>;
	readonly publications: ReadonlyMap<string, Publication>;
	readonly grants: readonly Grant[];
	/** What the files take of whole objects and don't give again: who had it, a platform may have given it before the first file. */
	readonly revokes: readonly Grant[];
	readonly defaultPrivileges: readonly DefaultPrivilege[];
	/** Qualified keys of tables into which the files themselves insert literal rows (INSERT … VALUES), with the first such statement. */
	readonly seeded: ReadonlyMap<string, Location>;
	/** Schemas to each of which the files do the same by what they are called like, with that: `tenant_a` by `tenant\\_%`. */
	readonly alikeSchemas: ReadonlyMap<string, string>;
	readonly problems: readonly Problem[];
}

/** Folded names, unquoted: `schema` "public", `name` "Order Items". */
export interface QName {
	readonly schema: string;
	readonly name: string;
}

export interface SchemaObject {
	readonly name: string;
	/** The statement that creates it, or that last replaced it. */
	readonly location: Location;
	readonly comment: string | null;
}

export interface Table extends QName {
	/** The whole CREATE TABLE statement. */
	readonly location: Location;
	/** The table's name within that statement (or within the RENAME in force). */
	readonly nameLocation: Location;
	/** Every other statement that changed it, in order. */
	readonly alterations: readonly Location[];
	readonly columns: readonly Column[];
	readonly primaryKey: Key | null;
	readonly uniques: readonly Key[];
	readonly excludes: readonly Exclude[];
	readonly checks: readonly Check[];
	readonly foreignKeys: readonly ForeignKey[];
	/** Without the ones that back constraints (PostgreSQL makes those by itself). */
	readonly indexes: readonly Index[];
	readonly policies: readonly Policy[];
	readonly triggers: readonly Trigger[];
	readonly rls: RowSecurity;
	readonly persistence: "permanent" | "unlogged" | "temporary";
	readonly kind: "table" | "partitioned" | "foreign";
	/** `list`, `range` or `hash` with the key's columns (an expression is null), when partitioned. */
	readonly partitionKey: {
		readonly strategy: string;
		readonly columns: readonly (string | null)[];
		/** Each element as written, with its operator class; a column that is nothing more by its name now. */
		readonly elements: readonly string[];
	} | null;
	readonly partitionOf: QName | null;
	/** `FOR VALUES …` or `DEFAULT` of a partition, as written. */
	readonly partitionBound?: string;
	readonly inherits: readonly QName[];
	readonly owner: string | null;
	readonly comment: string | null;
	readonly commentLocation: Location | null;
}

export interface Column {
	readonly name: string;
	/** As `format_type` prints it: `character varying(255)`, `uuid`, `timestamp with time zone`, `text[]`. */
	readonly type: string;
	readonly notNull: boolean;
	/** The default's SQL, or null. `nextval('…'::regclass)` for serials. */
	readonly default: string | null;
	readonly identity: "always" | "by default" | null;
	/** The expression of a generated column. */
	readonly generated: string | null;
	readonly location: Location;
	/** Only the name, for go to definition. */
	readonly nameLocation: Location;
	readonly comment: string | null;
}

export interface Key {
	readonly name: string;
	readonly columns: readonly string[];
	readonly location: Location;
	/** A unique index's WHERE makes it partial; a constraint is null. */
	readonly nullsNotDistinct?: boolean;
	readonly include?: readonly string[];
	/** Absent where it is neither. */
	readonly deferrable?: "immediate" | "deferred";
}

export interface Exclude {
	readonly name: string;
	/** An expression is null. */
	readonly columns: readonly (string | null)[];
	readonly operators: readonly string[];
	/** The index behind it: what its columns can't say. */
	readonly index: Pick<Index, "expressions" | "include" | "method" | "where" | "options">;
	/** Absent where it is neither. */
	readonly deferrable?: "immediate" | "deferred";
	readonly location: Location;
}

export interface Check {
	readonly name: string;
	readonly expression: string;
	readonly validated: boolean;
	/** Partitions and children do not have it. */
	readonly noInherit?: true;
	readonly location: Location;
}

export type ReferentialAction = "no action" | "restrict" | "cascade" | "set null" | "set default";

export interface ForeignKey {
	readonly name: string;
	readonly columns: readonly string[];
	readonly references: QName;
	readonly to: readonly string[];
	readonly onDelete: ReferentialAction;
	readonly onUpdate: ReferentialAction;
	readonly validated: boolean;
	readonly deferrable: boolean;
	/** INITIALLY DEFERRED. */
	readonly initiallyDeferred?: true;
	readonly matchFull?: true;
	/** `ON DELETE SET NULL (columns)`; absent where it means all of them. */
	readonly onDeleteColumns?: readonly string[];
	/** A partition has it from its parent. */
	readonly inherited?: true;
	readonly location: Location;
}

export interface Index {
	readonly name: string;
	/** An expression is null; `expressions` has its SQL at the same position. */
	readonly columns: readonly (string | null)[];
	readonly expressions: readonly (string | null)[];
	readonly include: readonly string[];
	readonly unique: boolean;
	readonly method: string;
	readonly where: string | null;
	readonly nullsNotDistinct?: true;
	/** What stands behind each column or expression: collation, operator class, order; absent where nothing does. */
	readonly options?: readonly string[];
	readonly location: Location;
}

export interface RowSecurity {
	readonly enabled: boolean;
	readonly forced: boolean;
	/** The statement that last changed `enabled`. */
	readonly location: Location | null;
	readonly forcedLocation: Location | null;
}

export interface Policy {
	readonly name: string;
	readonly command: "all" | "select" | "insert" | "update" | "delete";
	readonly permissive: boolean;
	/** `["public"]` where no TO is given. */
	readonly roles: readonly string[];
	readonly using: string | null;
	readonly check: string | null;
	/** Columns of the table that USING or CHECK name. */
	readonly usesColumns: readonly string[];
	/** Functions that they call: `schema.name` of those in the files, else as written (`auth.uid`, `current_user`). */
	readonly usesFunctions: readonly string[];
	/** Settings read by current_setting('…'). */
	readonly usesSettings: readonly string[];
	/** Tables read in subqueries. */
	readonly usesTables: readonly string[];
	readonly location: Location;
}

export interface Trigger {
	readonly name: string;
	readonly timing: "before" | "after" | "instead of";
	readonly events: readonly string[];
	readonly function: string;
	/** What is passed to the function. */
	readonly arguments?: readonly string[];
	/** FOR EACH ROW. */
	readonly row?: true;
	/** The columns of UPDATE OF. */
	readonly updateOf?: readonly string[];
	/** The condition, as written. */
	readonly when?: string;
	/** The REFERENCING clause, as written. */
	readonly referencing?: string;
	/** Of a CREATE CONSTRAINT TRIGGER: the clauses behind the table's name, as written. */
	readonly constraint?: string;
	/** A partition has it from its parent. */
	readonly inherited?: true;
	readonly location: Location;
}

export interface View extends QName {
	readonly kind: "view" | "materialized";
	readonly query: string;
	/** Tables and views that the query reads, qualified keys. */
	readonly reads: readonly string[];
	readonly securityInvoker: boolean;
	/** The names that the list behind the view's name gives its columns. */
	readonly aliases?: readonly string[];
	readonly recursive?: true;
	/** `security_barrier=true` and the like, without `security_invoker`. */
	readonly options?: readonly string[];
	/** `WITH CHECK OPTION`, `WITH NO DATA`, as written. */
	readonly ending?: string;
	readonly indexes: readonly Index[];
	readonly location: Location;
	readonly nameLocation: Location;
	readonly owner: string | null;
	readonly comment: string | null;
}

export interface FunctionModel extends QName {
	readonly kind: "function" | "procedure" | "aggregate";
	readonly arguments: readonly {
		readonly name: string | null;
		readonly type: string;
		readonly mode: string;
		/** The default's SQL, as written. */
		readonly default?: string;
	}[];
	readonly returns: string | null;
	readonly language: string;
	readonly securityDefiner: boolean;
	/** The planner may run it before a policy's condition. */
	readonly leakproof: boolean;
	/** PUBLIC may execute it, as it may every function until that is revoked. */
	readonly publicExecute: boolean;
	readonly volatility: "immutable" | "stable" | "volatile";
	/** `SET name = value` clauses. */
	readonly settings: ReadonlyMap<string, string>;
	readonly body: string;
	/** The other clauses (`STRICT`, `PARALLEL SAFE`, `COST 10`), without those that say what is so anyway. */
	readonly attributes: readonly string[];
	readonly owner: string | null;
	readonly location: Location;
	readonly comment: string | null;
}

export interface SequenceModel extends QName {
	readonly ownedBy: { readonly table: QName; readonly column: string } | null;
	/** Its clauses (`START WITH 100`, `AS integer`), without those that say what is so anyway. */
	readonly options: readonly string[];
	readonly location: Location;
}

export interface TypeModel extends QName {
	readonly kind: "enum" | "composite" | "domain" | "range" | "base";
	/** Labels of an enum; otherwise empty. */
	readonly labels: readonly string[];
	/** A domain's base type. */
	readonly base: string | null;
	readonly notNull: boolean;
	/** A domain's. */
	readonly default: string | null;
	/** A domain's. */
	readonly checks: readonly { readonly name: string; readonly expression: string }[];
	/** What stands in a range type's parentheses, as written. */
	readonly definition: string | null;
	/** Attributes of a composite. */
	readonly attributes: readonly { readonly name: string; readonly type: string }[];
	readonly location: Location;
}

export interface Role {
	readonly name: string;
	readonly superuser: boolean;
	readonly bypassRls: boolean;
	readonly login: boolean;
	readonly memberOf: readonly string[];
	readonly location: Location;
}

export interface Grant {
	readonly privileges: readonly string[];
	readonly columns: readonly string[];
	readonly objectKind: "table" | "sequence" | "function" | "schema" | "database" | "type" | "other";
	/** Qualified keys; ALL TABLES IN SCHEMA names the tables and views that were there then. */
	readonly objects: readonly string[];
	readonly roles: readonly string[];
	readonly location: Location;
}

export interface DefaultPrivilege {
	readonly forRoles: readonly string[];
	readonly schemas: readonly string[];
	readonly privileges: readonly string[];
	readonly objectKind: string;
	readonly roles: readonly string[];
	readonly isGrant: boolean;
	readonly location: Location;
}

export interface Publication {
	readonly name: string;
	readonly allTables: boolean;
	readonly tables: readonly string[];
	/** Those of `tables` with a WHERE, so that only some of their rows are published. */
	readonly filtered: readonly string[];
	readonly location: Location;
}

/** The map key of a schema-qualified object; also what reasons and JSON show. */
export function qualified(name: QName): string {
	return `${name.schema}.${name.name}`;
}
