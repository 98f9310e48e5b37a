import type { Policy } from "../schema/model";
import { opens, saidOf, widestOpening } from "./base/callers";
import { PRODUCT, withPolicy } from "./base/examples";
import { isAlwaysTrue, isNeverTrue, isNullTest, joinedBy, names } from "./base/expressions";
import { conditionOf, hasTenantSibling } from "./base/policies";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { isSignUp } from "./base/sign-up";

const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";

export const policyOrWidens: Rule = {
	id: "policy-or-widens",
	summary: "An OR, within a policy or between two, lets rows through that nobody asked the tenant of.",
	severity: "error",
	doc: {
		why: "PostgreSQL joins permissive policies with OR. A second one that was meant to narrow the first, such as “only what isn't deleted”, shows every tenant's rows that meet it. An OR within a policy does the same.",
		remedy:
			"Make a policy that narrows AS RESTRICTIVE, or join the conditions with AND; ask for the tenant in each alternative.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE POLICY orders_worth_showing ON orders FOR SELECT TO app_user USING (total > 0);\n`,
		good: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE POLICY orders_worth_showing ON orders AS RESTRICTIVE FOR SELECT TO app_user USING (total > 0);\n`,
		traps: [
			{
				title: "each alternative asks for the tenant",
				sql: withPolicy(`TO app_user USING ((${TENANT} AND total > 0) OR (${TENANT} AND total < 0))`),
			},
			{
				title: "the OR is inside an AND with the tenant",
				sql: withPolicy(`TO app_user USING (${TENANT} AND (total > 0 OR total < -10))`),
			},
			{
				title: "the alternative is for rows of no tenant",
				sql: withPolicy(`TO app_user USING (${TENANT} OR tenant_id IS NULL)`),
			},
			{
				title: "the alternative shows the caller's own rows",
				sql: withPolicy(`TO app_user USING (${TENANT} OR id = (SELECT current_setting('app.user_id')::uuid))`),
			},
			{
				title: "the other policy is for another role",
				sql: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE ROLE service_role;\nCREATE POLICY orders_service ON orders TO service_role USING (total > 0);\n`,
			},
			{
				title: "the other policy only lets new tenants be made",
				sql: `${PRODUCT}CREATE POLICY sign_up ON tenants FOR INSERT TO app_user WITH CHECK (name <> '');\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, policy, columns } = each;
			const condition = conditionOf(each);
			if (!policy.permissive || condition === null || isAlwaysTrue(condition) || isNeverTrue(condition)) continue;
			if (isSignUp(context, each)) continue;
			const alternatives = joinedBy(condition, "OR_EXPR");
			const isNamed = names(condition, columns);
			// Beside no other that asks for the tenant it is policy-ignores-tenant's.
			if (!isNamed && !hasTenantSibling(context, each)) continue;
			// Rows of nobody are meant where an alternative asks whether something is NULL.
			const ways = alternatives.filter((one) => !isNamed || !joinedBy(one, "AND_EXPR").some(isNullTest));
			const opening = widestOpening(context, each, ways);
			// Beside the tenant, in one policy, it stands in plain sight who else may.
			if (opening === null || (isNamed && opening === "switch")) continue;
			yield {
				table: key,
				location: policy.location,
				...(saidOf(each, opening) ?? saidOfRows(each, alternatives.length > 1)),
			};
		}
	},
};

/** What is said of rows that are let through for what they are like. */
function saidOfRows(each: TenantPolicy, isAlternative: boolean): Pick<Detection, "severity" | "message" | "help"> {
	const { table, policy } = each;
	if (isAlternative)
		return {
			severity: "warning",
			message: `An alternative in policy ${policy.name} doesn't ask for the tenant, so ${opens(each, "rows that meet it")}.`,
			help: "Ask for the tenant in each alternative of the OR, or join the conditions with AND.",
		};
	if (isPublishing(policy))
		return {
			severity: "warning",
			message: `Policy ${policy.name} shows the rows of ${shown(table)} that meet it to every tenant, as is right for what is published and for nothing else.`,
			help: "If they are meant for everybody, say so in a tenancy-ignore comment; else create it AS RESTRICTIVE, or put its condition into the other policy with AND.",
		};
	return {
		message: `Policy ${policy.name} adds to the table's other policies rather than narrowing them, so ${opens(each, "rows that meet it")}.`,
		help: "Create it AS RESTRICTIVE, or put its condition into the other policy with AND.",
	};
}

/** Words for what a tenant shows to others on purpose; on their own, not within another word. */
const PUBLISHED = /(?<![a-z])(?:public|publish(?:ed)?|private|shared?|sharing|visible|visibility|unlisted)(?![a-z])/i;

/** Whether a policy is for reading what a tenant published: a slip that was meant to narrow speaks of other things. */
function isPublishing({ command, using }: Policy): boolean {
	return command === "select" && using !== null && PUBLISHED.test(using);
}
