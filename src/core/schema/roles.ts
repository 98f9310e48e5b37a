import type { AlterRoleStmt, CreateRoleStmt, DropRoleStmt, GrantRoleStmt, Node, ReassignOwnedStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import type { RoleDraft } from "./drafts";
import { roleName } from "./statement-parts";
import { as, isOn, optionsOf } from "./tree";

export function createRole(catalog: Catalog, statement: CreateRoleStmt): void {
	const name = statement.role ?? "";
	if (catalog.roles.has(name)) {
		catalog.report(
			"unresolved",
			"warning",
			`Role ${name} exists already at this point, so PostgreSQL would refuse this statement.`,
		);
		return;
	}
	const role: RoleDraft = {
		name,
		superuser: false,
		bypassRls: false,
		login: statement.stmt_type === "ROLESTMT_USER",
		memberOf: [],
		location: catalog.location(),
	};
	catalog.roles.set(name, role);
	setAttributes(catalog, role, statement.options);
}

export function alterRole(catalog: Catalog, statement: AlterRoleStmt): void {
	const role = catalog.roles.get(roleName(statement.role));
	// ALTER GROUP … ADD/DROP USER comes as members with an action of 1 or -1.
	const members = rolesOf(optionsOf(statement.options).get("rolemembers"));
	if (members.length > 0) setMembers(catalog, [roleName(statement.role)], members, statement.action !== -1);
	else if (role) setAttributes(catalog, role, statement.options);
}

function setAttributes(catalog: Catalog, role: RoleDraft, nodes: readonly Node[] | undefined): void {
	const options = optionsOf(nodes);
	if (options.has("superuser")) role.superuser = isOn(options.get("superuser"));
	if (options.has("bypassrls")) role.bypassRls = isOn(options.get("bypassrls"));
	if (options.has("canlogin")) role.login = isOn(options.get("canlogin"));
	for (const parent of rolesOf(options.get("addroleto")))
		if (!role.memberOf.includes(parent)) role.memberOf.push(parent);
	setMembers(
		catalog,
		[role.name],
		[...rolesOf(options.get("rolemembers")), ...rolesOf(options.get("adminmembers"))],
		true,
	);
}

function rolesOf(node: Node | null | undefined): string[] {
	return (as(node, "List")?.items ?? []).map((each) => roleName(as(each, "RoleSpec")));
}

/** GRANT role TO role, and REVOKE. */
export function grantRole(catalog: Catalog, statement: GrantRoleStmt): void {
	// REVOKE ADMIN OPTION FOR leaves the membership as it is.
	if (!statement.is_grant && (statement.opt ?? []).length > 0) return;
	const parents = (statement.granted_roles ?? []).flatMap((node) => as(node, "AccessPriv")?.priv_name ?? []);
	const members = (statement.grantee_roles ?? []).map((node) => roleName(as(node, "RoleSpec")));
	setMembers(catalog, parents, members, statement.is_grant === true);
}

function setMembers(catalog: Catalog, parents: readonly string[], members: readonly string[], isMember: boolean): void {
	for (const member of members) {
		const role = catalog.roles.get(member);
		if (!role) continue;
		const others = role.memberOf.filter((each) => !parents.includes(each));
		role.memberOf = isMember ? [...others, ...parents] : others;
	}
}

/** REASSIGN OWNED BY. */
export function reassignOwned(catalog: Catalog, statement: ReassignOwnedStmt): void {
	const roles = (statement.roles ?? []).map((node) => roleName(as(node, "RoleSpec")));
	const owned = [...catalog.tables, ...catalog.views, ...[...catalog.functions.values()].flat()];
	for (const each of owned)
		if (each.owner !== null && roles.includes(each.owner)) each.owner = roleName(statement.newrole);
}

export function dropRole(catalog: Catalog, statement: DropRoleStmt): void {
	for (const node of statement.roles ?? []) {
		const name = roleName(as(node, "RoleSpec"));
		if (!catalog.roles.delete(name) && !statement.missing_ok)
			catalog.report("unresolved", "info", `Role ${name} is not created in these files.`);
		catalog.grants.forgetRole(name);
		for (const role of catalog.roles.values()) role.memberOf = role.memberOf.filter((each) => each !== name);
	}
}
