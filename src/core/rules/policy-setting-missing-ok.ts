import { as, constantOf, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { byTree, nodesOf } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** `current_setting(…, true)` anywhere in it. */
const allowsMissing = byTree((condition) =>
	[...nodesOf(condition)].some((node) => {
		const call = as(node, "FuncCall");
		return stringsOf(call?.funcname).at(-1) === "current_setting" && constantOf(call?.args?.[1]) === "true";
	}),
);

export const policySettingMissingOk: Rule = {
	id: "policy-setting-missing-ok",
	summary: "A policy reads the tenant from a setting that may be missing without an error.",
	severity: "info",
	doc: {
		why: "A session in which nobody set the tenant gets no rows instead of an error. An empty page looks like lost data, and the mistake is found late.",
		remedy: "Call current_setting with the name alone, which fails where it is not set.",
		sources: [
			{
				title: "PostgreSQL: current_setting",
				url: "https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADMIN-SET",
			},
		],
		bad: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id', true)::uuid))"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check } of context.tenantPolicies) {
			const lenient = [using, check].some((condition) => condition !== null && allowsMissing(condition));
			if (!lenient) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Where no tenant is set, ${shown(table)} looks empty instead of failing.`,
				help: "Call current_setting with the name alone, so that a missing tenant is an error.",
			};
		}
	},
};
