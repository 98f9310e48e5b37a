import { amendPolicy } from "./base/amend";
import { withPolicy } from "./base/examples";
import { ownTenant } from "./base/own-tenant";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

export const policyInsertUnchecked: Rule = {
	id: "policy-insert-unchecked",
	summary: "A policy for INSERT has no WITH CHECK.",
	severity: "warning",
	doc: {
		why: "For INSERT only WITH CHECK counts. Without it the policy allows no row at all, or, where it is restrictive, forbids none. The usual hurried repair of the failing inserts is a WITH CHECK (true), for rows of any tenant.",
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
		for (const each of context.tenantPolicies) {
			const { key, table, policy } = each;
			if (policy.command !== "insert" || policy.check !== null) continue;
			yield {
				table: key,
				location: policy.location,
				message: policy.permissive
					? `Policy ${policy.name} lets no row be inserted into ${shown(table)}, as it has no WITH CHECK.`
					: `Policy ${policy.name} forbids no row of ${shown(table)}, of whatever tenant, as it has no WITH CHECK.`,
				help: "Add WITH CHECK with the tenant column.",
				remedies: () => checkTenant(context, each),
			};
		}
	},
};

function checkTenant(context: RuleContext, each: TenantPolicy): Remedy[] {
	const tenant = ownTenant(context, each);
	if (!tenant) return [];
	return amendPolicy(
		context,
		each,
		{ check: tenant.condition },
		{
			title: `Let policy ${each.policy.name} of ${shown(each.table)} check the tenant of new rows`,
			automatic: tenant.isCertain,
		},
	);
}
