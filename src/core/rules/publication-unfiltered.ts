import { PRODUCT } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** Their platform asks the policies before it passes a row on. */
const BOUND = new Set(["supabase_realtime", "supabase_realtime_messages_publication"]);

export const publicationUnfiltered: Rule = {
	id: "publication-unfiltered",
	summary: "A publication sends the rows of all tenants to whoever subscribes to it.",
	severity: "info",
	doc: {
		why: "Logical replication doesn't ask policies. A subscriber that was set up for one customer, a search index or a warehouse gets every tenant's rows, as they change.",
		remedy:
			"For a subscriber that is one tenant's, filter the table (FOR TABLE orders WHERE (…), from PostgreSQL 15 on). For one that may see all, say so with a comment that silences this.",
		sources: [
			{
				title: "PostgreSQL: Row Filters",
				url: "https://www.postgresql.org/docs/current/logical-replication-row-filter.html",
			},
			{
				title: "PostgreSQL: Logical Replication Security",
				url: "https://www.postgresql.org/docs/current/logical-replication-security.html",
			},
		],
		bad: `${PRODUCT}CREATE PUBLICATION for_acme FOR TABLE customers;\n`,
		good: `${PRODUCT}ALTER TABLE customers REPLICA IDENTITY FULL;\nCREATE PUBLICATION for_acme FOR TABLE customers WHERE (tenant_id = '7b0c2a52-6a0e-4c5b-9a4f-0f2f6d1f3c11');\n`,
		traps: [
			{
				title: "it publishes what all tenants share",
				sql: `${PRODUCT}CREATE TABLE countries (code text PRIMARY KEY);\nCOMMENT ON TABLE countries IS '@tenancy shared';\nCREATE PUBLICATION reference FOR TABLE countries;\n`,
			},
			{
				title: "a platform asks the policies for each row that it passes on",
				sql: `${PRODUCT}CREATE PUBLICATION supabase_realtime FOR TABLE customers;\n`,
			},
		],
	},
	*detect({ model, tenancy, tenantTables }: RuleContext): Iterable<Detection> {
		if (tenancy.enforcement !== "rls") return;
		for (const { name, allTables, tables, filtered, location } of model.publications.values()) {
			if (BOUND.has(name)) continue;
			const open = tenantTables.filter(({ key }) => allTables || (tables.includes(key) && !filtered.includes(key)));
			const [first, ...others] = open;
			if (!first) continue;
			const rest =
				others.length === 0 ? "" : others.length === 1 ? " and one more table" : ` and ${others.length} more tables`;
			yield {
				table: first.key,
				location,
				message: `Publication ${name} sends all tenants' rows of ${shown(first.table)}${rest}, as replication doesn't ask policies.`,
				help: "Filter the tables with WHERE, or make sure that each subscriber may see all tenants.",
			};
		}
	},
};
