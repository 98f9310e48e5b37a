import { qualified } from "../schema/model";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { enable } from "./base/protect";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const rlsPoliciesInert: Rule = {
	id: "rls-policies-inert",
	summary: "A table has policies, and row-level security was never enabled: they do nothing.",
	severity: "error",
	doc: {
		why: "Policies take effect only once row-level security is enabled for the table. Until then every tenant's rows are shown to everybody, while the code looks finished.",
		remedy: "ALTER TABLE … ENABLE ROW LEVEL SECURITY.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: `${PRODUCT}${ORDERS}${secured("orders").replace("ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n", "")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const table of context.model.tables.values()) {
			const [first] = table.policies;
			if (table.rls.enabled || first === undefined || table.rls.location !== null) continue;
			yield {
				table: qualified(table),
				location: first.location,
				message: `Policy ${first.name} does nothing, as row-level security was never enabled for ${shown(table)}: everybody sees all rows.`,
				help: "Enable row-level security for the table.",
				remedies: () => enable(context, table),
			};
		}
	},
};
