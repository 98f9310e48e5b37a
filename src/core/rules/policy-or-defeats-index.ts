import type { Node } from "@pgsql/types";
import type { Table } from "../schema/model";
import { as, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { columnOf, isAlwaysTrue, isNeverTrue, isNullTest, joinedBy } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { hasColumns } from "./base/session";

const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";

export const policyOrDefeatsIndex: Rule = {
	id: "policy-or-defeats-index",
	summary: "A policy has an alternative that no index serves, so the tenant's index serves for nothing.",
	severity: "info",
	doc: {
		why: "With OR PostgreSQL can use the index on the tenant only if each alternative has an index, too. One that reads another table, or asks for the session's rights, makes it read the rows of all tenants.",
		remedy:
			"Put the other alternative into the list of what is compared: tenant_id = ANY ((SELECT array_agg(…))), or into a policy for the role that it is for.",
		sources: [
			{
				title: "PostgreSQL: Combining Multiple Indexes",
				url: "https://www.postgresql.org/docs/current/indexes-bitmap-scans.html",
			},
			{
				title: "Supabase: RLS performance",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations",
			},
		],
		bad: withPolicy(`TO app_user USING (${TENANT} OR (SELECT current_setting('app.is_support')) = 'on')`),
		good: withPolicy(`TO app_user USING (${TENANT})`),
		traps: [
			{
				title: "each alternative has an index",
				sql: withPolicy(`TO app_user USING (${TENANT} OR id = (SELECT current_setting('app.order_id')::uuid))`),
			},
			{
				title: "IS NULL is served by the same index",
				sql: withPolicy(`TO app_user USING (${TENANT} OR tenant_id IS NULL)`),
			},
			{
				title: "the OR only narrows what the tenant's index finds",
				sql: withPolicy(
					`TO app_user USING (${TENANT} AND (total > 0 OR (SELECT current_setting('app.is_support')) = 'on'))`,
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, own } of context.tenantPolicies) {
			const column = own.tenantColumn;
			if (!policy.permissive || using === null || column === null || isAlwaysTrue(using)) continue;
			// A test of the session is policy-null-opens'.
			const alternatives = joinedBy(using, "OR_EXPR").filter((each) => !isNullTest(each) || hasColumns(each));
			if (alternatives.length < 2 || !isLed(table, column)) continue;
			const isServed = (each: Node) => joinedBy(each, "AND_EXPR").some((part) => serves(part, table));
			if (!alternatives.some((each) => serves(each, table, column))) continue;
			if (alternatives.every((each) => isServed(each) || isNeverTrue(each))) continue;
			yield {
				table: key,
				location: policy.location,
				message: `An alternative in policy ${policy.name} has no index, so PostgreSQL reads the rows of all tenants in ${shown(table)}, whatever index leads with ${column}.`,
				help: `Leave ${column} = … alone in the policy, and give what the other alternative is for a policy or role of its own.`,
			};
		}
	},
};

/** Whether an index can find the rows of the condition; given a column, whether it is one of that column. */
function serves(node: Node, table: Table, only?: string): boolean {
	const isIndexed = (side: Node | undefined) => {
		const name = as(side, "ColumnRef") ? columnOf(side) : null;
		return name !== null && (only === undefined || name === only) && isLed(table, name);
	};
	if (isNullTest(node)) return isIndexed(as(node, "NullTest")?.arg);
	const comparison = as(node, "A_Expr");
	if (!comparison || !/^[<>]?=$|^[<>]$/.test(stringsOf(comparison.name).join())) return false;
	const { lexpr, rexpr } = comparison;
	return (isIndexed(lexpr) && isConstant(rexpr)) || (isIndexed(rexpr) && isConstant(lexpr));
}

/** The same for all rows; a list in `IN (…)` too. */
function isConstant(node: Node | undefined): boolean {
	return node !== undefined && (as(node, "SubLink") !== undefined || !hasColumns(node));
}

function isLed(table: Table, column: string): boolean {
	return [table.primaryKey, ...table.uniques, ...table.indexes].some((each) => each?.columns[0] === column);
}
