import {
	type Check,
	type Column,
	type Exclude,
	type Index,
	type Key,
	type QName,
	qualified,
	type SchemaModel,
	type SequenceModel,
	type Table,
} from "../../schema/model";
import { makeObjectName } from "../../schema/names";
import { referencesClause } from "../foreign-keys";
import { columnList, quoteIdentifier } from "../identifier";
import { createIndex, type IndexPlan, uniqueConstraint } from "../indexes";
import { type Names, partsOf } from "./names";

/** `CREATE TABLE` with the columns and all constraints but foreign keys and checks that are not validated. */
export function createTable(
	table: Table,
	model: SchemaModel,
	names: Names,
	collation: (column: Column) => string | null,
): string {
	const persistence = table.persistence === "unlogged" ? "UNLOGGED " : "";
	const parts = [
		...table.columns.map((each) => columnDefinition(table, each, model, names, collation(each))),
		...(table.primaryKey ? [keyConstraint(table.primaryKey, "PRIMARY KEY")] : []),
		...indexConstraints(table, names).at.values(),
		...table.checks.filter(({ validated }) => validated).map((check) => checkConstraint(check, names)),
	];
	const key = table.partitionKey;
	const partitioned = key
		? ` PARTITION BY ${key.strategy.toUpperCase()} (${key.elements.map((each) => names.sql(each)).join(", ")})`
		: "";
	return `CREATE ${persistence}TABLE ${names.of(table)} (${parts.map((part) => `\n\t${part}`).join(",")}\n)${partitioned}`;
}

function columnDefinition(
	table: Table,
	column: Column,
	model: SchemaModel,
	names: Names,
	collation: string | null,
): string {
	return [
		`${quoteIdentifier(column.name)} ${names.type(column.type)}`,
		...(collation === null ? [] : [`COLLATE ${collation}`]),
		...(column.default === null || column.generated !== null ? [] : [`DEFAULT ${defaultValue(column.default, names)}`]),
		...(column.generated === null ? [] : [`GENERATED ALWAYS AS (${names.sql(column.generated)}) STORED`]),
		...(column.identity === null ? [] : [identity(table, column, model, names)]),
		...(column.notNull ? ["NOT NULL"] : []),
	].join(" ");
}

/** A serial's default names its sequence by what the model calls it, which leaves `public` away. */
function defaultValue(sql: string, names: Names): string {
	const written = /^nextval\('((?:[^']|'')+)'::regclass\)$/.exec(sql)?.[1];
	const parts = written === undefined ? [] : partsOf(written.replaceAll("''", "'"));
	const sequence = names.find(parts.length === 1 ? ["public", ...parts] : parts);
	return sequence ? `nextval('${names.of(sequence).replaceAll("'", "''")}'::regclass)` : names.sql(sql);
}

function identity(table: Table, column: Column, model: SchemaModel, names: Names): string {
	const own = [...model.sequences.values()].find((each) => isOf(each, table, column));
	const usual = makeObjectName(table.name, column.name, "seq");
	const options = [
		...(own && (own.name !== usual || own.schema !== table.schema) ? [`SEQUENCE NAME ${names.of(own)}`] : []),
		...(own?.options ?? []),
	];
	return `GENERATED ${column.identity?.toUpperCase()} AS IDENTITY${options.length > 0 ? ` (${options.join(" ")})` : ""}`;
}

function isOf({ ownedBy }: SequenceModel, table: Table, column: Column): boolean {
	return ownedBy !== null && ownedBy.column === column.name && qualified(ownedBy.table) === qualified(table);
}

/** Whether the sequence comes with an identity column. */
export function isIdentity(sequence: SequenceModel, model: SchemaModel): boolean {
	const owner = sequence.ownedBy && model.tables.get(qualified(sequence.ownedBy.table));
	return owner?.columns.some(({ name, identity }) => name === sequence.ownedBy?.column && identity !== null) ?? false;
}

/**
 * Unique and exclusion constraints: in CREATE TABLE PostgreSQL takes two that say the same for one
 * (`transformIndexConstraints`), so the second is `later`.
 */
function indexConstraints(table: Table, names: Names): { at: Map<string, string>; later: string[] } {
	const at = new Map<string, string>();
	const later: string[] = [];
	const primary = table.primaryKey && columnList(table.primaryKey.columns);
	const add = (what: string, sql: string) => {
		if (at.has(what) || what === primary) later.push(sql);
		else at.set(what, sql);
	};
	for (const key of table.uniques) add(columnList(key.columns), uniqueConstraint(key));
	for (const each of table.excludes) {
		const sql = excludeConstraint(each, names);
		add(sql.slice(sql.indexOf(" EXCLUDE ")), sql);
	}
	return { at, later };
}

/** The constraints that another one of the table would swallow in CREATE TABLE. */
export function addRepeated(table: Table, names: Names): string[] {
	return indexConstraints(table, names).later.map((constraint) => `ALTER TABLE ${names.of(table)} ADD ${constraint}`);
}

function keyConstraint(key: Key, what: string): string {
	const include = key.include?.length ? ` INCLUDE (${columnList(key.include)})` : "";
	return `CONSTRAINT ${quoteIdentifier(key.name)} ${what} (${columnList(key.columns)})${include}${deferrable(key.deferrable)}`;
}

function excludeConstraint({ name, columns, operators, index, deferrable: when }: Exclude, names: Names): string {
	const elements = columns.map((column, i) => {
		const element = column === null ? `(${names.sql(index.expressions[i] ?? "")})` : quoteIdentifier(column);
		return `${element}${index.options?.[i] ? ` ${index.options[i]}` : ""} WITH ${operators[i]}`;
	});
	const include = index.include.length > 0 ? ` INCLUDE (${columnList(index.include)})` : "";
	const where = index.where === null ? "" : ` WHERE (${names.sql(index.where)})`;
	return `CONSTRAINT ${quoteIdentifier(name)} EXCLUDE USING ${quoteIdentifier(index.method)} (${elements.join(", ")})${include}${where}${deferrable(when)}`;
}

function deferrable(when: Key["deferrable"]): string {
	return when === undefined ? "" : ` DEFERRABLE${when === "deferred" ? " INITIALLY DEFERRED" : ""}`;
}

function checkConstraint(check: Check, names: Names): string {
	return `CONSTRAINT ${quoteIdentifier(check.name)} CHECK (${names.sql(check.expression)})${check.noInherit ? " NO INHERIT" : ""}`;
}

/** The checks that hold for new rows only. */
export function addChecks(table: Table, names: Names): string[] {
	return table.checks
		.filter(({ validated }) => !validated)
		.map((check) => `ALTER TABLE ${names.of(table)} ADD ${checkConstraint(check, names)} NOT VALID`);
}

export function addForeignKeys(table: Table, names: Names): string[] {
	return table.foreignKeys.map((key) => {
		const { schema, name } = key.references;
		const references = referencesClause(key, names.of({ schema, name }));
		const valid = key.validated || table.kind === "partitioned" ? "" : " NOT VALID";
		return `ALTER TABLE ${names.of(table)} ADD CONSTRAINT ${quoteIdentifier(key.name)} FOREIGN KEY (${columnList(key.columns)}) ${references}${valid}`;
	});
}

/** Makes a table, printed by itself, a partition or a child. */
export function attach(table: Table, names: Names): string[] {
	if (table.partitionOf !== null && table.partitionBound !== undefined)
		return [`ALTER TABLE ${names.of(table.partitionOf)} ATTACH PARTITION ${names.of(table)} ${table.partitionBound}`];
	return table.inherits.map((parent) => `ALTER TABLE ${names.of(table)} INHERIT ${names.of(parent)}`);
}

/** The table's indexes, but for those that not all of its partitions have. */
export function indexes(table: Table, model: SchemaModel, names: Names): string[] {
	return table.indexes.filter((index) => isWhole(table, index, model)).map((index) => indexOn(table, index, names));
}

/** The indexes of a partitioned table that some partitions lack: made once those are attached, or they would get them. */
export function indexesOnly(table: Table, model: SchemaModel, names: Names): string[] {
	return table.indexes
		.filter((index) => !isWhole(table, index, model))
		.map((index) => indexOn(table, index, names, "ONLY "));
}

function isWhole(table: Table, index: Index, model: SchemaModel): boolean {
	if (table.kind !== "partitioned") return true;
	const same = (a: readonly (string | null)[], b: readonly (string | null)[]) =>
		a.length === b.length && a.every((each, i) => each === b[i]);
	return [...model.tables.values()]
		.filter(({ partitionOf }) => partitionOf !== null && qualified(partitionOf) === qualified(table))
		.every((partition) =>
			partition.indexes.some(
				(other) => same(other.columns, index.columns) && other.unique === index.unique && other.method === index.method,
			),
		);
}

/** An index of a table or materialised view, with the names that its expressions' objects have now. */
export function indexOn(on: QName, index: IndexPlan, names: Names, only = ""): string {
	const expressions = index.expressions.map((each) => each && names.sql(each));
	const plan = { ...index, expressions, where: index.where && names.sql(index.where) };
	return createIndex(on, plan, false, `${only}${names.of(on)}`);
}
