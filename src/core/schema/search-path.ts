import type { AlterDatabaseSetStmt, AlterRoleSetStmt, Node, SelectStmt, VariableSetStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { as, constantOf, stringsOf } from "./tree";

/**
 * `search_path` as a session has it. Each file is a session of its own; ALTER DATABASE and ALTER ROLE ALL / CURRENT_USER
 * change what later ones start with. A named role's setting is for whoever logs in as that role, which a migration's own
 * session is not taken to be.
 */

/** SET, SET LOCAL, RESET. */
export function setVariable(catalog: Catalog, statement: VariableSetStmt): void {
	if (statement.kind === "VAR_RESET_ALL") catalog.searchPath = catalog.initialSearchPath;
	if (statement.name === "role" || statement.name === "session_authorization") setRole(catalog, statement);
	if (statement.name?.toLowerCase() !== "search_path") return;
	if (statement.kind === "VAR_SET_VALUE") {
		if (!statement.is_local) catalog.searchPath = pathOf(statement.args);
		else if (catalog.inTransaction) catalog.localSearchPath = pathOf(statement.args);
	} else if (statement.kind === "VAR_RESET" || statement.kind === "VAR_SET_DEFAULT")
		catalog.searchPath = catalog.initialSearchPath;
}

/** SET ROLE and SET SESSION AUTHORIZATION: who owns what is created from here on. */
function setRole(catalog: Catalog, statement: VariableSetStmt): void {
	const role = statement.kind === "VAR_SET_VALUE" ? constantOf(statement.args?.[0]) : null;
	catalog.role = role === "none" ? null : role;
}

/** ALTER DATABASE … SET and ALTER ROLE … SET. */
export function setInitialVariable(catalog: Catalog, statement: AlterDatabaseSetStmt | AlterRoleSetStmt): void {
	const set = statement.setstmt;
	if (set?.name?.toLowerCase() !== "search_path") return;
	if ("role" in statement && statement.role && statement.role.roletype === "ROLESPEC_CSTRING") return;
	catalog.initialSearchPath = set.kind === "VAR_SET_VALUE" ? pathOf(set.args) : ["public"];
}

/** SELECT set_config('search_path', …), which pg_dump writes; with a third argument of true it is SET LOCAL. */
export function setByFunction(catalog: Catalog, statement: SelectStmt): void {
	for (const node of statement.targetList ?? []) {
		const call = as(as(node, "ResTarget")?.val, "FuncCall");
		if (!call || stringsOf(call.funcname).at(-1) !== "set_config" || constantOf(call.args?.[0]) !== "search_path")
			continue;
		const value = constantOf(call.args?.[1]);
		if (value === null) continue;
		if (constantOf(call.args?.[2]) !== "true") catalog.searchPath = splitPath(value);
		else if (catalog.inTransaction) catalog.localSearchPath = splitPath(value);
	}
}

function pathOf(args: readonly Node[] | undefined): string[] {
	return (args ?? []).map((node) => constantOf(node) ?? "").filter((schema) => schema !== "" && schema !== "$user");
}

/** A search path in one string, folded as PostgreSQL folds it. */
function splitPath(value: string): string[] {
	return [...value.matchAll(/"((?:[^"]|"")*)"|([^",\s]+)/g)]
		.map((match) => match[1]?.replaceAll('""', '"') ?? (match[2] as string).toLowerCase())
		.filter((schema) => schema !== "" && schema !== "$user");
}
