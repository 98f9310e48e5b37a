import { qualified, type Table } from "../../schema/model";
import type { RuleContext } from "./rule";

/** Whether the application may write a column of the table; where nothing is known of its roles it is taken to. */
export function mayWrite(
	{ model, applicationRoles, reachable }: RuleContext,
	table: Table,
	privilege: "insert" | "update",
	column: string,
): boolean {
	const key = qualified(table);
	if (!reachable.has(key)) return false;
	const isOurs = (role: string) => role === "public" || applicationRoles.includes(role);
	const own = model.grants.filter(
		({ objectKind, objects, roles }) => objectKind === "table" && objects.includes(key) && roles.some(isOurs),
	);
	if (own.length === 0) return true;
	return own.some(
		({ privileges, columns }) => privileges.includes(privilege) && (columns.length === 0 || columns.includes(column)),
	);
}

/** Whether the application may read the table; where nothing is known of its roles it is taken to. */
export function mayRead({ model, applicationRoles, reachable }: RuleContext, table: Table): boolean {
	const key = qualified(table);
	if (!reachable.has(key)) return false;
	const own = model.grants.filter(
		({ objectKind, objects, roles }) =>
			objectKind === "table" &&
			objects.includes(key) &&
			roles.some((role) => role === "public" || applicationRoles.includes(role)),
	);
	return own.length === 0 || own.some(({ privileges }) => privileges.includes("select"));
}
