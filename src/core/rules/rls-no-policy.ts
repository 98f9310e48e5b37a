import { ENABLED_ORDERS, ORDERS, PRODUCT, secured } from "./base/examples";
import { protect } from "./base/protect";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const rlsNoPolicy: Rule = {
	id: "rls-no-policy",
	summary: "Row-level security is on and no policy says which rows to show.",
	severity: "warning",
	doc: {
		why: "Nobody but the owner gets any row, which looks like lost data. The usual hurried repair is to switch row-level security off, or a policy that is always true.",
		remedy: "Add a policy on the tenant column for the application's role.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${PRODUCT}${ENABLED_ORDERS}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "closed on purpose: the application has no grant on it",
				sql: `${PRODUCT}${ORDERS}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of protectedTables(context)) {
			const { key, table } = tenant;
			if (!table.rls.enabled || table.policies.length > 0) continue;
			yield {
				table: key,
				location: table.rls.location ?? table.nameLocation,
				message: `${shown(table)} has row-level security and no policy, so the application gets no rows from it at all.`,
				help: "Add a policy on the tenant column for the application's role.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};
