import { isMember } from "../tenancy/enforcement";
import { amendPolicy } from "./base/amend";
import { PRODUCT, withPolicy } from "./base/examples";
import { isAlwaysTrue } from "./base/expressions";
import { ownTenant, withTenant } from "./base/own-tenant";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { isSignUp } from "./base/sign-up";

export const policyAlwaysTrue: Rule = {
	id: "policy-always-true",
	summary: "A policy lets through every row of a table that holds tenants' data.",
	severity: "error",
	doc: {
		why: "Permissive policies add up: one that is always true shows every tenant's rows to the roles it is for, whatever the others say.",
		remedy: "Compare the tenant column with the session's tenant, or say that the table is shared.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: withPolicy("TO app_user USING (true)"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "only a role that no tenant has",
				sql: `${withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))")}CREATE ROLE service_role BYPASSRLS;\nCREATE POLICY service ON orders TO service_role USING (true);\n`,
			},
			{
				title: "a restrictive policy takes back what it opens",
				sql: `${withPolicy("TO app_user USING (true)")}CREATE POLICY tenant ON orders AS RESTRICTIVE TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\n`,
			},
			{
				title: "whoever signs up may make a tenant, which wasn't there before",
				sql: `${PRODUCT}CREATE POLICY sign_up ON tenants FOR INSERT TO app_user WITH CHECK (true);\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check } = each;
			if (!policy.permissive) continue;
			const read = using !== null && isAlwaysTrue(using);
			const written = policy.using === null && check !== null && isAlwaysTrue(check);
			if ((!read && !written) || isSignUp(context, each)) continue;
			yield {
				table: key,
				location: policy.location,
				...(isForOthers(context, each) ? { severity: "warning" as const } : {}),
				message: read
					? `Policy ${policy.name} is always true, so ${shown(table)} shows the rows of all tenants.`
					: `Policy ${policy.name} is always true, so a row of ${shown(table)} can be written for any tenant.`,
				help: "Compare the tenant column with the session's tenant.",
				remedies: () => askForTenant(context, each),
			};
		}
	},
};

/** Whether none of the roles is the application's, as far as the files say which those are: reports, support. */
function isForOthers({ model, applicationRoles }: RuleContext, { policy: { roles } }: TenantPolicy): boolean {
	if (applicationRoles.length === 0 || roles.includes("public")) return false;
	return !roles.some((role) => applicationRoles.some((each) => isMember(model, each, role)));
}

/** The tenant's condition; what WITH CHECK asks for besides stays. */
function askForTenant(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy } = each;
	const tenant = ownTenant(context, each);
	if (!tenant) return [];
	const { condition } = tenant;
	const check = policy.check === null ? undefined : withTenant(context, each, condition, policy.check);
	const change = {
		...(policy.using === null ? {} : { using: condition }),
		...(check === undefined ? {} : { check }),
	};
	return amendPolicy(context, each, change, {
		title: `Let policy ${policy.name} of ${shown(table)} show the tenant's own rows only`,
		// To show a table's rows to everybody may be meant: then it is shared.
		automatic: tenant.isCertain && policy.command !== "select",
	});
}
