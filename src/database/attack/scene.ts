import { quoteIdentifier, quoteLiteral, quoteName } from "../../core/emit/identifier";
import type { AttackKind } from "../../core/prove/proof";
import { qualified, type Table } from "../../core/schema/model";
import type { RelationFacts, RoutineFacts } from "./catalog";
import type { Target } from "./target";
import type { Whose } from "./whose";

/** What came of an attack, before its cause is named. */
export interface Verdict {
	readonly result: "held" | "leaked" | "untested";
	/** Empty where untested. */
	readonly evidence: string;
	readonly why: string;
	/** Qualified keys and names that the cause may be found at, besides what was attacked; rules that fit before others. */
	readonly about?: About;
}

/** An attack that can be run. */
export interface Attack {
	readonly table: string;
	readonly attack: AttackKind;
	run(): Promise<Verdict> | Verdict;
}

/** A table with rows of several tenants, of which it is known whose they are. */
export interface Subject {
	readonly key: string;
	readonly table: Table;
	readonly facts: RelationFacts;
	readonly whose: Whose;
	/** The columns that tie a row to its tenant: the tenant column, or the foreign key that leads to it. */
	readonly ties: readonly string[];
	readonly isRoot: boolean;
	/** One row of the attacker's own and one of another tenant: each column's value as text, null for NULL. */
	readonly ownRow: Row;
	readonly theirRow: Row;
}

/** A row's values as text, with its place. */
export interface Row {
	readonly place: string;
	readonly values: ReadonlyMap<string, string | null>;
}

/** Everything that attacks go by. */
export interface Scene {
	readonly target: Target;
	readonly relations: ReadonlyMap<string, RelationFacts>;
	readonly routines: readonly RoutineFacts[];
	/** By `schema.name`. */
	readonly subjects: ReadonlyMap<string, Subject>;
	/** Where a schema is a tenant's: the attacker's own, and those of others. */
	readonly schemas: { readonly own: string | null; readonly others: readonly string[] } | null;
	/** What came of no tenant at all, by table. */
	readonly unbound: ReadonlyMap<string, Verdict>;
	/** Rows of other tenants by table, the dependent ones first: what must make no difference to the attacker. */
	readonly others: readonly OtherRows[];
	/** Major version of PostgreSQL. */
	readonly version: number;
}

/** A value of a row as SQL. */
export function literal(value: string | null | undefined): string {
	return value === null || value === undefined ? "NULL" : quoteLiteral(value);
}

/** INSERT of a row, with some values of another's; columns that the role may not give are left out. */
export function insertRow(
	{ table, facts }: Subject,
	row: Row,
	instead?: { row: Row; columns: readonly string[] },
): string {
	const given = facts.columns.filter(({ generated }) => !generated);
	const allowed = given.filter(({ mayInsert }) => mayInsert);
	const columns = allowed.length > 0 ? allowed : given;
	const values = columns.map(({ name }) =>
		literal((instead?.columns.includes(name) ? instead.row : row).values.get(name)),
	);
	const list = columns.map(({ name }) => quoteIdentifier(name)).join(", ");
	return `INSERT INTO ${quoteName(table)} (${list}) OVERRIDING SYSTEM VALUE VALUES (${values.join(", ")})`;
}

/** Statements by which the superuser takes rows away without any trigger or foreign key noticing. */
export function without(...deletes: readonly string[]): string[] {
	return ["SET LOCAL session_replication_role = replica", ...deletes, "SET LOCAL session_replication_role = origin"];
}

/** DELETE of one row by its place. */
export function deleteRow(table: Table, { place }: Row): string {
	return `DELETE FROM ${quoteName(table)} WHERE (tableoid, ctid) = (${place})`;
}

/** Empties the tables that reference this one, so that no foreign key stands in the way of what is tried. */
export function deleteReferences({ facts, key }: Subject): string[] {
	const others = facts.referencedBy.filter((each) => qualified(each) !== key);
	return others.length === 0 ? [] : without(...others.map((each) => `DELETE FROM ${quoteName(each)}`));
}

/** The column to change for the sake of changing: none that a key, or what ties the row to its tenant, is made of. */
export function plainColumn({ table, facts, ties }: Subject): string | null {
	const keys = new Set([
		...ties,
		...facts.uniques.flatMap(({ columns }) => columns),
		...table.foreignKeys.flatMap(({ columns }) => columns),
	]);
	const changeable = facts.columns.filter(({ generated, mayUpdate }) => !generated && mayUpdate);
	const identity = new Set(table.columns.filter((column) => column.identity === "always").map(({ name }) => name));
	const usable = (changeable.length > 0 ? changeable : facts.columns.filter(({ generated }) => !generated)).filter(
		({ name }) => !identity.has(name),
	);
	return (usable.find(({ name }) => !keys.has(name)) ?? usable[0])?.name ?? null;
}

/** Where to look for the cause of a leak. */
export interface About {
	/** Qualified keys of other tables that have to do with it. */
	readonly tables?: readonly string[];
	/** Rules that explain it better than what its kind suggests, the best first. */
	readonly rules?: readonly string[];
}

/** The rows of a table that are other tenants'. */
export interface OtherRows {
	readonly key: string;
	readonly table: Table;
	readonly theirs: string;
	/** Those of the attacker's own. */
	readonly own: string;
}
