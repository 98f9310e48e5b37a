import type { Policy } from "../schema/model";
import { withPolicy } from "./base/examples";
import { overlap } from "./base/policies";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
const OTHER = "id = (SELECT current_setting('app.order_id')::uuid)";

export const policiesOverlap: Rule = {
	id: "policies-overlap",
	summary: "Several permissive policies hold for the same role and command.",
	severity: "hint",
	doc: {
		why: "PostgreSQL evaluates all of them for each row, joined with OR, which also keeps it from using an index. Whoever reads one of them doesn't see what the others open.",
		remedy: "Make one policy of them, with OR inside, or let each be for a command of its own.",
		sources: [
			{
				title: "Supabase: Multiple permissive policies",
				url: "https://supabase.com/docs/guides/database/database-advisors?lint=0006_multiple_permissive_policies",
			},
			{ title: "PostgreSQL: CREATE POLICY", url: "https://www.postgresql.org/docs/current/sql-createpolicy.html" },
		],
		bad: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE POLICY by_link ON orders FOR SELECT TO app_user USING (${OTHER});\n`,
		good: withPolicy(`TO app_user USING (${TENANT} OR ${OTHER})`),
		traps: [
			{
				title: "each is for a command of its own",
				sql: `${withPolicy(`FOR SELECT TO app_user USING (${TENANT})`)}CREATE POLICY by_link ON orders FOR DELETE TO app_user USING (${TENANT});\n`,
			},
			{
				title: "each is for a role of its own",
				sql: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE ROLE reports;\nCREATE POLICY by_link ON orders TO reports USING (${TENANT});\n`,
			},
			{
				title: "a restrictive one narrows",
				sql: `${withPolicy(`TO app_user USING (${TENANT})`)}CREATE POLICY by_link ON orders AS RESTRICTIVE TO app_user USING (total > 0);\n`,
			},
		],
	},
	*detect({ tenantPolicies }: RuleContext): Iterable<Detection> {
		const before = new Map<string, Policy[]>();
		const reported = new Set<string>();
		for (const { key, table, policy } of tenantPolicies) {
			if (!policy.permissive || reported.has(key)) continue;
			const earlier = before.get(key) ?? [];
			const other = earlier.find((each) => overlap(each, policy));
			before.set(key, [...earlier, policy]);
			if (!other) continue;
			reported.add(key);
			yield {
				table: key,
				location: policy.location,
				message: `Policies ${other.name} and ${policy.name} of ${shown(table)} hold for the same role and command, so each row is asked both.`,
				help: "Make one policy of them, or let each be for a command of its own.",
			};
		}
	},
};
