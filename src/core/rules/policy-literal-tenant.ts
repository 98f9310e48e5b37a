import { constantOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { comparedWith, joinedBy } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const policyLiteralTenant: Rule = {
	id: "policy-literal-tenant",
	summary: "A policy compares the tenant column with a constant.",
	severity: "error",
	doc: {
		why: "Whoever connects gets that one tenant's rows, and nobody else's are reachable: a leftover of a test, and a leak of the tenant that is written there.",
		remedy: "Compare with the session's tenant.",
		sources: [
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: withPolicy("TO app_user USING (tenant_id = '6a5c0f0a-0000-4000-8000-000000000001')"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check, columns } of context.tenantPolicies) {
			const literal = [using, check]
				.flatMap((condition) => (condition === null ? [] : joinedBy(condition, "AND_EXPR")))
				.map((each) => comparedWith(each, columns))
				.find((other) => other !== null && constantOf(other) !== null);
			if (!literal) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} always means the tenant ${constantOf(literal)}, whoever is connected to ${shown(table)}.`,
				help: "Compare the tenant column with the session's tenant.",
			};
		}
	},
};
