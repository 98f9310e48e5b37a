import { amendPolicy } from "./base/amend";
import { withPolicy } from "./base/examples";
import { PLATFORM_ROLES } from "./base/policies";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

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
		for (const each of context.tenantPolicies) {
			const { key, table, policy } = each;
			if (!policy.permissive || !policy.roles.includes("public")) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} of ${shown(table)} holds for every role, those that are added later too.`,
				help: `Name the role that it is for, such as TO ${context.applicationRoles[0]}.`,
				remedies: () => nameRoles(context, each),
			};
		}
	},
};

/** The application's roles, and those that may use the table besides: nobody loses the rows that it has. */
function nameRoles(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { key, table, policy } = each;
	const { model, applicationRoles } = context;
	const granted = model.grants
		.filter(({ objectKind, objects }) => objectKind === "table" && objects.includes(key))
		.flatMap((grant) => grant.roles);
	const isBound = (role: string) =>
		model.roles.get(role)?.bypassRls !== true && model.roles.get(role)?.superuser !== true;
	const others = granted.filter((role) => role !== "public" && !PLATFORM_ROLES.has(role) && isBound(role));
	const roles = [...new Set([...applicationRoles, ...others])];
	return amendPolicy(
		context,
		each,
		{ roles },
		{
			title: `Let policy ${policy.name} of ${shown(table)} hold for ${roles.join(" and ")} only`,
			// A role that isn't known from the grants, such as the owner whom the policies bind, too, gets nothing any more.
			automatic: !table.rls.forced && !granted.includes("public"),
		},
	);
}
