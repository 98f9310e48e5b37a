import { addIndex, indexOn } from "../emit/indexes";
import type { Table } from "../schema/model";
import { firstColumn } from "../tenancy/vocabulary";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { tenantIndexColumns } from "./base/tenant-index";

export const tenantIndexMissing: Rule = {
	id: "tenant-index-missing",
	summary: "No index of a tenant's table begins with the tenant column.",
	severity: "warning",
	doc: {
		why: "Every query of a tenant, and the policy itself, then reads the rows of all tenants to find its own: it gets slower with every tenant that signs up.",
		remedy:
			"Create an index that begins with the tenant column, concurrently. Behind it comes what queries ask for most: the other columns of a foreign key, the time that lists are sorted by, or the primary key.",
		sources: [
			{
				title: "PostgreSQL: Multicolumn Indexes",
				url: "https://www.postgresql.org/docs/current/indexes-multicolumn.html",
			},
			{
				title: "Supabase: RLS performance",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations",
			},
		],
		bad: `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\n${secured("orders")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "the primary key begins with it",
				sql: `${PRODUCT}CREATE TABLE orders (tenant_id uuid NOT NULL REFERENCES tenants, id uuid, PRIMARY KEY (tenant_id, id));\n${secured("orders")}`,
			},
			{
				title: "the primary key begins with the shard, which each query knows, and goes on with it",
				sql: `${PRODUCT}CREATE TABLE orders (shard_id integer, tenant_id uuid NOT NULL REFERENCES tenants, id uuid, PRIMARY KEY (shard_id, tenant_id, id));\n${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, own } of context.tenantTables) {
			const column = own.tenantColumn;
			if (column === null || table.kind === "foreign") continue;
			const isLed =
				firstColumn(table.primaryKey?.columns ?? []) === column ||
				table.uniques.some(({ columns }) => firstColumn(columns) === column) ||
				table.indexes.some(({ columns, where }) => firstColumn(columns) === column && where === null);
			if (isLed) continue;
			yield {
				table: key,
				location: table.columns.find(({ name }) => name === column)?.nameLocation ?? table.nameLocation,
				severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
				message: `No index of ${shown(table)} begins with ${column}, so each tenant's queries read all tenants' rows.`,
				help: `CREATE INDEX CONCURRENTLY ON ${shown(table)} (${column}), with the columns that queries filter or sort by behind it.`,
				remedies: () => [indexFor(context, table, column)],
			};
		}
	},
};

function indexFor({ model }: RuleContext, table: Table, tenant: string): Remedy {
	const { columns, why } = tenantIndexColumns(table, tenant);
	return {
		title: `Index ${shown(table)} by ${columns.join(", ")}`,
		steps: [addIndex(table, indexOn(model, table, columns), why)],
		automatic: true,
	};
}
