import { qualified } from "../schema/model";
import { isChecked, isGuarded, withTenant } from "./base/composite-key";
import { PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const tenantFkCrosses: Rule = {
	id: "tenant-fk-crosses",
	summary: "A foreign key between two tables of tenants does not include the tenant.",
	severity: "warning",
	doc: {
		why: "PostgreSQL checks foreign keys without policies. A row of tenant A may point at a row of tenant B; a delete that cascades in B then reaches A, and an error message tells A which keys B has.",
		remedy:
			"Give the parent UNIQUE (tenant_id, id), reference both columns, then drop the old key. With ON DELETE SET NULL, name the columns (`ON DELETE SET NULL (customer_id)`, PostgreSQL 15), or the tenant is set to NULL, too.",
		sources: [
			{
				title: "PostgreSQL: Foreign Keys",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
		],
		bad: `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL REFERENCES customers);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
		good: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
		traps: [
			{
				title: "a foreign key to shared data",
				sql: `${PRODUCT}CREATE TABLE countries (code text PRIMARY KEY);\nCOMMENT ON TABLE countries IS '@tenancy shared';\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, country text REFERENCES countries);\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
			},
			{
				title: "a CHECK keeps the tenant equal that the key compares",
				sql: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid, customer_tenant_id uuid, FOREIGN KEY (customer_tenant_id, customer_id) REFERENCES customers (tenant_id, id), CHECK ((customer_id IS NULL AND customer_tenant_id IS NULL) OR (customer_id IS NOT NULL AND customer_tenant_id = tenant_id)));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
			},
			{
				title: "a foreign key that names another tenant, over a table with one row for each",
				sql: `${PRODUCT}CREATE TABLE profiles (tenant_id uuid PRIMARY KEY REFERENCES tenants);\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, seller uuid REFERENCES profiles (tenant_id));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("profiles")}\n${secured("orders")}`,
			},
			{
				title: "another foreign key compares the tenant, too",
				sql: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);\nCREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL REFERENCES customers, FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));\nCREATE INDEX orders_tenant_id_idx ON orders (tenant_id);\n${secured("orders")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, tenancy } = context;
		for (const { key, table, own } of context.tenantTables) {
			if (own.tenantColumn === null) continue;
			for (const foreignKey of table.foreignKeys) {
				const target = qualified(foreignKey.references);
				const theirs = tenancy.tables.get(target);
				if (theirs?.scope !== "tenant-scoped" || theirs.tenantColumn === null || theirs.root !== own.root) continue;
				// The parent may carry the tenant under another name; what counts is that the key compares the two.
				const at = foreignKey.columns.indexOf(own.tenantColumn);
				if (at >= 0 && foreignKey.to[at] === theirs.tenantColumn) continue;
				// What is compared with the tenant alone names a tenant, as a foreign key to the root would: whom a row is assigned to.
				if (foreignKey.to.length === 1 && foreignKey.to[0] === theirs.tenantColumn) continue;
				const parent = model.tables.get(target);
				const [tenant, parentTenant] = [own.tenantColumn, theirs.tenantColumn];
				const crossing = parent && { table, key: foreignKey, parent, tenant, parentTenant };
				if (!crossing || isGuarded(crossing) || isChecked(context, crossing)) continue;
				yield {
					table: key,
					location: foreignKey.location,
					severity: tenancy.enforcement === "rls" ? "warning" : "info",
					message: `${shown(table)} can point at a row of ${target} that belongs to another tenant, as the foreign key compares ${foreignKey.columns.join(", ")} only.`,
					help: `Reference (${theirs.tenantColumn}, ${foreignKey.to.join(", ")}) together with ${own.tenantColumn}.`,
					remedies: () => withTenant(context, crossing),
				};
			}
		}
	},
};
