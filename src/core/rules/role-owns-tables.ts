import type { Table } from "../schema/model";
import { isMember } from "../tenancy/enforcement";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { PLATFORM_ROLES } from "./base/policies";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

function owned(owner: string, before = "", force = true): string {
	const policies = secured("orders");
	return `${PRODUCT}${before}${ORDERS}ALTER TABLE orders OWNER TO ${owner};\n${force ? policies : policies.replace("ALTER TABLE orders FORCE ROW LEVEL SECURITY;\n", "")}`;
}

export const roleOwnsTables: Rule = {
	id: "role-owns-tables",
	summary: "The role that the application connects as owns tables of tenants, or is a member of the role that does.",
	severity: "error",
	doc: {
		why: "Policies don't bind a table's owner unless they are forced, and an owner may disable them, drop them or the table: one SQL injection, and there is no wall left.",
		remedy:
			"Let a role of its own own the tables and run migrations, and the application connect as one that is granted what it needs.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{ title: "PostgreSQL: Role Membership", url: "https://www.postgresql.org/docs/current/role-membership.html" },
		],
		bad: owned("app_user", "", false),
		good: owned("app_owner", "CREATE ROLE app_owner;\n"),
		traps: [
			{
				title: "the owner may become the application's role, not the other way round",
				sql: owned("app_owner", "CREATE ROLE app_owner;\nGRANT app_user TO app_owner;\n"),
			},
			{
				title: "the owner is a hosting platform's own role",
				sql: `${owned("postgres", "DO $$ BEGIN CREATE ROLE postgres; EXCEPTION WHEN duplicate_object THEN NULL; END $$;\n")}CREATE POLICY maintenance ON orders TO postgres USING (true);\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model, applicationRoles } = context;
		const byRole = new Map<string, Table[]>();
		for (const { table } of protectedTables(context)) {
			const { owner } = table;
			if (owner === null || !table.rls.enabled) continue;
			// Whom policies are written for is the application, owner or not; a platform's own roles are not.
			const policed = table.policies.flatMap(({ roles }) => roles).filter((role) => !PLATFORM_ROLES.has(role));
			const users = [...applicationRoles, ...policed];
			const role = users.find((each) => isMember(model, each, owner));
			if (role !== undefined) byRole.set(role, [...(byRole.get(role) ?? []), table]);
		}
		for (const [role, tables] of byRole) {
			const unbound = tables.find(({ rls }) => !rls.forced);
			const table = unbound ?? tables[0];
			if (!table) continue;
			const rest = tables.length === 1 ? "" : ` and ${tables.length - 1} more`;
			yield {
				table: `${table.schema}.${table.name}`,
				location: model.roles.get(role)?.location ?? table.nameLocation,
				severity: unbound ? "error" : "warning",
				message: unbound
					? `Role ${role} has the owner's rights on ${shown(table)}${rest}, so the policies that are written for it don't bind it.`
					: `Role ${role} has the owner's rights on ${shown(table)}${rest}, so it may switch the policies off that bind it.`,
				help: `Let another role own the tables, and grant ${role} what it needs.`,
			};
		}
	},
};
