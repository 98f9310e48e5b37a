import type { Node } from "@pgsql/types";
import { constantOf } from "../schema/tree";
import { amendPolicy } from "./base/amend";
import { allOf, armsOf } from "./base/condition-text";
import { withPolicy } from "./base/examples";
import { comparedWith, joinedBy } from "./base/expressions";
import { ownTenant } from "./base/own-tenant";
import { shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";

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
		for (const tenant of context.tenantPolicies) {
			const { key, table, policy, using, check, columns } = tenant;
			const literal = [using, check]
				.flatMap((condition) => (condition === null ? [] : joinedBy(condition, "AND_EXPR")))
				.map((each) => literalIn(each, columns))
				.find((each) => each !== null);
			if (literal === undefined) {
				const also = [using, check]
					.flatMap((condition) => (condition === null ? [] : joinedBy(condition, "OR_EXPR")))
					.map((each) => literalIn(each, columns))
					.find((each) => each !== null);
				if (also !== undefined && policy.permissive)
					yield {
						table: key,
						location: policy.location,
						severity: "warning",
						message: `Policy ${policy.name} lets every tenant at the rows of the tenant ${also} in ${shown(table)}, too.`,
						help: "Keep what is for all in rows of no tenant, or in a table of its own, which the application may only read.",
					};
				continue;
			}
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} always means the tenant ${literal}, whoever is connected to ${shown(table)}.`,
				help: "Compare the tenant column with the session's tenant.",
				remedies: () => askSession(context, tenant),
			};
		}
	},
};

/** The constant that a condition compares the tenant with. */
function literalIn(condition: Node, columns: ReadonlySet<string>): string | null {
	return constantOf(comparedWith(condition, columns));
}

/** The session's tenant in the place of the constant. */
function askSession(context: RuleContext, each: TenantPolicy): Remedy[] {
	const { table, policy, columns } = each;
	const tenant = ownTenant(context, each);
	if (!tenant) return [];
	const isLiteral = (arm: string) => {
		const node = context.expression(arm);
		return node !== null && literalIn(node, columns) !== null;
	};
	const amended = (own: string | null): string | undefined => {
		const arms = own === null ? null : armsOf(context, own, "AND_EXPR");
		if (!arms?.some(isLiteral)) return undefined;
		return allOf(context, tenant.condition, ...arms.filter((arm) => !isLiteral(arm)));
	};
	const [using, check] = [amended(policy.using), amended(policy.check)];
	return amendPolicy(
		context,
		each,
		{ ...(using && { using }), ...(check && { check }) },
		{
			title: `Let policy ${policy.name} of ${shown(table)} compare with the session's tenant`,
			// One tenant's rows may be meant for all to read: templates, a demonstration.
			automatic: tenant.isCertain && policy.command !== "select",
		},
	);
}
