import type { Node } from "@pgsql/types";
import { listedFor, STAFF } from "./base/callers";
import { withPolicy } from "./base/examples";
import { constantsIn, joinedBy } from "./base/expressions";
import { conditionOf } from "./base/policies";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { rowColumns, subqueriesOf, tablesRead } from "./base/scopes";
import { asksSession } from "./base/session";

const MEMBERS = `CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
GRANT SELECT ON members TO app_user;
`;
const USER = "current_setting('app.user_id')::uuid";

/** A schema with members whose orders' policy asks `condition`. */
function asking(condition: string): string {
	return withPolicy(`TO app_user USING (${condition})`).replace("CREATE TABLE orders", `${MEMBERS}CREATE TABLE orders`);
}

export const policySubqueryLoose: Rule = {
	id: "policy-subquery-loose",
	summary: "A policy's subquery is tied to the row or to the caller, but not to both.",
	severity: "error",
	doc: {
		why: "A subquery that never asks who the caller is, is true for everybody. One that never names the row is true for all rows as soon as the caller is a member anywhere; it happens unseen, as a column without a table's name is the subquery's own where it has one of that name.",
		remedy:
			"Compare in the subquery both with the row, by its table's name (members.tenant_id = orders.tenant_id), and with the session's user or tenant.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
			{
				title: "Supabase: Row Level Security",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security",
			},
		],
		bad: asking(`EXISTS (SELECT FROM members WHERE members.tenant_id = tenant_id AND user_id = ${USER})`),
		good: asking(`EXISTS (SELECT FROM members WHERE members.tenant_id = orders.tenant_id AND user_id = ${USER})`),
		traps: [
			{
				title: "the subquery's table has row-level security itself, so it holds the caller's rows only",
				sql: withPolicy(
					"TO app_user USING (EXISTS (SELECT FROM customers WHERE customers.tenant_id = orders.tenant_id))",
				),
			},
			{
				title: "IN ties it to the row",
				sql: asking(`tenant_id IN (SELECT tenant_id FROM members WHERE user_id = ${USER})`),
			},
			{
				title: "another condition asks for the tenant",
				sql: asking(
					`tenant_id = (SELECT current_setting('app.tenant_id')::uuid) AND EXISTS (SELECT FROM members WHERE user_id = ${USER})`,
				),
			},
			{
				title: "staff of the whole product see all",
				sql: asking(
					`tenant_id = (SELECT current_setting('app.tenant_id')::uuid) OR EXISTS (SELECT FROM staff WHERE staff.id = ${USER})`,
				).replace(
					"CREATE TABLE orders",
					"CREATE TABLE staff (id uuid PRIMARY KEY);\nCOMMENT ON TABLE staff IS '@tenancy shared';\nCREATE TABLE orders",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const each of context.tenantPolicies) {
			const { key, table, policy, own } = each;
			// Before its first row a tenant has nobody that could be listed for it.
			if (policy.command === "insert" && own.scope === "tenant-root") continue;
			const condition = conditionOf(each);
			if (!policy.permissive || condition === null || policy.usesTables.length === 0) continue;
			const loose = joinedBy(condition, "OR_EXPR").map((one) => looseness(context, each, one));
			const found = loose.find((one) => one !== null);
			if (!found) continue;
			yield {
				table: key,
				location: policy.location,
				...(found === "staff" && { severity: "warning" as const }),
				message:
					found === "caller"
						? `The subquery of policy ${policy.name} never asks who the caller is, so it shows rows of ${shown(table)} to every tenant.`
						: `The subquery of policy ${policy.name} never names the row of ${shown(table)}, so whoever is listed for one tenant sees the rows of all${found === "staff" ? ", unless only the product's own staff can be" : ""}.`,
				help: `Compare in the subquery both with the row (… = ${table.name}.…) and with the session's user or tenant.`,
			};
		}
	},
};

/** To what an alternative's subqueries are not tied, `staff` where it may be right; null where they are, or where it can't be told. */
function looseness(context: RuleContext, tenant: TenantPolicy, node: Node): "row" | "caller" | "staff" | null {
	const { model } = context;
	if (subqueriesOf(node).length === 0) return null;
	const { table, policy, columns } = tenant;
	const read = tablesRead(model, node, policy.usesTables);
	if (read === null || read.some((each) => each === table)) return null;
	if (!asksSession(node)) return read.some((each) => each.rls.enabled) ? null : "caller";
	const named = rowColumns(model, table, node, policy.usesTables);
	if (named === null || named.size > 0 || columns.size === 0) return null;
	const constants = constantsIn(node);
	const listed = listedFor(context, read, constants);
	if (listed === null) return null;
	if (constants.some((each) => STAFF.test(each)) && constants.every((each) => !/[a-z]/i.test(each) || STAFF.test(each)))
		return null;
	return listed === "tenant" ? "row" : "staff";
}
