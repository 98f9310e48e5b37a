import { ORDERS, PRODUCT, secured } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const tenantColumnMissing: Rule = {
	id: "tenant-column-missing",
	summary: "A table could hold tenants' data, and nothing in it says whose a row is.",
	severity: "warning",
	doc: {
		why: "Nobody can filter such a table, and no policy can protect it: each query that reads it, shows it to everybody or to nobody. A tenant's data can't be exported or deleted from it either.",
		remedy:
			"Add the tenant column, filled over the table's path to a tenant, NOT NULL, with a foreign key and an index. If the rows are nobody's, say so: `COMMENT ON TABLE … IS '@tenancy shared'`.",
		sources: [
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
			{
				title: "GDPR, Article 17: Right to erasure",
				url: "https://eur-lex.europa.eu/eli/reg/2016/679/oj",
			},
		],
		bad: `${PRODUCT}CREATE TABLE exports (id uuid PRIMARY KEY, file_name text NOT NULL, content bytea);\nGRANT SELECT, INSERT ON exports TO app_user;\n`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "a person says that it is shared",
				sql: `${PRODUCT}CREATE TABLE exports (id uuid PRIMARY KEY, file_name text NOT NULL);\nCOMMENT ON TABLE exports IS 'Our own. @tenancy shared';\n`,
			},
			{
				title: "each row reaches one tenant over its foreign key",
				sql: `${PRODUCT}CREATE TABLE notes (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers);\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, tenancy } = context;
		for (const [key, own] of tenancy.tables) {
			const table = model.tables.get(key);
			if (own.scope !== "unscoped" || !table || table.partitionOf || !context.reachable.has(key)) continue;
			yield {
				table: key,
				location: table.nameLocation,
				message: `Nothing says whose the rows of ${shown(table)} are. ${own.reason}`,
				help: "Add a tenant column; or mark the table as shared if its rows belong to no tenant.",
			};
		}
	},
};
