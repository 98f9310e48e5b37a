import type { Node } from "@pgsql/types";
import { as } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { columnOf, isNullTest, joinedBy } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** `current_setting(…) IS NULL`: true for a whole session, unlike a test of the row's own column. */
function testsSession(condition: Node): boolean {
	return isNullTest(condition) && columnOf(as(condition, "NullTest")?.arg) === null;
}

export const policyNullOpens: Rule = {
	id: "policy-null-opens",
	summary: "A policy shows everything while no tenant is set.",
	severity: "error",
	doc: {
		why: "A forgotten setting, a background job or a fresh connection of the pool then reads all tenants' rows, and nothing fails.",
		remedy: "Take the IS NULL alternative out, so that a session without a tenant gets an error or no rows.",
		sources: [
			{
				title: "PostgreSQL: current_setting",
				url: "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: withPolicy(
			"TO app_user USING (current_setting('app.tenant_id', true) IS NULL OR tenant_id = current_setting('app.tenant_id', true)::uuid)",
		),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "a test of the row's own column opens that row only",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid) AND (total IS NULL OR total > 0))",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check } of context.tenantPolicies) {
			if (!policy.permissive) continue;
			const opens = [using, check].some(
				(condition) => condition !== null && joinedBy(condition, "OR_EXPR").some(testsSession),
			);
			if (!opens) continue;
			yield {
				table: key,
				location: policy.location,
				message: `While no tenant is set, policy ${policy.name} shows all tenants' rows of ${shown(table)}.`,
				help: "Take the IS NULL alternative out, so that a session without a tenant gets nothing.",
			};
		}
	},
};
