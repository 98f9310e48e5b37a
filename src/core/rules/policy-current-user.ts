import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { as, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { columnOf, nodesOf } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { isRoleName, unwrapped } from "./base/session";

const comparesWithRole = factOf((condition: Node) => [...nodesOf(condition)].some(isColumnAndRole));

/** `owner = current_user`; a role that is compared with a constant is another matter. */
function isColumnAndRole(node: Node): boolean {
	const comparison = as(node, "A_Expr");
	if (!comparison || stringsOf(comparison.name).join() !== "=") return false;
	const { lexpr, rexpr } = comparison;
	return (isRoleName(lexpr) && isColumn(rexpr)) || (isRoleName(rexpr) && isColumn(lexpr));
}

function isColumn(node: Node | undefined): boolean {
	return columnOf(unwrapped(node)) !== null;
}

export const policyCurrentUser: Rule = {
	id: "policy-current-user",
	summary: "A policy takes the tenant from the database role of the connection.",
	severity: "warning",
	doc: {
		why: "An application with a pool connects as one role for all tenants, so the policy gives all of them the same rows. In functions with SECURITY DEFINER and in views current_user is the owner. session_user stays what the pool logged in as, whatever SET ROLE says.",
		remedy:
			"Bind the tenant with SET LOCAL or set_config(…, true) and compare with current_setting('app.tenant_id'); or make sure that each tenant has a role of its own.",
		sources: [
			{
				title: "PostgreSQL: System Information Functions",
				url: "https://www.postgresql.org/docs/current/functions-info.html",
			},
			{
				title: "AWS: Multi-tenant data isolation with PostgreSQL Row Level Security",
				url: "https://aws.amazon.com/blogs/database/multi-tenant-data-isolation-with-postgresql-row-level-security/",
			},
		],
		bad: `${withPolicy("TO app_user USING (tenant_id::text = current_user)")}`,
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "the role decides what may be done, not whose rows",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid) AND current_user <> 'guest')",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check } of context.tenantPolicies) {
			if (![using, check].some((condition) => condition !== null && comparesWithRole(condition))) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} of ${shown(table)} asks for the connection's role. Where a pool connects as one role for all, all tenants get the same rows.`,
				help: "Compare with current_setting('app.tenant_id'), set in each transaction.",
			};
		}
	},
};
