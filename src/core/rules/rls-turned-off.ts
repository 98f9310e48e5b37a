import { ORDERS, PRODUCT, secured } from "./base/examples";
import { protect } from "./base/protect";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const rlsTurnedOff: Rule = {
	id: "rls-turned-off",
	summary: "A later statement switches row-level security off again.",
	severity: "error",
	doc: {
		why: "Policies that are there and tested stop working at that statement, often one that was meant for an hour. Nothing fails: queries just return more.",
		remedy:
			"Remove the statement, or enable row-level security again in a new migration. For a bulk load use a role that bypasses it instead.",
		sources: [{ title: "PostgreSQL: ALTER TABLE", url: "https://www.postgresql.org/docs/current/sql-altertable.html" }],
		bad: `${PRODUCT}${ORDERS}${secured("orders")}ALTER TABLE orders DISABLE ROW LEVEL SECURITY;\n`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}ALTER TABLE orders DISABLE ROW LEVEL SECURITY;\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n`,
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of context.tenantTables) {
			const { key, table } = tenant;
			if (table.rls.enabled || table.rls.location === null) continue;
			yield {
				table: key,
				location: table.rls.location,
				message: `This switches row-level security off for ${shown(table)}, and no later statement switches it on again.`,
				help: "Enable row-level security again; for a bulk load use a role that may bypass it.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};
