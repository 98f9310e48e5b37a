import { PRODUCT } from "./base/examples";
import { shown } from "./base/protection";
import { readsWithSubquery, wayBack, wayBackOfWrites } from "./base/recursion";
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
		"A table's policies read the table itself, directly or over the policies of others, so PostgreSQL refuses to query or to write it.",
	severity: "warning",
	doc: {
		why: "A subquery in a policy is bound by the policies of what it reads. Where that leads back to a table that has a policy with a subquery, even one around a call, PostgreSQL stops with “infinite recursion detected in policy for relation”: nothing works for whoever the policies bind, and the hurried repair is to turn row-level security off, or a policy that is always true.",
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
				title: "a policy for writing reads the table, whose policy for reading has no subquery, not even around a call",
				sql: `${MEMBERS}GRANT INSERT ON members TO app_user;\nCREATE POLICY members_self ON members FOR SELECT TO app_user USING (user_id = current_setting('app.user_id')::uuid);\nCREATE POLICY members_add ON members FOR INSERT TO app_user WITH CHECK (tenant_id IN (${OF_CALLER}));\n`,
			},
			{
				title: "the policies that read each other are for roles of their own",
				sql: `${MEMBERS}CREATE ROLE reports;\nCREATE TABLE teams (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nALTER TABLE teams ENABLE ROW LEVEL SECURITY;\nALTER TABLE teams FORCE ROW LEVEL SECURITY;\nCREATE POLICY teams_read ON teams FOR SELECT TO app_user USING (tenant_id IN (${OF_CALLER}));\nCREATE POLICY members_self ON members FOR SELECT TO app_user USING (user_id = ${CALLER});\nCREATE POLICY members_report ON members FOR SELECT TO reports USING (EXISTS (SELECT FROM teams t WHERE t.tenant_id = members.tenant_id));\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const [key, table] of context.model.tables) {
			const reading = wayBack(context, key, table);
			const writing =
				reading.length === 0 && readsWithSubquery(context, table) ? wayBackOfWrites(context, key, table) : [];
			const [first, ...between] = reading.length > 0 ? reading : writing;
			if (!first) continue;
			const { name, command, location } = first.policy;
			const over = between.length === 0 ? "" : ` over ${between.map((read) => shown(read.table)).join(" and ")}`;
			const refused = reading.length > 0 ? "query" : command === "all" ? "INSERT and UPDATE" : command.toUpperCase();
			yield {
				table: key,
				location,
				message: `Policy ${name} reads ${shown(table)} itself${over}, so PostgreSQL refuses every ${refused} of ${shown(table)}: infinite recursion detected in policy.`,
				help: `Read ${shown(table)} in a function with SECURITY DEFINER and a fixed search_path, and let the policy ask that.`,
			};
		}
	},
};
