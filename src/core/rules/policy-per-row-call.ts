import type { Node } from "@pgsql/types";
import { as, stringsOf } from "../schema/tree";
import { amendPolicy } from "./base/amend";
import { perRowCalls, wrapCalls } from "./base/calls";
import { withPolicy } from "./base/examples";
import { shown } from "./base/protection";
import { readsWithSubquery, wayBackOfWrites } from "./base/recursion";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

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
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check } = each;
			const [call] = [using, check].flatMap((condition) => (condition === null ? [] : perRowCalls(condition)));
			if (!call) continue;
			const name = stringsOf(as(call, "FuncCall")?.funcname).join(".");
			const recurses = wouldRecurse(context, each);
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} calls ${name} once for each row of ${shown(table)} that PostgreSQL looks at.`,
				help: `Put the call into a subquery, (SELECT ${name}(…)), so that it runs once a statement${recurses ? `, after the policies for writing ${shown(table)} read it in a function with SECURITY DEFINER: with a subquery here they would be refused as infinite recursion` : ""}.`,
				remedies: () => (recurses ? [] : callOnce(context, each)),
			};
		}
	},
};

/** Whether the first subquery for reading a table would make PostgreSQL refuse its policies for writing, which read it again. */
function wouldRecurse(context: RuleContext, { key, table, policy }: TenantPolicy): boolean {
	if (policy.command !== "select" && policy.command !== "all") return false;
	return !readsWithSubquery(context, table) && wayBackOfWrites(context, key, table).length > 0;
}

function callOnce(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy, using, check } = each;
	const amended = (own: string | null, tree: Node | null) =>
		own !== null && tree !== null && perRowCalls(tree).length > 0 ? wrapCalls(context, own) : undefined;
	const [newUsing, newCheck] = [amended(policy.using, using), amended(policy.check, check)];
	if (newUsing === null || newCheck === null) return [];
	const change = { ...(newUsing && { using: newUsing }), ...(newCheck && { check: newCheck }) };
	return amendPolicy(context, each, change, {
		title: `Let policy ${policy.name} of ${shown(table)} call its functions once a statement`,
		automatic: true,
	});
}
