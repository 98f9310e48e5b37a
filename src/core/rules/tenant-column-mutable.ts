import type { Node } from "@pgsql/types";
import { columnList, quoteName, quoteRole } from "../emit/identifier";
import type { Step } from "../emit/step";
import { factOf } from "../schema/facts";
import { as } from "../schema/tree";
import { ORDERS, PRODUCT } from "./base/examples";
import { comparedWith, isNeverTrue, joinedBy, names, nodesOf } from "./base/expressions";
import { protectedTables, shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext, TenantPolicy, TenantTable } from "./base/rule";
import { isWatched } from "./base/watched";

const MEMBERS = `${PRODUCT}CREATE TABLE members (tenant_id uuid NOT NULL REFERENCES tenants, user_id uuid NOT NULL, PRIMARY KEY (tenant_id, user_id));
GRANT SELECT ON members TO app_user;
${ORDERS}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY orders_of_members ON orders TO app_user
  USING (tenant_id IN (SELECT tenant_id FROM members WHERE user_id = (SELECT current_setting('app.user_id')::uuid)));
`;

export const tenantColumnMutable: Rule = {
	id: "tenant-column-mutable",
	summary: "Someone who belongs to several tenants can move a row from one to another.",
	severity: "info",
	doc: {
		why: "The policy lets a person see the rows of each tenant that they belong to, and it asks the same of a changed row. So whoever is a member of two companies takes the customers of one along to the other, with one UPDATE; the rows that point at them stay behind.",
		remedy:
			"Let the application change all columns but the tenant's: REVOKE UPDATE on the table, GRANT UPDATE on the others by name. Or let a trigger refuse it. An application that writes all columns back on each change has to leave the tenant out then.",
		sources: [
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
			{
				title: "Supabase: Column Level Security",
				url: "https://supabase.com/docs/guides/database/postgres/column-level-security",
			},
		],
		bad: `${MEMBERS}GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app_user;\n`,
		good: `${MEMBERS}GRANT SELECT, INSERT, DELETE ON orders TO app_user;\nGRANT UPDATE (total) ON orders TO app_user;\n`,
		traps: [
			{
				title: "the session is bound to one tenant, so a changed row has to be that one's",
				sql: `${PRODUCT}${ORDERS}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders FORCE ROW LEVEL SECURITY;\nCREATE POLICY p ON orders TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\nGRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app_user;\n`,
			},
			{
				title: "a trigger looks at each change of the tenant",
				sql: `${MEMBERS}GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app_user;\nCREATE FUNCTION keep_tenant() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.tenant_id <> OLD.tenant_id THEN RAISE EXCEPTION 'a row stays with its tenant'; END IF; RETURN NEW; END $$;\nCREATE TRIGGER keep_tenant BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_tenant();\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const policies = new Map<string, TenantPolicy[]>();
		for (const each of context.tenantPolicies) policies.set(each.key, [...(policies.get(each.key) ?? []), each]);
		for (const tenant of protectedTables(context)) {
			const { key, table, own } = tenant;
			const column = own.tenantColumn;
			if (column === null || !table.rls.enabled) continue;
			const wide = (policies.get(key) ?? []).find((each) => letsMove(each, column));
			if (!wide || isWatched(context.model, table, column, "update")) continue;
			const roles = movers(context, tenant, wide, column);
			if (roles.length === 0) continue;
			yield {
				table: key,
				location: wide.policy.location,
				message: `Policy ${wide.policy.name} lets someone who belongs to two tenants move rows of ${shown(table)} from one to the other: ${column} may be changed.`,
				help: `Revoke UPDATE of ${column}, or let a trigger refuse it.`,
				remedies: () => revoke(context, tenant, roles, column),
			};
		}
	},
};

/** Whether a changed row may be any of several tenants': the tenant is compared, but not with one value. */
function letsMove({ policy, using, check }: TenantPolicy, tenant: string): boolean {
	if (!policy.permissive || (policy.command !== "all" && policy.command !== "update")) return false;
	const condition = check ?? using;
	const columns = new Set([tenant]);
	if (condition === null || isNeverTrue(condition) || !names(condition, columns)) return false;
	return !joinedBy(condition, "AND_EXPR").some((each) => {
		// `= ANY (…)` and IN compare with many.
		const value = as(each, "A_Expr")?.kind === "AEXPR_OP" ? comparedWith(each, columns) : null;
		return value !== null && isOneValue(value);
	});
}

/** An expression that reads no rows: a setting, a function of the session, a literal. */
const isOneValue = factOf((value: Node): boolean => {
	for (const node of nodesOf(value)) if ("RangeVar" in node || "ColumnRef" in node) return false;
	return true;
});

/** The roles that the policy is for and that may write the tenant column; where no file grants anything, all of them. */
function movers(
	{ model, applicationRoles }: RuleContext,
	{ key }: TenantTable,
	{ policy }: TenantPolicy,
	column: string,
) {
	const roles = policy.roles.includes("public") ? applicationRoles : policy.roles;
	const grants = model.grants.filter(({ objectKind, objects }) => objectKind === "table" && objects.includes(key));
	if (grants.length === 0) return roles;
	return roles.filter((role) =>
		grants.some(
			(grant) =>
				(grant.roles.includes(role) || grant.roles.includes("public")) &&
				grant.privileges.includes("update") &&
				(grant.columns.length === 0 || grant.columns.includes(column)),
		),
	);
}

/** Only what was granted to the roles themselves can be taken from them. */
function revoke(
	{ model }: RuleContext,
	{ key, table }: TenantTable,
	roles: readonly string[],
	column: string,
): Remedy[] {
	const own = model.grants.filter(
		({ objectKind, objects, privileges }) =>
			objectKind === "table" && objects.includes(key) && privileges.includes("update"),
	);
	if (own.some((grant) => grant.roles.includes("public") || grant.columns.length > 0)) return [];
	if (!roles.every((role) => own.some((grant) => grant.roles.includes(role)))) return [];
	const others = table.columns.filter(({ name, generated }) => name !== column && generated === null);
	if (others.length === 0) return [];
	const to = roles.map(quoteRole).join(", ");
	const name = quoteName(table);
	const columns = columnList(others.map((each) => each.name));
	const step = (sql: string, down: string): Step => ({ sql, phase: "finish", down, table: key });
	return [
		{
			title: `Let ${roles.join(", ")} change all columns of ${shown(table)} but ${column}`,
			steps: [
				step(`REVOKE UPDATE ON ${name} FROM ${to}`, `GRANT UPDATE ON ${name} TO ${to}`),
				step(`GRANT UPDATE (${columns}) ON ${name} TO ${to}`, `REVOKE UPDATE (${columns}) ON ${name} FROM ${to}`),
			],
			// An application that writes all columns back is refused from then on.
			automatic: false,
		},
	];
}
