import { qualified, type SchemaModel, type Table } from "../schema/model";
import type { Enforcement, Scope } from "./scope";

/** Whether the database itself refuses other tenants' rows: RLS is on and says which rows to show (none, without a policy). */
export function isProtected(table: Table): boolean {
	return table.rls.enabled;
}

/**
 * What keeps tenants apart in the workspace as a whole. A product counts as using row-level security once it is on
 * for a quarter of the tables that hold tenants' data: below that, single policies are experiments, above it a
 * missing one is a hole.
 */
export function mainEnforcement(model: SchemaModel, held: readonly string[], placed: number): Enforcement {
	if (held.length === 0 && placed === 0) return "none";
	if (placed > held.length - placed) return "placement";
	const tables = held.flatMap((name) => model.tables.get(name) ?? []).filter((t) => !t.partitionOf);
	const enabled = tables.filter((t) => t.rls.enabled);
	if (enabled.length > 0 && enabled.length >= tables.length / 4 && enabled.some((t) => t.policies.length > 0))
		return "rls";
	return "application";
}

export function tableEnforcement(table: Table, scope: Scope, main: Enforcement, placed: boolean): Enforcement {
	if (scope === "shared") return "none";
	if (isProtected(table)) return "rls";
	if (placed) return "placement";
	if (main === "rls" || scope === "unscoped") return "none";
	return main === "placement" ? "none" : main;
}

/** Roles that the application may connect as: given in the configuration, else those that are granted writes. */
export function applicationRoles(model: SchemaModel, configured: readonly string[] | undefined): string[] {
	if (configured) return [...configured];
	if (model.grants.length === 0) return [];
	const owners = new Set([...model.tables.values()].map((t) => t.owner));
	const writers = new Map<string, number>();
	for (const grant of model.grants) {
		if (grant.objectKind !== "table" || !grant.privileges.some((p) => /^(all|all privileges|insert|update)$/i.test(p)))
			continue;
		for (const role of grant.roles)
			if (!owners.has(role) && role !== "public" && !isPrivileged(model, role))
				writers.set(role, (writers.get(role) ?? 0) + 1);
	}
	const granted = new Map(writers);
	for (const [name, groups] of actingMembers(model, [...granted.keys()]))
		if (!isPrivileged(model, name))
			writers.set(name, Math.max(...[name, ...groups].map((role) => granted.get(role) ?? 0)) + 1);
	return [...writers]
		.sort((a, b) => b[1] - a[1] || Number(VISITORS.test(a[0])) - Number(VISITORS.test(b[0])))
		.map(([role]) => role);
}

/** Whether a role has the rights of another, by itself or over its memberships. */
export function isMember(model: SchemaModel, role: string, of: string, seen: readonly string[] = []): boolean {
	if (role === of) return true;
	if (seen.includes(role)) return false;
	return (model.roles.get(role)?.memberOf ?? []).some((parent) => isMember(model, parent, of, [...seen, role]));
}

/**
 * Who has the rights of a role that is granted them by belonging to it, where policies are for the member: so a login belongs to a
 * group that holds the grants, and it is the login that the application connects as. With the roles that it belongs to.
 * @param granted the roles that have grants
 */
export function actingMembers(model: SchemaModel, granted: readonly string[]): Map<string, readonly string[]> {
	const members = new Map<string, readonly string[]>();
	if (granted.length === 0 || model.roles.size === 0) return members;
	const owners = new Set([...model.tables.values()].map(({ owner }) => owner));
	const policed = new Set([...model.tables.values()].flatMap(({ policies }) => policies.flatMap(({ roles }) => roles)));
	for (const name of policed) {
		if (!model.roles.has(name) || owners.has(name)) continue;
		const groups = granted.filter((group) => group !== name && isMember(model, name, group));
		if (groups.length > 0) members.set(name, groups);
	}
	return members;
}

/** Roles of those who are not signed in, as PostgREST's documentation and Supabase call them: not whom tenants are kept apart for. */
const VISITORS = /^(?:web_)?anon(?:ymous)?$/;

/** Roles of hosted PostgreSQL that bypass row-level security or own the server; no migration creates them. */
const PLATFORM_ADMINS = new Set([
	"postgres",
	"service_role",
	"supabase_admin",
	"supabase_auth_admin",
	"supabase_storage_admin",
	"rds_superuser",
	"cloudsqlsuperuser",
	"azure_pg_admin",
	"neon_superuser",
]);

/** Whether row-level security does not bind the role, or it owns the server. */
export function isPrivileged(model: SchemaModel, role: string): boolean {
	const known = model.roles.get(role);
	return PLATFORM_ADMINS.has(role) || known?.bypassRls === true || known?.superuser === true;
}

/** What a role may do with a table: privileges by grant, in lower case. */
export function privilegesOn(model: SchemaModel, table: Table, roles: readonly string[]): Set<string> {
	const name = qualified(table);
	const all = `${table.schema}.*`;
	const privileges = new Set<string>();
	for (const grant of model.grants) {
		if (grant.objectKind !== "table" || !grant.roles.some((r) => roles.includes(r))) continue;
		if (!grant.objects.includes(name) && !grant.objects.includes(all)) continue;
		for (const privilege of grant.privileges) privileges.add(privilege.toLowerCase());
	}
	// Which tables came after the statement isn't known here; to take a table for open that isn't is the lesser mistake.
	for (const { isGrant, objectKind, schemas, roles: granted, privileges: given } of model.defaultPrivileges) {
		if (!isGrant || objectKind !== "table" || !granted.some((role) => roles.includes(role))) continue;
		if (schemas.length > 0 && !schemas.includes(table.schema)) continue;
		for (const privilege of given) privileges.add(privilege.toLowerCase());
	}
	return privileges;
}
