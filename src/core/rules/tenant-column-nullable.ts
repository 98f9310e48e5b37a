import { backfill, setNotNull } from "../emit/columns";
import type { Column } from "../schema/model";
import { isNotNull } from "../tenancy/references";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantTable } from "./base/rule";
import { type Way, waysOf } from "./base/ways";

export const tenantColumnNullable: Rule = {
	id: "tenant-column-nullable",
	summary: "A tenant column may be NULL, so rows may belong to nobody.",
	severity: "warning",
	doc: {
		why: "A row without a tenant is seen by no tenant, or by all where a policy or query allows for NULL. Composite foreign keys are not checked for it either (MATCH SIMPLE).",
		remedy:
			"Give the rows their tenant, then set the column NOT NULL: online by a CHECK that is added NOT VALID and validated.",
		sources: [
			{
				title: "PostgreSQL: Not-Null Constraints",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL",
			},
			{
				title: "PostgreSQL: Foreign Keys",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
			},
		],
		bad: `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "CHECK (… IS NOT NULL) does the same",
				sql: `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, CHECK (tenant_id IS NOT NULL));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of context.tenantTables) {
			const { key, table, own } = tenant;
			const column = table.columns.find(({ name }) => name === own.tenantColumn);
			if (!column || isNotNull(table, column.name)) continue;
			yield {
				table: key,
				location: column.nameLocation,
				severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
				message: `${shown(table)}.${column.name} may be NULL, so a row may belong to no tenant.`,
				help: "Give such rows their tenant, then set the column NOT NULL.",
				remedies: () => fillAndSet(context, tenant, column),
			};
		}
	},
};

function fillAndSet(context: RuleContext, tenant: TenantTable, column: Column): Remedy[] {
	const { table } = tenant;
	if (table.kind === "foreign") return [];
	const way = column.generated === null ? wayOf(context, tenant, column) : undefined;
	const fill = way ? backfill(context.model, table, column.name, way) : null;
	const first = way && fill ? `, filled from ${way.path[0]?.references}` : "";
	return [
		{
			title: `Set ${shown(table)}.${column.name} NOT NULL${first}`,
			// A row that has no tenant makes it fail before anything is changed.
			steps: [...(fill ? [fill] : []), ...setNotNull(context.model, table, column.name)],
			// What becomes of rows without a tenant is a person's decision, unless another table says whose each is.
			automatic: way?.nullable === false && !isNullOnPurpose(tenant, column.name),
		},
	];
}

/** The one way to the same tenants; of several none, as they may disagree. */
function wayOf(context: RuleContext, { table, own }: TenantTable, { name, type }: Column): Way | undefined {
	const ways = waysOf(context, table, name).filter((way) => way.root === own.root && way.type === type);
	const sure = ways.filter(({ nullable }) => !nullable);
	const [only, ...others] = sure.length > 0 ? sure : ways;
	return others.length === 0 ? only : undefined;
}

/** Whether something counts on rows without a tenant: rows for all, or rows that outlive their tenant. */
function isNullOnPurpose({ table }: TenantTable, column: string): boolean {
	const conditions = [
		...table.policies.flatMap(({ using, check }) => [using, check]),
		...table.indexes.map(({ where }) => where),
		...table.checks.map(({ expression }) => expression),
	];
	return (
		table.foreignKeys.some(
			({ columns, onDelete, onDeleteColumns = columns }) => onDelete === "set null" && onDeleteColumns.includes(column),
		) || conditions.some((condition) => condition?.includes(column) && /\bis\s+null\b/i.test(condition))
	);
}
