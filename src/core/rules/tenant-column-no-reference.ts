import { addForeignKey } from "../emit/foreign-keys";
import { type Column, qualified, type Table } from "../schema/model";
import { keyTo } from "./base/add-tenant-column";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantTable } from "./base/rule";
import { keysToRoot, namesExistingTenant } from "./base/ways";

export const tenantColumnNoReference: Rule = {
	id: "tenant-column-no-reference",
	summary: "A tenant column has no foreign key to the table of tenants.",
	severity: "info",
	doc: {
		why: "A row may name a tenant that never was or that is gone. Such rows are in nobody's export, stay when a tenant's data has to be deleted, and belong to the next tenant that gets the number again.",
		remedy:
			"Add a foreign key to the table of tenants: NOT VALID first, then VALIDATE, so that the table stays in use.",
		sources: [
			{
				title: "PostgreSQL: Foreign Keys",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
			},
			{ title: "GDPR, Article 17: Right to erasure", url: "https://eur-lex.europa.eu/eli/reg/2016/679/oj" },
		],
		bad: `${PRODUCT}${ORDERS.replace(" REFERENCES tenants", "")}${secured("orders")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "the tenant is part of a foreign key to a row that has one",
				sql: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL, customer_id uuid NOT NULL, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const byRoot = new Map<Table, { tenant: TenantTable; column: Column }[]>();
		for (const tenant of context.tenantTables) {
			const { table, own } = tenant;
			const column = table.columns.find(({ name }) => name === own.tenantColumn);
			const root = own.root === null ? undefined : context.model.tables.get(own.root);
			if (!column || !root || own.scope !== "tenant-scoped" || [table.kind, root.kind].includes("foreign")) continue;
			if (!namesExistingTenant(context, tenant, column.name))
				byRoot.set(root, [...(byRoot.get(root) ?? []), { tenant, column }]);
		}
		for (const [root, found] of byRoot) {
			const usual = isUsual(context, qualified(root));
			// Where hardly any table has one, it is how the product is built, and said once.
			const rest = usual || found.length < 2 ? "" : ` The same goes for ${found.length - 1} more.`;
			for (const { tenant, column } of usual ? found : found.slice(0, 1)) {
				yield {
					table: tenant.key,
					location: column.nameLocation,
					severity: usual ? "info" : "hint",
					message: `No foreign key says that ${shown(tenant.table)}.${column.name} names a tenant that is in ${shown(root)}.${rest}`,
					help: `Add a foreign key to ${shown(root)}, NOT VALID first, then VALIDATE.`,
					remedies: () => reference(context, tenant.table, column.name, column.type, root),
				};
			}
		}
	},
};

function isUsual(context: RuleContext, root: string): boolean {
	const carriers = context.tenantTables.filter(({ own }) => own.root === root && own.tenantColumn !== null);
	return keysToRoot(context, root).length * 2 >= carriers.length;
}

function reference(context: RuleContext, table: Table, column: string, type: string, root: Table): Remedy[] {
	const key = keyTo(context, table, column, type, root);
	if (key === null) return [];
	return [
		{
			title: `Add a foreign key from ${shown(table)}.${column} to ${shown(root)}`,
			steps: addForeignKey(table, key, table.kind === "partitioned" ? "finish" : "prepare"),
			// Rows may name tenants that are gone, and to delete a tenant does something else from then on.
			automatic: false,
		},
	];
}
