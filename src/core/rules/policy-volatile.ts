import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { type FunctionModel, qualified } from "../schema/model";
import { as, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

/** The last names of the functions that it calls outside of subqueries. */
const callsIn = factOf((condition: Node) => new Set(calls(condition)));

function* calls(node: unknown): Iterable<string> {
	if (Array.isArray(node)) for (const each of node) yield* calls(each);
	else if (node !== null && typeof node === "object" && !as(node as Node, "SubLink")) {
		const name = stringsOf(as(node as Node, "FuncCall")?.funcname).at(-1);
		if (name !== undefined) yield name;
		yield* calls(Object.values(node));
	}
}

function helper(volatility: string): string {
	return withPolicy("TO app_user USING (may_see(tenant_id))").replace(
		"CREATE TABLE orders",
		() =>
			`CREATE FUNCTION may_see(uuid) RETURNS boolean LANGUAGE sql ${volatility} AS $$ SELECT $1 = current_setting('app.tenant_id')::uuid $$;\nCREATE TABLE orders`,
	);
}

export const policyVolatile: Rule = {
	id: "policy-volatile",
	summary: "A policy calls a function that is declared VOLATILE, as functions are unless they say otherwise.",
	severity: "info",
	doc: {
		why: "PostgreSQL may not use an index for a condition with a VOLATILE function, nor inline the function: it reads all rows of all tenants and calls it for each.",
		remedy: "Declare the function STABLE: it reads the database and the session, and changes nothing.",
		sources: [
			{
				title: "PostgreSQL: Function Volatility Categories",
				url: "https://www.postgresql.org/docs/current/xfunc-volatility.html",
			},
			{
				title: "Supabase: RLS performance",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#rls-performance-recommendations",
			},
		],
		bad: helper("VOLATILE"),
		good: helper("STABLE"),
		traps: [
			{
				title: "it runs once a statement, in a subquery",
				sql: withPolicy("TO app_user USING (tenant_id = (SELECT my_tenant()))").replace(
					"CREATE TABLE orders",
					() =>
						"CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE sql AS $$ SELECT current_setting('app.tenant_id')::uuid $$;\nCREATE TABLE orders",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const byFunction = new Map<FunctionModel, TenantPolicy[]>();
		for (const each of context.tenantPolicies)
			for (const called of volatileCalls(context, each))
				byFunction.set(called, [...(byFunction.get(called) ?? []), each]);
		for (const [called, [first, ...others]] of byFunction) {
			if (!first) continue;
			const rest = others.length === 0 ? "" : ` and ${others.length} more`;
			yield {
				table: first.key,
				location: called.location,
				message: `${qualified(called)} is VOLATILE, and policy ${first.policy.name} of ${shown(first.table)}${rest} calls it for each row, without an index.`,
				help: "If it changes nothing, declare it STABLE.",
			};
		}
	},
};

function volatileCalls({ model }: RuleContext, { policy, using }: TenantPolicy): FunctionModel[] {
	// A new row is looked at by itself: only what is read is read slowly.
	const called = using === null ? new Set<string>() : callsIn(using);
	return [...model.functions.values()].filter(
		(each) => each.volatility === "volatile" && called.has(each.name) && policy.usesFunctions.includes(qualified(each)),
	);
}
