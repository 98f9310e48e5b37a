import { withPolicy } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const policyToPublic: Rule = {
	id: "policy-to-public",
	summary: "A policy names no role, so it holds for every role there is.",
	severity: "info",
	doc: {
		why: "Roles that are added later, for reports or support, get the policy's rows without anybody deciding it, and PostgreSQL evaluates the policy for roles it was never meant for.",
		remedy: "Name the application's role: TO app_user.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
			{
				title: "Supabase: RLS performance",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations",
			},
		],
		bad: withPolicy("USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		// Where no role is known there is none to name.
		if (context.applicationRoles.length === 0) return;
		for (const { key, table, policy } of context.tenantPolicies) {
			if (!policy.permissive || !policy.roles.includes("public")) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} of ${shown(table)} holds for every role, those that are added later too.`,
				help: `Name the role that it is for, such as TO ${context.applicationRoles[0]}.`,
			};
		}
	},
};
