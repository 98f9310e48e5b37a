import { withPolicy } from "./base/examples";
import { protect } from "./base/protect";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const rlsRestrictiveOnly: Rule = {
	id: "rls-restrictive-only",
	summary: "A table has restrictive policies and no permissive one, so it shows nothing.",
	severity: "warning",
	doc: {
		why: "Restrictive policies only take away from what permissive ones allow. Without any permissive policy nobody gets a row, and the hurried repair is a permissive one that is always true.",
		remedy: "Add a permissive policy (the default kind) that ties rows to the tenant.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy("AS RESTRICTIVE USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		good: withPolicy("USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const tenant of protectedTables(context)) {
			const { key, table } = tenant;
			const [first] = table.policies;
			if (!table.rls.enabled || first === undefined || table.policies.some((policy) => policy.permissive)) continue;
			yield {
				table: key,
				location: first.location,
				message: `All policies of ${shown(table)} are restrictive, so no row is ever shown.`,
				help: "Add a permissive policy that ties rows to the tenant.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};
