import { type DefaultPrivilege, type Grant, qualified, type Table } from "../../schema/model";
import { isGivenByPlatform } from "../../tenancy/platform";
import type { RuleContext } from "./rule";

/** Whether a role is one of those that the application connects as, or everybody. */
export function isOfApplication(applicationRoles: readonly string[]): (role: string) => boolean {
	return (role) => role === "public" || applicationRoles.includes(role);
}

/** The default privileges by which the application has a privilege on what is made in a schema; undefined where there are none. */
export function grantedByDefault(
	{ model, applicationRoles }: RuleContext,
	objectKind: DefaultPrivilege["objectKind"],
	schema: string,
	privilege: string,
): DefaultPrivilege | undefined {
	return model.defaultPrivileges.find(
		(each) =>
			each.isGrant &&
			each.objectKind === objectKind &&
			(each.schemas.length === 0 || each.schemas.includes(schema)) &&
			each.roles.some(isOfApplication(applicationRoles)) &&
			each.privileges.includes(privilege),
	);
}

/** Whether the application may write a column of the table, or delete its rows; where nothing is known of its roles it is taken to. */
export function mayWrite(
	context: RuleContext,
	table: Table,
	privilege: "insert" | "update" | "delete",
	column: string,
): boolean {
	return may(
		context,
		table,
		privilege,
		({ privileges, columns }) => privileges.includes(privilege) && (columns.length === 0 || columns.includes(column)),
	);
}

/** Whether the application may read the table; where nothing is known of its roles it is taken to. */
export function mayRead(context: RuleContext, table: Table): boolean {
	return may(context, table, "select", ({ privileges }) => privileges.includes("select"));
}

function may(
	{ model, applicationRoles, reachable }: RuleContext,
	table: Table,
	privilege: string,
	allows: (grant: Grant) => boolean,
): boolean {
	const key = qualified(table);
	if (!reachable.has(key)) return false;
	const isOurs = isOfApplication(applicationRoles);
	const own = model.grants.filter(
		({ objectKind, objects, roles }) => objectKind === "table" && objects.includes(key) && roles.some(isOurs),
	);
	return (
		own.length === 0 || own.some(allows) || isGivenByPlatform(model, applicationRoles, "table", table, key, privilege)
	);
}
