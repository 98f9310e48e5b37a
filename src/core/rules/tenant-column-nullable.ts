import { isNotNull } from "../tenancy/references";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

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
		for (const { key, table, own } of context.tenantTables) {
			const column = table.columns.find(({ name }) => name === own.tenantColumn);
			if (!column || isNotNull(table, column.name)) continue;
			yield {
				table: key,
				location: column.nameLocation,
				severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
				message: `${shown(table)}.${column.name} may be NULL, so a row may belong to no tenant.`,
				help: "Give such rows their tenant, then set the column NOT NULL.",
			};
		}
	},
};
