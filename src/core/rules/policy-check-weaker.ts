import { amendPolicy } from "./base/amend";
import { allOf, armsOf } from "./base/condition-text";
import { withPolicy } from "./base/examples";
import { isAlwaysTrue, isNeverTrue, names } from "./base/expressions";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { isPlain } from "./base/session";

export const policyCheckWeaker: Rule = {
	id: "policy-check-weaker",
	summary: "A policy's WITH CHECK asks for less than its USING: rows can be written into other tenants.",
	severity: "error",
	doc: {
		why: "A tenant can insert a row for another one, or move its own there, where it poisons the other's data or is shown in the other's screens.",
		remedy: "Leave WITH CHECK out, so that USING holds for writes too, or write the same condition in both.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy(
			"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid)) WITH CHECK (true)",
		),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "without WITH CHECK, USING holds for new rows",
				sql: withPolicy("FOR UPDATE TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
			},
			{
				title: "nothing may be written at all",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid)) WITH CHECK (false)",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check, columns } = each;
			if (!policy.permissive || using === null || check === null) continue;
			// A function or a subquery that is given the row may know the tenant.
			const asksForTenant = names(using, columns) || !isPlain(using);
			if (!asksForTenant || names(check, columns) || isNeverTrue(check)) continue;
			if (!isPlain(check)) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} shows only the tenant's rows and lets rows of ${shown(table)} be written for any tenant.`,
				help: "Leave WITH CHECK out, or repeat the condition of USING in it.",
				remedies: () => repeatTenant(context, each, isAlwaysTrue(check)),
			};
		}
	},
};

/** What USING asks of the tenant, in WITH CHECK, too; what that asks for itself stays. */
function repeatTenant(context: RuleContext, each: TenantPolicy, isEmpty: boolean): Remedy[] {
	const { table, policy, columns } = each;
	const asked = (policy.using === null ? null : armsOf(context, policy.using, "AND_EXPR"))?.filter((arm) => {
		const node = context.expression(arm);
		return node !== null && names(node, columns);
	});
	if (!asked || policy.check === null) return [];
	const check = allOf(context, ...asked, ...(isEmpty ? [] : [policy.check]));
	return amendPolicy(
		context,
		each,
		{ check },
		{
			title: `Let policy ${policy.name} of ${shown(table)} check the tenant of written rows, too`,
			automatic: true,
		},
	);
}
