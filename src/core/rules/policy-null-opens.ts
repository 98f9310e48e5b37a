import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { as, constantOf, stringsOf } from "../schema/tree";
import { amendPolicy } from "./base/amend";
import { armsOf } from "./base/condition-text";
import { withPolicy } from "./base/examples";
import { columnOf, comparedWith, isAlwaysTrue, isNullTest, joinedBy, nodesOf } from "./base/expressions";
import { ownTenant } from "./base/own-tenant";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { asksSession, unwrapped } from "./base/session";

/** Whether a condition has anything by which it could open: most have not, and are asked once. */
const mayOpen = factOf((condition: Node) =>
	[...nodesOf(condition)].some((each) => {
		const kind = as(each, "A_Expr")?.kind;
		const isPlain = kind === undefined || (kind === "AEXPR_OP" && stringsOf(as(each, "A_Expr")?.name).join() === "=");
		const isPart = as(each, "NullTest") ?? as(each, "CaseExpr") ?? as(each, "CoalesceExpr");
		return !isPlain || isPart !== undefined || isEmptyTest(each);
	}),
);

/** Whether an alternative of a condition lets every row through while the setting is missing or empty. */
function opens(condition: Node, columns: ReadonlySet<string>): boolean {
	return (
		testsSession(condition) ||
		joinedBy(condition, "AND_EXPR").some((each) => fallsBack(each, columns) || isPattern(each, columns)) ||
		[...nodesOf(condition)].some((each) => {
			const arm = as(each, "CaseWhen");
			return arm?.expr && arm.result && testsSession(arm.expr) && isAlwaysTrue(arm.result);
		})
	);
}

/** `tenant_id = COALESCE(current_setting(…), tenant_id)`. */
function fallsBack(condition: Node, columns: ReadonlySet<string>): boolean {
	const value = unwrapped(comparedWith(condition, columns) ?? undefined);
	const args = as(value, "CoalesceExpr")?.args ?? [];
	return args.some((each) => asksSession(each)) && args.some((each) => columns.has(columnOf(each) ?? ""));
}

/** `tenant LIKE current_setting(…) || '%'`: nothing, or a `%`, is like every tenant. */
function isPattern(condition: Node, columns: ReadonlySet<string>): boolean {
	const expression = as(condition, "A_Expr");
	const isLike = expression?.kind === "AEXPR_LIKE" || expression?.kind === "AEXPR_ILIKE";
	const isMatch = isLike || /^~\*?$/.test(stringsOf(expression?.name).join());
	const pattern = expression?.rexpr;
	return isMatch && columns.has(columnOf(expression?.lexpr) ?? "") && pattern !== undefined && asksSession(pattern);
}

/**
 * `current_setting(…) IS NULL`, or `= ''`, as which a setting reads once a transaction has set it: true for a whole
 * session, unlike a test of the row's own column.
 */
function testsSession(condition: Node): boolean {
	return (
		(isNullTest(condition) || isEmptyTest(condition) || isUnequalTest(condition)) &&
		![...nodesOf(condition)].some((each) => as(each, "ColumnRef"))
	);
}

function isEmptyTest(condition: Node): boolean {
	const comparison = as(condition, "A_Expr");
	if (comparison?.kind !== "AEXPR_OP" || stringsOf(comparison.name).join() !== "=") return false;
	return constantOf(comparison.lexpr) === "" || constantOf(comparison.rexpr) === "";
}

/** `current_setting(…) <> 'on'`: so is nothing at all. */
function isUnequalTest(condition: Node): boolean {
	const comparison = as(condition, "A_Expr");
	const isUnequal =
		comparison?.kind === "AEXPR_DISTINCT" ||
		(comparison?.kind === "AEXPR_OP" && stringsOf(comparison.name).join() === "<>");
	return (
		isUnequal &&
		asksSession(condition) &&
		[comparison.lexpr, comparison.rexpr].some((side) => constantOf(side) !== null)
	);
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
			const { key, table, policy, using, check, columns } = each;
			if (!policy.permissive) continue;
			const isOpen = [using, check].some(
				(condition) =>
					condition !== null && mayOpen(condition) && joinedBy(condition, "OR_EXPR").some((arm) => opens(arm, columns)),
			);
			if (!isOpen) continue;
			yield {
				table: key,
				location: policy.location,
				message: `While no tenant is set, policy ${policy.name} shows all tenants' rows of ${shown(table)}.`,
				help: "Compare the tenant column with the setting and nothing else, so that a session without a tenant gets nothing.",
				remedies: () => takeOut(context, each),
			};
		}
	},
};

/** What is left without the alternatives that open; the tenant's condition where nothing is. */
function takeOut(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy } = each;
	const amended = (own: string | null): string | undefined => {
		const arms = own === null ? null : armsOf(context, own, "OR_EXPR");
		const left = arms?.filter((arm) => {
			const node = context.expression(arm);
			return node !== null && !opens(node, each.columns);
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
