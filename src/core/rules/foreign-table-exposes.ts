import { isOfTenants } from "../tenancy/scope";
import { PRODUCT } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const ARCHIVE = `${PRODUCT}CREATE FOREIGN DATA WRAPPER elsewhere;
CREATE SERVER archive FOREIGN DATA WRAPPER elsewhere;
CREATE FOREIGN TABLE old_orders (id uuid NOT NULL, tenant_id uuid NOT NULL, total integer) SERVER archive;
`;

export const foreignTableExposes: Rule = {
	id: "foreign-table-exposes",
	summary: "The application may read tenants' rows through a foreign table, which no policy can protect.",
	severity: "warning",
	doc: {
		why: "Row-level security can't be enabled on a foreign table, and the foreign server sees the user of the mapping rather than the tenant: everybody reads all tenants' rows.",
		remedy:
			"Revoke it from the application's role, and serve it through a view or function that asks for the session's tenant.",
		sources: [
			{
				title: "PostgreSQL: CREATE FOREIGN TABLE",
				url: "https://www.postgresql.org/docs/current/sql-createforeigntable.html",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${ARCHIVE}GRANT SELECT ON old_orders TO app_user;\n`,
		good: `${ARCHIVE}CREATE VIEW my_old_orders AS SELECT * FROM old_orders WHERE tenant_id = current_setting('app.tenant_id')::uuid;\nGRANT SELECT ON my_old_orders TO app_user;\n`,
		traps: [
			{
				title: "only maintenance reads it",
				sql: `${ARCHIVE}CREATE ROLE maintenance;\nGRANT SELECT ON old_orders TO maintenance;\n`,
			},
		],
	},
	*detect({ model, tenancy, reachable }: RuleContext): Iterable<Detection> {
		if (tenancy.enforcement !== "rls") return;
		for (const [key, table] of model.tables) {
			if (table.kind !== "foreign" || table.partitionOf || !reachable.has(key)) continue;
			if (!isOfTenants(tenancy.tables.get(key)?.scope)) continue;
			yield {
				table: key,
				location: table.nameLocation,
				message: `${shown(table)} is a foreign table, so no policy can keep the application from the rows of all tenants in it.`,
				help: "Revoke it from the application's role, and serve it through a view that asks for the tenant.",
			};
		}
	},
};
