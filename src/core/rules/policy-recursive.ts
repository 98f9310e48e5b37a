import type { Policy, Table } from "../schema/model";
import { usesOf } from "../schema/uses";
import { PRODUCT } from "./base/examples";
import { concernsTenants, overlap } from "./base/policies";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

const MEMBERS = `${PRODUCT}CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
ALTER TABLE members ENABLE ROW LEVEL SECURITY;
ALTER TABLE members FORCE ROW LEVEL SECURITY;
GRANT SELECT ON members TO app_user;
`;
const CALLER = "(SELECT current_setting('app.user_id')::uuid)";
const OF_CALLER = `SELECT m.tenant_id FROM members m WHERE m.user_id = ${CALLER}`;

export const policyRecursive: Rule = {
	id: "policy-recursive",
	summary:
		"A table's policies read the table itself, directly or over the policies of others, so PostgreSQL refuses every query of it.",
	severity: "warning",
	doc: {
		why: "A subquery in a policy is bound by the policies of what it reads. Where that leads back to the table, PostgreSQL stops with “infinite recursion detected in policy for relation”: nothing works for whoever the policies bind, and the hurried repair is to turn row-level security off, or a policy that is always true.",
		remedy:
			"Let one of the policies ask a function with SECURITY DEFINER and a fixed search_path, which reads the table with its owner's rights, or compare columns of the row itself.",
		sources: [
			{
				title: "Supabase: Use security definer functions",
				url: "https://supabase.com/docs/guides/database/postgres/row-level-security#use-security-definer-functions",
			},
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${MEMBERS}CREATE POLICY members_of_tenant ON members FOR SELECT TO app_user USING (tenant_id IN (${OF_CALLER}));\n`,
		good: `${MEMBERS}CREATE POLICY members_self ON members FOR SELECT TO app_user USING (user_id = ${CALLER});\n`,
		traps: [
			{
				title: "a policy for writing reads the table, whose policy for reading doesn't",
				sql: `${MEMBERS}GRANT INSERT ON members TO app_user;\nCREATE POLICY members_self ON members FOR SELECT TO app_user USING (user_id = ${CALLER});\nCREATE POLICY members_add ON members FOR INSERT TO app_user WITH CHECK (tenant_id IN (${OF_CALLER}));\n`,
			},
			{
				title: "the policies that read each other are for roles of their own",
				sql: `${MEMBERS}CREATE ROLE reports;\nCREATE TABLE teams (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nALTER TABLE teams ENABLE ROW LEVEL SECURITY;\nALTER TABLE teams FORCE ROW LEVEL SECURITY;\nCREATE POLICY teams_read ON teams FOR SELECT TO app_user USING (tenant_id IN (${OF_CALLER}));\nCREATE POLICY members_self ON members FOR SELECT TO app_user USING (user_id = ${CALLER});\nCREATE POLICY members_report ON members FOR SELECT TO reports USING (EXISTS (SELECT FROM teams t WHERE t.tenant_id = members.tenant_id));\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const [key, table] of context.model.tables) {
			const way = wayBack(context, key, table);
			const [first] = way;
			if (!first) continue;
			const between = way.slice(1).map((read) => shown(read.table));
			const over = between.length === 0 ? "" : ` over ${between.join(" and ")}`;
			yield {
				table: key,
				location: first.policy.location,
				message: `Policy ${first.policy.name} reads ${shown(table)} itself${over}, so PostgreSQL refuses every query of ${shown(table)}: infinite recursion detected in policy.`,
				help: `Read ${shown(table)} in a function with SECURITY DEFINER and a fixed search_path, and let the policy ask that.`,
			};
		}
	},
};

/** A policy that binds who reads a table, and the keys of the tables that it reads for that. */
interface Read {
	readonly table: Table;
	readonly policy: Policy;
	readonly reads: readonly string[];
}

/** The shortest way on which the policies of a table lead back to it, each for the same people as the first; empty where there is none. */
function wayBack(context: RuleContext, key: string, table: Table): readonly Read[] {
	const ways: (readonly Read[])[] = readsOf(context, table).map((read) => [read]);
	const seen = new Set<Policy>();
	for (const way of ways) {
		const { reads } = way.at(-1) as Read;
		if (reads.includes(key)) return way;
		for (const next of reads.flatMap((target) => readsOf(context, context.model.tables.get(target)))) {
			if (seen.has(next.policy) || !way.every(({ policy }) => overlap(policy, next.policy))) continue;
			seen.add(next.policy);
			ways.push([...way, next]);
		}
	}
	return [];
}

function readsOf(context: RuleContext, table: Table | undefined): Read[] {
	if (!table?.rls.enabled) return [];
	return table.policies
		.filter(({ command }) => command === "select" || command === "all")
		.filter((policy) => policy.usesTables.length > 0 && concernsTenants(context.model, policy))
		.map((policy) => ({ table, policy, reads: readInUsing(context, policy) }));
}

/** What WITH CHECK reads is no concern of who only reads the table. */
function readInUsing({ expression }: RuleContext, { using, check, usesTables }: Policy): readonly string[] {
	if (check === null) return usesTables;
	const condition = using === null ? null : expression(using);
	const names = new Set(condition === null ? [] : usesOf(condition).relations.map(({ relname }) => relname));
	return usesTables.filter((key) => names.has(key.slice(key.indexOf(".") + 1)));
}
