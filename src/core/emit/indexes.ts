import { type Index, type Key, type QName, qualified, type SchemaModel, type Table } from "../schema/model";
import { columnList, quoteIdentifier, quoteName } from "./identifier";
import { indexName } from "./names";
import type { Step } from "./step";

/** An index as it is to be; a column, or an expression where the column is null. */
export type IndexPlan = Pick<
	Index,
	"name" | "columns" | "expressions" | "include" | "unique" | "method" | "where" | "nullsNotDistinct" | "options"
>;

/** A plain index on columns, with the name that PostgreSQL would choose. */
export function indexOn(model: SchemaModel, table: Table, columns: readonly string[]): IndexPlan {
	return { ...plain(columns), name: indexName(model, table, columns, "idx") };
}

/** The index behind a unique key. */
export function indexOfKey({ name, columns, include = [], nullsNotDistinct }: Key): IndexPlan {
	return { ...plain(columns), name, include, unique: true, ...(nullsNotDistinct ? { nullsNotDistinct } : {}) };
}

function plain(columns: readonly string[]): Omit<IndexPlan, "name"> {
	return { columns, expressions: columns.map(() => null), include: [], unique: false, method: "btree", where: null };
}

/** `CREATE INDEX`, with `name` for the table's; in one that stands for a partitioned table PostgreSQL refuses CONCURRENTLY. */
export function createIndex(
	table: QName,
	index: IndexPlan,
	concurrently: boolean,
	name: string = quoteName(table),
): string {
	const elements = index.columns.map((column, i) => {
		const expression = index.expressions[i];
		const element = column === null ? `(${expression})` : quoteIdentifier(column);
		return `${element}${index.options?.[i] ? ` ${index.options[i]}` : ""}`;
	});
	return [
		`CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${concurrently ? "CONCURRENTLY " : ""}${quoteIdentifier(index.name)}`,
		`ON ${name}`,
		`${index.method === "btree" ? "" : `USING ${quoteIdentifier(index.method)} `}(${elements.join(", ")})`,
		...(index.include.length > 0 ? [`INCLUDE (${columnList(index.include)})`] : []),
		...(index.nullsNotDistinct ? ["NULLS NOT DISTINCT"] : []),
		...(index.where === null ? [] : [`WHERE ${index.where}`]),
	].join(" ");
}

/** Makes an index while the table is read and written; a partitioned table has to wait. */
export function addIndex(table: Table, index: IndexPlan, why?: string): Step {
	const online = table.kind !== "partitioned";
	const atOnce = createIndex(table, index, false);
	return {
		sql: createIndex(table, index, online),
		phase: "outside",
		inTransaction: atOnce,
		declared: atOnce,
		down: `DROP INDEX IF EXISTS ${indexNamed(table, index.name)}`,
		table: qualified(table),
		...(why === undefined ? {} : { why }),
	};
}

/** Drops an index while the table is read and written. */
export function dropIndex(table: Table, index: IndexPlan): Step {
	const name = indexNamed(table, index.name);
	const atOnce = `DROP INDEX ${name}`;
	return {
		sql: table.kind === "partitioned" ? atOnce : `DROP INDEX CONCURRENTLY ${name}`,
		phase: "outside",
		inTransaction: atOnce,
		declared: atOnce,
		down: createIndex(table, index, false),
		table: qualified(table),
	};
}

function indexNamed(table: Table, name: string): string {
	return quoteName({ schema: table.schema, name });
}

/** A unique constraint, made from an index that is built first, so that reads and writes go on meanwhile. */
export function addUnique(table: Table, key: Omit<Key, "location">): Step[] {
	const name = quoteName(table);
	const constraint = quoteIdentifier(key.name);
	const index = indexOfKey({ ...key, location: table.location });
	const drop = `ALTER TABLE ${name} DROP CONSTRAINT IF EXISTS ${constraint}`;
	const own = qualified(table);
	const declared = `ALTER TABLE ${name} ADD ${uniqueConstraint(key)}`;
	if (table.kind === "partitioned")
		return [{ sql: declared, phase: "outside", inTransaction: declared, down: drop, table: own }];
	const use = `ALTER TABLE ${name} ADD CONSTRAINT ${constraint} UNIQUE USING INDEX ${constraint}${deferrable(key)}`;
	return [
		{ ...addIndex(table, index), declared },
		{
			sql: use,
			phase: "outside",
			inTransaction: use,
			declared: null,
			down: drop,
			table: own,
		},
	];
}

/** A unique constraint as it stands in CREATE TABLE. */
export function uniqueConstraint(key: Omit<Key, "location">): string {
	const { name, columns, include = [], nullsNotDistinct } = key;
	const included = include.length > 0 ? ` INCLUDE (${columnList(include)})` : "";
	return `CONSTRAINT ${quoteIdentifier(name)} UNIQUE ${nullsNotDistinct ? "NULLS NOT DISTINCT " : ""}(${columnList(columns)})${included}${deferrable(key)}`;
}

function deferrable({ deferrable: when }: Pick<Key, "deferrable">): string {
	return when === undefined ? "" : when === "deferred" ? " DEFERRABLE INITIALLY DEFERRED" : " DEFERRABLE";
}

/** Whether the table can have a unique key on these columns: one of a partitioned table has to contain what it is partitioned by. */
export function canBeUnique({ kind, partitionKey }: Table, columns: readonly (string | null)[]): boolean {
	if (kind === "foreign") return false;
	return (partitionKey?.columns ?? []).every((column) => column !== null && columns.includes(column));
}
