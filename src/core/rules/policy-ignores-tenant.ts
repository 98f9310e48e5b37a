import type { Node } from "@pgsql/types";
import { as } from "../schema/tree";
import { amendPolicy } from "./base/amend";
import { openingOf, opens, saidOf } from "./base/callers";
import { PRODUCT, withPolicy } from "./base/examples";
import { isAlwaysTrue, isNeverTrue, joinedBy, names, nodesOf } from "./base/expressions";
import { type Write, writeOfOwnRows } from "./base/own-rows";
import { ownTenant, withTenant } from "./base/own-tenant";
import { hasTenantSibling } from "./base/policies";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { isSignUp } from "./base/sign-up";

export const policyIgnoresTenant: Rule = {
	id: "policy-ignores-tenant",
	summary: "A policy of a tenant's table asks for something else than the tenant.",
	severity: "error",
	doc: {
		why: "A condition on the row's state or on the caller's role lets through rows of every tenant that meet it: all published articles, all rows for every admin.",
		remedy: "Add the tenant to the condition with AND.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy("TO app_user USING (total > 0)"),
		good: withPolicy("TO app_user USING (total > 0 AND tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "it lets nothing through",
				sql: withPolicy("TO app_user USING (false)"),
			},
			{
				title: "the row is the caller's own",
				sql: withPolicy(
					"FOR SELECT TO app_user USING (total > 0 AND id = (SELECT current_setting('app.user_id')::uuid))",
				),
			},
			{
				title: "the tenant is checked inside a helper function",
				sql: `CREATE FUNCTION may_see(uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';\n${withPolicy("TO app_user USING (may_see(id))")}`,
			},
			{
				title: "the tenant is reached over another table",
				sql: withPolicy(
					"TO app_user USING (EXISTS (SELECT FROM customers WHERE customers.tenant_id = orders.tenant_id))",
				),
			},
			{
				title: "it only lets new tenants be made",
				sql: `${PRODUCT.replace("CREATE POLICY tenants_tenant_isolation ON tenants TO", "CREATE POLICY tenants_tenant_isolation ON tenants FOR UPDATE TO")}CREATE POLICY sign_up ON tenants FOR INSERT TO app_user WITH CHECK (name <> '');\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, policy, using, check, columns } = each;
			if (!policy.permissive) continue;
			const column = each.own.tenantColumn;
			const write = column && writeOfOwnRows(context, each, column);
			if (write) {
				yield { table: key, location: policy.location, ...saidOfOwnRows(each, write) };
				continue;
			}
			const condition = policy.using === null ? check : using;
			if (condition === null || isAlwaysTrue(condition) || isNeverTrue(condition) || names(condition, columns))
				continue;
			const opening = openingOf(context, each, condition);
			if (opening === null || isSignUp(context, each)) continue;
			// Beside one that asks for the tenant it is policy-or-widens'.
			if (hasTenantSibling(context, each)) continue;
			yield {
				table: key,
				location: policy.location,
				...(saidOf(each, opening) ?? saidOfRows(each, joinedBy(condition, "OR_EXPR").length > 1)),
				remedies: () => addTenant(context, each, condition),
			};
		}
	},
};

/** What is said of rows that people write for themselves: they are seen in the tenant, and may even say who belongs to it. */
function saidOfOwnRows(
	{ table, policy }: TenantPolicy,
	write: Write,
): Pick<Detection, "severity" | "message" | "help"> {
	const may = write === "insert" ? "add a row of their own to any tenant" : "move a row of their own to any tenant";
	return {
		severity: "warning",
		message: `Policy ${policy.name} asks whose row of ${shown(table)} it is and not for which tenant, so people may ${may}.`,
		help: "Add the tenant column to the condition of written rows with AND.",
	};
}

/** What is said of rows that are let through for what they are like. */
function saidOfRows(each: TenantPolicy, isAlternative: boolean): Pick<Detection, "severity" | "message" | "help"> {
	const subject = isAlternative ? `An alternative in policy ${each.policy.name}` : `Policy ${each.policy.name}`;
	return {
		...(isAlternative && { severity: "warning" }),
		message: `${subject} doesn't ask for the tenant, so ${opens(each, "rows that meet it")}.`,
		help: "Add the tenant column to the condition with AND.",
	};
}

function addTenant(context: RuleContext, each: TenantPolicy, condition: Node): Remedy[] {
	const { table, policy } = each;
	const tenant = ownTenant(context, each);
	if (!tenant) return [];
	const amended = (own: string | null) => (own === null ? undefined : withTenant(context, each, tenant.condition, own));
	const [using, check] = [amended(policy.using), amended(policy.check)];
	return amendPolicy(
		context,
		each,
		{ ...(using && { using }), ...(check && { check }) },
		{
			title: `Let policy ${policy.name} of ${shown(table)} ask for the tenant, too`,
			// What everybody may see, and what belongs to a user or a role of all tenants, may be meant so.
			automatic: tenant.isCertain && policy.command !== "select" && !asksSession(condition),
		},
	);
}

/** Whether it compares with what the session says of the caller. */
function asksSession(condition: Node): boolean {
	return [...nodesOf(condition)].some(
		(node) => as(node, "FuncCall") || as(node, "SQLValueFunction") || as(node, "SubLink"),
	);
}
