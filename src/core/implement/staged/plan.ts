import type { Analyzer } from "../../analyze";
import { setNotNull } from "../../emit/columns";
import { addForeignKey, type ForeignKeyPlan } from "../../emit/foreign-keys";
import { columnList, quoteIdentifier, quoteName } from "../../emit/identifier";
import { addIndex, indexOfKey } from "../../emit/indexes";
import { constraintName, indexName } from "../../emit/names";
import type { Step } from "../../emit/step";
import { fixAll, inPhases } from "../../fix/fix-all";
import { stepsSql } from "../../fix/steps";
import type { Finding } from "../../rules/base/rule";
import { type QName, qualified, type SchemaModel, type Table } from "../../schema/model";
import type { Blueprint } from "../artifact";
import { planRowLevel, type RowPlan } from "../base/row-plan";
import { type TenantFunctions, tenantFunctions } from "../base/tenant-functions";
import type { TenantSetting } from "../base/tenant-setting";
import { type Choice, chooseTables } from "./choose-tables";

/** The one tenant that there is so far; a constant, so that PostgreSQL need not rewrite a table to give it to every row. */
export const FIRST_TENANT = "00000000-0000-4000-8000-000000000001";

/** What the way from one tenant to many comes to. */
export interface StagedPlan {
	readonly choice: Choice;
	readonly tenants: QName;
	/** The new column. */
	readonly column: string;
	/** The foreign keys to the tenants, by table. */
	readonly references: ReadonlyMap<string, ForeignKeyPlan>;
	readonly row: RowPlan;
	readonly setting: TenantSetting;
	readonly functions: TenantFunctions;
	/** NOT NULL, and keys and indexes that carry the tenant: nothing that the application so far could notice. */
	readonly enforce: readonly Step[];
	/** Keys that hold for each tenant by itself, instead of for all. */
	readonly perTenant: readonly Step[];
	/** What a person has to decide. */
	readonly left: readonly Finding[];
}

/** Null where no table would get the column, or the policies could not be made. */
export function planStages({ database, analyzer }: Pick<Blueprint, "database" | "analyzer">): StagedPlan | null {
	const { model } = database;
	const choice = chooseTables(database);
	if (choice.tables.length === 0) return null;
	const tenants = { schema: mainSchema(choice.tables), name: freeTable(model, mainSchema(choice.tables)) };
	const column = freeColumn(choice.tables);
	const decided = {
		mode: "row" as const,
		roots: [qualified(tenants)],
		tables: Object.fromEntries(choice.shared.map(({ table }) => [qualified(table), { scope: "shared" as const }])),
	};
	const extend: Analyzer["extend"] = (base, sql, more) => analyzer.extend(base, sql, { ...more, ...decided });
	const references = new Map(
		choice.tables.map((table) => [qualified(table), referenceTo(model, table, column, tenants)]),
	);
	const added = choice.tables.flatMap((table) => expandTable(table, column, references.get(qualified(table))));
	const isThere = extend(database, `${createTenants(tenants)}\n${stepsSql(added)}`);
	const notNull = choice.tables.flatMap((table) => setNotNull(isThere.model, table, column));
	const base = extend(isThere, stepsSql(notNull));
	const row = planRowLevel({ database: base, analyzer: { extend } });
	if (row.setting === null) return null;
	const uniques = fixAll({ extend }, row.after, ({ rule }) => rule === "unique-crosses", true);
	const keys = choice.tables.flatMap((table) => keyPerTenant(uniques.after.model, table, column));
	return {
		choice,
		tenants,
		column,
		references,
		row,
		setting: row.setting,
		functions: tenantFunctions(model, row.setting),
		enforce: inPhases([...notNull, ...row.keys]),
		perTenant: [...uniques.steps, ...keys],
		left: uniques.after.findings.filter(({ severity }) => severity === "error" || severity === "warning"),
	};
}

/** The table of tenants, which can hold no second one until the last stage. */
export function createTenants(tenants: QName): string {
	return `CREATE TABLE IF NOT EXISTS ${quoteName(tenants)} (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	name text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);`;
}

/** The column with a constant default: a change of the catalog alone, whatever the table's size. */
export function expandTable(table: Table, column: string, key: ForeignKeyPlan | undefined): Step[] {
	const name = quoteName(table);
	const add: Step = {
		sql: `ALTER TABLE ${name} ADD COLUMN IF NOT EXISTS ${quoteIdentifier(column)} uuid DEFAULT '${FIRST_TENANT}'`,
		phase: "prepare",
		down: `ALTER TABLE ${name} DROP COLUMN IF EXISTS ${quoteIdentifier(column)}`,
		table: qualified(table),
	};
	return key === undefined ? [add] : [add, ...addForeignKey(table, key, "prepare")];
}

function referenceTo(model: SchemaModel, table: Table, column: string, tenants: QName): ForeignKeyPlan {
	return {
		name: constraintName(model, table, [column], "fkey"),
		columns: [column],
		references: tenants,
		to: ["id"],
		onDelete: "no action",
		onUpdate: "no action",
		deferrable: false,
	};
}

/**
 * A primary key that people or other systems choose (a code, a number) for each tenant by itself. One that the database
 * makes, or that consists of such, collides with nobody and stays.
 */
function keyPerTenant(model: SchemaModel, { schema, name }: Table, column: string): Step[] {
	const table = model.tables.get(qualified({ schema, name }));
	const key = table?.primaryKey;
	if (!table || !key || key.columns.includes(column) || table.kind === "partitioned") return [];
	const pointing = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
	const isMade = (each: string) => {
		const own = table.columns.find((candidate) => candidate.name === each);
		return !own || own.type === "uuid" || own.default !== null || own.identity !== null || pointing.has(each);
	};
	const isUsed = [...model.tables.values()].some(({ foreignKeys }) =>
		foreignKeys.some(
			({ references, to }) =>
				qualified(references) === qualified(table) && to.every((each) => key.columns.includes(each)),
		),
	);
	if (key.columns.every(isMade) || isUsed) return [];
	const columns = [column, ...key.columns];
	const index = { ...indexOfKey({ ...key, columns }), name: indexName(model, table, columns, "idx") };
	const alter = `ALTER TABLE ${quoteName(table)}`;
	const own = quoteIdentifier(key.name);
	return [
		addIndex(table, index, "Two tenants may have the same key from now on."),
		{
			sql: `${alter} DROP CONSTRAINT ${own}, ADD CONSTRAINT ${own} PRIMARY KEY USING INDEX ${quoteIdentifier(index.name)}`,
			phase: "finish",
			down: `${alter} DROP CONSTRAINT ${own}, ADD CONSTRAINT ${own} PRIMARY KEY (${columnList(key.columns)})`,
			table: qualified(table),
		},
	];
}

function mainSchema(tables: readonly Table[]): string {
	const count = (schema: string) => tables.filter((table) => table.schema === schema).length;
	return [...new Set(tables.map(({ schema }) => schema))].sort((a, b) => count(b) - count(a))[0] ?? "public";
}

function freeTable({ tables, views }: SchemaModel, schema: string): string {
	const isTaken = (name: string) => tables.has(qualified({ schema, name })) || views.has(qualified({ schema, name }));
	return ["tenants", "tenancy_tenants", "app_tenants"].find((name) => !isTaken(name)) ?? "tenants_of_the_product";
}

function freeColumn(tables: readonly Table[]): string {
	const isTaken = (name: string) => tables.some(({ columns }) => columns.some((column) => column.name === name));
	return ["tenant_id", "owner_tenant_id", "row_tenant_id"].find((name) => !isTaken(name)) ?? "tenancy_tenant_id";
}
