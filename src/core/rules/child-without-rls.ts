import { ORDERS, PRODUCT, secured } from "./base/examples";
import { protect } from "./base/protect";
import { protectedParent, protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const OLD = `${PRODUCT}${ORDERS}${secured("orders")}CREATE TABLE old_orders (PRIMARY KEY (id)) INHERITS (orders);
CREATE INDEX old_orders_tenant_id_idx ON old_orders (tenant_id);
`;

export const childWithoutRls: Rule = {
	id: "child-without-rls",
	summary: "A table that inherits from a protected one has no row-level security of its own.",
	severity: "error",
	doc: {
		why: "Policies aren't inherited. Queries of the parent are bound by its policies, also for the child's rows, but a query that names the child reads all tenants' rows.",
		remedy: "Enable and force row-level security on the child, with the parent's policy.",
		sources: [
			{ title: "PostgreSQL: Inheritance", url: "https://www.postgresql.org/docs/current/ddl-inherit.html" },
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${OLD}GRANT SELECT ON old_orders TO app_user;\n`,
		good: `${OLD}${secured("old_orders")}`,
		traps: [{ title: "the application reaches it over its parent only", sql: OLD }],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of protectedTables(context)) {
			const { key, table } = tenant;
			const parent = protectedParent(context.model, table);
			if (!parent || table.rls.enabled || table.policies.length > 0) continue;
			yield {
				table: key,
				location: table.nameLocation,
				message: `${shown(table)} inherits the columns of ${shown(parent)} and not its policies, so who reads it directly reads the rows of all tenants.`,
				help: "Enable and force row-level security, and add the parent's policy.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};
