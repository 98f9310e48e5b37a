import type { Node } from "@pgsql/types";
import { type Policy, qualified, type Table } from "../schema/model";
import { PRODUCT, secured, withPolicy } from "./base/examples";
import { isAlwaysTrue, joinedBy, names } from "./base/expressions";
import { manyPolicies } from "./base/many-policies";
import { isOwnRow, type Write } from "./base/own-rows";
import { concernsTenants } from "./base/policies";
import { mayWrite } from "./base/privileges";
import { shown } from "./base/protection";
import { goesBy, roleColumns } from "./base/role-columns";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { isWatched } from "./base/watched";

const CALLER = "(SELECT current_setting('app.user_id')::uuid)";

/** Orders that the product's staff see, of all tenants, by what stands in their profile. */
function byRole(more: string): string {
	return withPolicy(`TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));
CREATE POLICY orders_staff ON orders FOR SELECT TO app_user USING (EXISTS (SELECT FROM profiles WHERE id = ${CALLER} AND role = 'staff'))`).replace(
		"CREATE TABLE orders",
		() => `CREATE TABLE profiles (id uuid PRIMARY KEY, name text, role text NOT NULL DEFAULT 'customer');
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY profiles_own ON profiles TO app_user USING (id = ${CALLER});
${more}CREATE TABLE orders`,
	);
}

export const policyRoleEditable: Rule = {
	id: "policy-role-editable",
	summary: "A policy opens every tenant's rows by a role that people may give themselves.",
	severity: "error",
	doc: {
		why: "A policy that lets people change their own row lets them change each column of it. Where one of them says what they may do, one UPDATE makes anybody an administrator, for whom other policies open the rows of all tenants.",
		remedy:
			"Let only the server write the role: grant UPDATE on the other columns alone, keep roles in a table that people can't write, or refuse the change in a BEFORE UPDATE trigger.",
		sources: [
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
			{
				title: "Supabase: column level security",
				url: "https://supabase.com/docs/guides/database/postgres/column-level-security",
			},
		],
		bad: byRole("GRANT SELECT, UPDATE ON profiles TO app_user;\n"),
		good: byRole("GRANT SELECT, UPDATE (name) ON profiles TO app_user;\n"),
		traps: [
			{
				title: "a trigger may refuse to change the role",
				sql: byRole(`GRANT SELECT, UPDATE ON profiles TO app_user;
CREATE FUNCTION keep_role() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.role := OLD.role; RETURN NEW; END $$;
CREATE TRIGGER keep_role BEFORE UPDATE ON profiles FOR EACH ROW EXECUTE FUNCTION keep_role();
`),
			},
			{
				title: "a role of one tenant opens that tenant's rows",
				sql: `${PRODUCT}CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, role text NOT NULL, PRIMARY KEY (tenant_id, user_id));
${secured("members")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const role of roleColumns(context)) {
			const { table, column } = role;
			// Few may be written so: only for those all policies are gone through.
			const write = roleWrite(context, table, column);
			const policies = write ? context.tenantPolicies.filter((each) => goesBy(context, each, role)) : [];
			if (!write || policies.length === 0) continue;
			const { policy, command } = write;
			const name = `${shown(table)}.${column}`;
			const what = manyPolicies(policies, { one: "opens", many: "open" });
			yield {
				table: qualified(table),
				location: policy.location,
				message: `Policy ${policy.name} lets people ${command === "update" ? "change" : "add"} their own row of ${shown(table)} with any ${column} in it, and by ${name} ${what} every tenant's rows: whoever is signed in makes themselves an administrator.`,
				help: `Let only the server write ${name}: grant ${command.toUpperCase()} on the other columns only, or refuse another ${column} in a BEFORE ${command.toUpperCase()} trigger.`,
			};
		}
	},
};

/** The policy by which people may write the role in a row of their own; null where none lets them, or where it can't be told. */
function roleWrite(context: RuleContext, table: Table, column: string): { policy: Policy; command: Write } | null {
	if (!table.rls.enabled) return null;
	for (const command of ["update", "insert"] as const) {
		if (!mayWrite(context, table, command, column) || isWatched(context.model, table, column, command)) continue;
		const of = table.policies.filter((each) => each.command === command || each.command === "all");
		const asksRole = ({ using, check }: Policy) => [using, check].some((sql) => sql?.includes(column));
		if (of.some((each) => !each.permissive && asksRole(each))) continue;
		const policy = of.find((each) => each.permissive && letsOwnRow(context, table, each, command, column));
		if (policy) return { policy, command };
	}
	return null;
}

function letsOwnRow(context: RuleContext, table: Table, policy: Policy, command: Write, column: string): boolean {
	if (!concernsTenants(context.model, policy)) return false;
	const read = (sql: string | null) => (sql === null ? null : context.expression(sql));
	const [using, check] = [read(policy.using), read(policy.check)];
	const written = check ?? using;
	if (written === null || (policy.check !== null && check === null)) return false;
	const role = new Set([column]);
	const isOwn = (condition: Node) =>
		joinedBy(condition, "OR_EXPR").some((alternative) => isOwnRow(alternative) && !names(alternative, role));
	// Who has a row already can't add another with the same key.
	if (command === "insert") return isOwn(written) && !names(written, onlyOnce(table));
	return using !== null && isOwn(using) && (isOwn(written) || isAlwaysTrue(written));
}

/** The columns of which each value may stand in one row alone. */
function onlyOnce({ primaryKey, uniques }: Table): ReadonlySet<string> {
	const keys = [...(primaryKey ? [primaryKey] : []), ...uniques];
	return new Set(keys.flatMap(({ columns }) => (columns.length === 1 ? columns : [])));
}
