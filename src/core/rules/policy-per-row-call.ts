import type { Node } from "@pgsql/types";
import { as, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { byTree, nodesOf } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** Built-in functions that cost nothing worth saying. */
const CHEAP = /^(coalesce|lower|upper|now|length|nullif|any_value|array_position)$/;

const callIn = byTree((condition) => perRowCall(condition));

/** The name of a function whose arguments hold no column, called outside of a subquery; null where there is none. */
function perRowCall(node: unknown): string | null {
	if (Array.isArray(node)) return node.map(perRowCall).find((name) => name !== null) ?? null;
	if (node === null || typeof node !== "object" || as(node as Node, "SubLink")) return null;
	const call = as(node as Node, "FuncCall");
	const name = stringsOf(call?.funcname).at(-1);
	if (call && name !== undefined && !CHEAP.test(name)) {
		const args = [...nodesOf(call.args ?? [])];
		if (!args.some((each) => as(each, "ColumnRef"))) return stringsOf(call.funcname).join(".");
	}
	return perRowCall(Object.values(node));
}

export const policyPerRowCall: Rule = {
	id: "policy-per-row-call",
	summary: "A policy calls a function for each row rather than once a statement.",
	severity: "warning",
	doc: {
		why: "PostgreSQL evaluates the call for every row that it looks at: 10,000 rows, 10,000 calls. Inside (SELECT …) it runs once.",
		remedy: "Wrap the call: (SELECT current_setting('app.tenant_id'))::uuid.",
		sources: [
			{
				title: "Supabase: RLS performance",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations",
			},
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy("TO app_user USING (tenant_id = current_setting('app.tenant_id')::uuid)"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "a function of the row has to run for each row",
				sql: `CREATE FUNCTION may_see(uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';\n${withPolicy("TO app_user USING (may_see(tenant_id))")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check } of context.tenantPolicies) {
			const name = [using, check].map((condition) => condition && callIn(condition)).find((each) => each);
			if (!name) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} calls ${name} once for each row of ${shown(table)} that PostgreSQL looks at.`,
				help: `Put the call into a subquery, (SELECT ${name}(…)), so that it runs once a statement.`,
			};
		}
	},
};
