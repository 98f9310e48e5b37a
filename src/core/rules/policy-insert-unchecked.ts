import { withPolicy } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const policyInsertUnchecked: Rule = {
	id: "policy-insert-unchecked",
	summary: "A policy for INSERT has no WITH CHECK.",
	severity: "error",
	doc: {
		why: "For INSERT only WITH CHECK counts. Without it PostgreSQL lets the role insert any row, one of another tenant too.",
		remedy: "Write WITH CHECK with the tenant column.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy("FOR INSERT TO app_user"),
		good: withPolicy("FOR INSERT TO app_user WITH CHECK (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "FOR ALL takes USING for new rows",
				sql: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy } of context.tenantPolicies) {
			if (policy.command !== "insert" || policy.check !== null) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} lets a row of any tenant be inserted into ${shown(table)}, as it has no WITH CHECK.`,
				help: "Add WITH CHECK with the tenant column.",
			};
		}
	},
};
