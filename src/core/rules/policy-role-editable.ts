import type { Node } from "@pgsql/types";
import { type Policy, qualified, type Table } from "../schema/model";
import { usesOf } from "../schema/uses";
import { snake } from "../tenancy/vocabulary";
import { PRODUCT } from "./base/examples";
import { joinedBy } from "./base/expressions";
import { policyForOwn } from "./base/own-rows";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext, TenantPolicy } from "./base/rule";
import { rowColumns, tableNamed } from "./base/scopes";
import { functionsBehind, helpersIn, tablesBehind } from "./base/tables-behind";

const CALLER = "(SELECT current_setting('app.user_id')::uuid)";

function byRole(grant: string): string {
	return `${PRODUCT}CREATE TABLE profiles (id uuid PRIMARY KEY, role text NOT NULL DEFAULT 'member', name text);
ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profiles FORCE ROW LEVEL SECURITY;
CREATE POLICY profiles_own ON profiles TO app_user USING (id = ${CALLER});
${grant}CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants);
CREATE INDEX orders_tenant_id_idx ON orders (tenant_id);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
GRANT SELECT ON orders TO app_user;
CREATE POLICY orders_of_tenant ON orders TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));
CREATE POLICY orders_for_staff ON orders FOR SELECT TO app_user USING (EXISTS (SELECT FROM profiles p WHERE p.id = ${CALLER} AND p.role = 'superadmin'));
`;
}

export const policyRoleEditable: Rule = {
	id: "policy-role-editable",
	summary: "Policies open all tenants' rows to a role that people may give themselves.",
	severity: "error",
	doc: {
		why: "A policy that lets people change their own profile lets them change each of its columns. Whoever writes the administrator's role there passes every policy that asks for it.",
		remedy:
			"Keep the role where only the server writes it: a table of its own, a column that people have no UPDATE privilege on, or a trigger that refuses to change it.",
		sources: [
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
			{
				title: "Supabase: Column Level Security",
				url: "https://supabase.com/docs/guides/database/postgres/column-level-security",
			},
		],
		bad: byRole("GRANT SELECT, UPDATE ON profiles TO app_user;\n"),
		good: byRole("GRANT SELECT, UPDATE (name) ON profiles TO app_user;\n"),
		traps: [
			{
				title: "WITH CHECK keeps the role",
				sql: byRole("GRANT SELECT, UPDATE ON profiles TO app_user;\n").replace(
					`profiles TO app_user USING (id = ${CALLER})`,
					() => `profiles TO app_user USING (id = ${CALLER}) WITH CHECK (id = ${CALLER} AND role = 'member')`,
				),
			},
			{
				title: "the role is asked for beside the tenant",
				sql: byRole("GRANT SELECT, UPDATE ON profiles TO app_user;\n").replace(
					"p.role = 'superadmin')",
					"p.role = 'superadmin') AND tenant_id = (SELECT current_setting('app.tenant_id')::uuid)",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const asked = new Map<Table, Map<string, TenantPolicy[]>>();
		for (const each of context.tenantPolicies)
			for (const { table, column } of rolesAskedFor(context, each)) {
				const columns = asked.get(table) ?? new Map<string, TenantPolicy[]>();
				asked.set(table, columns.set(column, [...(columns.get(column) ?? []), each]));
			}
		for (const [table, columns] of asked)
			for (const [column, asking] of columns) {
				const own: Policy | undefined = policyForOwn(context, table, column);
				const [first] = asking;
				if (!own || !first) continue;
				const more = new Set(asking).size - 1;
				const which = `${first.policy.name} of ${shown(first.table)}${more === 0 ? "" : ` and ${more} more`}`;
				yield {
					table: qualified(table),
					location: own.location,
					message: `Policy ${own.name} lets people change their own ${shown(table)}.${column}, by which ${which} open${more === 0 ? "s" : ""} the rows of all tenants.`,
					help: `Grant UPDATE on the other columns of ${shown(table)} only, or let a trigger refuse to change ${column}.`,
				};
			}
	},
};

/** What says what a person may do. */
const ROLE =
	/(^|_)(role|roles|permissions?|access_level|user_type)(_id)?$|^is_(\w+_)?(admin|superadmin|superuser|staff)$/;

interface Asked {
	readonly table: Table;
	readonly column: string;
}

/** The columns of people's roles by which alone, whatever tenant a row has, an alternative of the policy lets it through. */
function* rolesAskedFor(context: RuleContext, each: TenantPolicy): Iterable<Asked> {
	const { table, policy, using, check } = each;
	if (!policy.permissive) return;
	const isOfRow = (part: Node) => rowColumns(context.model, table, part, policy.usesTables)?.size !== 0;
	for (const condition of [using, check])
		for (const arm of condition === null ? [] : joinedBy(condition, "OR_EXPR")) {
			if (joinedBy(arm, "AND_EXPR").some(isOfRow)) continue;
			yield* inSubqueries(context, policy, arm);
			yield* inHelpers(context, each, arm);
		}
}

function* inSubqueries({ model }: RuleContext, policy: Policy, arm: Node): Iterable<Asked> {
	for (const { path, scope } of usesOf({ List: { items: [arm] } }).references) {
		const column = path.at(-1) ?? "";
		if (!ROLE.test(snake(column))) continue;
		for (const { relation } of scope?.sources ?? []) {
			const table = relation && tableNamed(model, relation, policy.usesTables);
			if (table?.columns.some(({ name }) => name === column)) yield { table, column };
		}
	}
}

function* inHelpers(context: RuleContext, each: TenantPolicy, arm: Node): Iterable<Asked> {
	const called = new Set(helpersIn(context, each, arm).flatMap((helper) => functionsBehind(context, helper)));
	for (const reader of called)
		for (const table of new Set(tablesBehind(context, reader)))
			for (const { name } of table.columns)
				if (ROLE.test(snake(name)) && new RegExp(`\\b${name}\\b`).test(reader.body)) yield { table, column: name };
}
