import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import { amendPolicy } from "./base/amend";
import { allowsMissing, withoutMissing } from "./base/calls";
import { withPolicy } from "./base/examples";
import { isNullTest, joinedBy, names, nodesOf } from "./base/expressions";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

/** `current_setting(…, true)` anywhere in it. */
const isLenient = factOf((condition: Node) => [...nodesOf(condition)].some(allowsMissing));

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
		for (const each of context.tenantPolicies) {
			const { key, table, policy, using, check } = each;
			const lenient = [using, check].some((condition) => condition !== null && isLenient(condition));
			if (!lenient) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Where no tenant is set, policy ${policy.name} shows no rows of ${shown(table)} instead of failing.`,
				help: "Call current_setting with the name alone, so that a missing tenant is an error.",
				remedies: () => failWithoutTenant(context, each),
			};
		}
	},
};

function failWithoutTenant(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy, using, check, columns } = each;
	// A setting that says something else than the tenant may well be missing.
	if ([using, check].some((condition) => condition !== null && !asksTenantOnly(condition, columns))) return [];
	const amended = (own: string | null) => (own === null ? undefined : withoutMissing(context, own));
	const [newUsing, newCheck] = [amended(policy.using), amended(policy.check)];
	if (newUsing === null || newCheck === null) return [];
	const change = {
		...(newUsing !== undefined && newUsing !== policy.using ? { using: newUsing } : {}),
		...(newCheck !== undefined && newCheck !== policy.check ? { check: newCheck } : {}),
	};
	return amendPolicy(context, each, change, {
		title: `Let policy ${policy.name} of ${shown(table)} fail where no tenant is set`,
		// Pages that show nothing to a session without a tenant fail from then on.
		automatic: false,
	});
}

/** Whether its lenient settings are all compared with the tenant, or tested for NULL. */
function asksTenantOnly(condition: Node, columns: ReadonlySet<string>): boolean {
	const either = joinedBy(condition, "OR_EXPR");
	const arms = either.length > 1 ? either : joinedBy(condition, "AND_EXPR");
	if (arms.length > 1) return arms.every((arm) => asksTenantOnly(arm, columns));
	return !isLenient(condition) || isNullTest(condition) || names(condition, columns);
}
