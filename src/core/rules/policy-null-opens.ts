import type { Node } from "@pgsql/types";
import { as, constantOf, stringsOf } from "../schema/tree";
import { amendPolicy } from "./base/amend";
import { armsOf } from "./base/condition-text";
import { withPolicy } from "./base/examples";
import { isNullTest, joinedBy, nodesOf } from "./base/expressions";
import { ownTenant } from "./base/own-tenant";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

/**
 * `current_setting(…) IS NULL`, or `= ''`, as which a setting reads once a transaction has set it: true for a whole
 * session, unlike a test of the row's own column.
 */
function testsSession(condition: Node): boolean {
	return (
		(isNullTest(condition) || isEmptyTest(condition)) && ![...nodesOf(condition)].some((each) => as(each, "ColumnRef"))
	);
}

function isEmptyTest(condition: Node): boolean {
	const comparison = as(condition, "A_Expr");
	if (comparison?.kind !== "AEXPR_OP" || stringsOf(comparison.name).join() !== "=") return false;
	return constantOf(comparison.lexpr) === "" || constantOf(comparison.rexpr) === "";
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
				title: "a test of the row's own column, as it is or within a function, opens that row only",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid) AND (total IS NULL OR abs(total) IS NULL OR total > 0))",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check } = each;
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
				remedies: () => takeOut(context, each),
			};
		}
	},
};

/** What is left without the IS NULL alternatives; the tenant's condition where nothing is. */
function takeOut(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy } = each;
	const amended = (own: string | null): string | undefined => {
		const arms = own === null ? null : armsOf(context, own, "OR_EXPR");
		const left = arms?.filter((arm) => {
			const node = context.expression(arm);
			return node !== null && !testsSession(node);
		});
		if (!arms || !left || left.length === arms.length) return undefined;
		return left.length > 0 ? left.join(" OR ") : ownTenant(context, each)?.condition;
	};
	const [using, check] = [amended(policy.using), amended(policy.check)];
	return amendPolicy(
		context,
		each,
		{ ...(using && { using }), ...(check && { check }) },
		{
			title: `Let policy ${policy.name} of ${shown(table)} show nothing while no tenant is set`,
			automatic: true,
		},
	);
}
