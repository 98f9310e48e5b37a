import { type Policy, qualified, type Table } from "../../schema/model";
import { privilegesOn } from "../../tenancy/enforcement";
import type { Location } from "../../text/span";
import type { RuleContext, TenantTable } from "./rule";

/** What rules about row-level security have in common. */

/** Tables that the database should protect: where the product uses row-level security, all that hold tenants' data. */
export function* protectedTables(context: RuleContext): Iterable<TenantTable> {
	if (context.tenancy.enforcement !== "rls") return;
	for (const each of context.tenantTables) if (isReachable(context, each.table)) yield each;
}

/**
 * Whether the application can get at the table itself. Without a grant to any of its roles a table is closed on purpose;
 * where the files grant nothing to anybody, or the roles aren't known, it is taken to be open.
 */
export function isReachable({ model, applicationRoles }: RuleContext, table: Table): boolean {
	if (applicationRoles.length === 0 || !model.grants.some((grant) => grant.objectKind === "table")) return true;
	if (table.owner !== null && applicationRoles.includes(table.owner)) return true;
	return privilegesOn(model, table, [...applicationRoles, "public"]).size > 0;
}

/** Roles that row-level security does not bind, or that a hosting platform keeps for itself: a policy for them alone opens nothing. */
const PLATFORM_ROLES = new Set(["service_role", "postgres", "supabase_admin", "supabase_auth_admin", "dashboard_user"]);

/** Whether a policy concerns the application, or only roles that no tenant ever has. */
export function concernsTenants({ model }: RuleContext, policy: Policy): boolean {
	return policy.roles.some((role) => !PLATFORM_ROLES.has(role) && model.roles.get(role)?.bypassRls !== true);
}

/** Columns by which a condition can tie a row to a tenant: its tenant column, the path's first step, or a root's own key. */
export function tenantColumnsOf({ own, table }: TenantTable): ReadonlySet<string> {
	const columns = new Set<string>();
	if (own.tenantColumn !== null) columns.add(own.tenantColumn);
	for (const column of own.path?.[0]?.columns ?? []) columns.add(column);
	if (own.scope === "tenant-root") for (const column of table.primaryKey?.columns ?? []) columns.add(column);
	return columns;
}

/** Where a finding about a table's protection points: at the table's name, which is there whatever is missing. */
export function nameOf(table: Table): Location {
	return table.nameLocation;
}

/** A table as messages name it. */
export function shown(table: Table): string {
	return table.schema === "public" ? table.name : qualified(table);
}
