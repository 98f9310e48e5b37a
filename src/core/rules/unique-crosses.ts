import { PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** Values that the product makes at random: a collision says nothing about another tenant. */
function hasRandomName(column: string): boolean {
	return /(^|_)(token|secret|hash|digest|uuid|guid|nonce|key_hash|external_id)$/i.test(column);
}

export const uniqueCrosses: Rule = {
	id: "unique-crosses",
	summary: "A unique key of a tenant's table does not include the tenant.",
	severity: "warning",
	doc: {
		why: "Two tenants can't have the same value: one of them gets an error that tells it what another tenant has.",
		remedy: "Make the key unique for each tenant: UNIQUE (tenant_id, …).",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
		],
		bad: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (email);\n`,
		good: `${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, email);\n`,
		traps: [
			{
				title: "a key of random values collides with nobody",
				sql: `${PRODUCT}ALTER TABLE customers ADD COLUMN public_id uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;\n`,
			},
			{
				title: "the tenant's own key: one row for each tenant",
				sql: `${PRODUCT}CREATE TABLE settings (id uuid PRIMARY KEY, tenant_id uuid NOT NULL UNIQUE REFERENCES tenants);\n${secured("settings")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, own } of context.tenantTables) {
			if (own.scope !== "tenant-scoped" || own.tenantColumn === null) continue;
			const references = new Set(table.foreignKeys.flatMap(({ columns }) => columns));
			const isOpaque = (name: string | null) => {
				const column = table.columns.find((each) => each.name === name);
				return (
					name === null || column === undefined || column.type === "uuid" || references.has(name) || hasRandomName(name)
				);
			};
			const keys = [
				...table.uniques.map(({ columns, location, name }) => ({ columns, location, name, where: null })),
				...table.indexes.filter(({ unique }) => unique),
			];
			for (const { columns, location, name } of keys) {
				if (columns.includes(own.tenantColumn) || columns.every(isOpaque)) continue;
				yield {
					table: key,
					location,
					severity: context.tenancy.enforcement === "rls" ? "warning" : "info",
					message: `${name} lets no two tenants have the same ${columns.filter((each) => each !== null).join(", ") || "value"} in ${shown(table)}, and tells each what others have.`,
					help: `Begin the key with ${own.tenantColumn}.`,
				};
			}
		}
	},
};
