import type { Node } from "@pgsql/types";
import { as, type Tag, tagOf } from "../../core/schema/tree";

/** Statements whose effect leaves the database: a server that others use, too, is left as it is. */

/** Each kind that concerns other databases, the server's files or its settings, and no right to anything in this one. https://www.postgresql.org/docs/current/managing-databases.html */
export const OF_THE_SERVER: readonly Tag[] = [
	"CreatedbStmt",
	"DropdbStmt",
	"AlterDatabaseRefreshCollStmt",
	"AlterSystemStmt",
	"CreateTableSpaceStmt",
	"DropTableSpaceStmt",
	"AlterTableSpaceOptionsStmt",
	"AlterTableMoveAllStmt",
	"CreateSubscriptionStmt",
	"AlterSubscriptionStmt",
	"DropSubscriptionStmt",
	"LoadStmt",
];

/** These say who owns what is here, too, or what a session here starts with. */
const BEYOND: ReadonlySet<Tag> = new Set<Tag>([
	...OF_THE_SERVER,
	"AlterDatabaseStmt",
	"AlterDatabaseSetStmt",
	"DropOwnedStmt",
	"ReassignOwnedStmt",
]);

/** Why a statement is not run, as it concerns more than the database; null where it doesn't. */
export function aboutServer(node: Node | null): string | null {
	if (node === null) return null;
	const copy = as(node, "CopyStmt");
	const isBeyond =
		BEYOND.has(tagOf(node)) ||
		as(node, "GrantStmt")?.objtype === "OBJECT_DATABASE" ||
		as(node, "GrantStmt")?.objtype === "OBJECT_TABLESPACE" ||
		as(node, "CommentStmt")?.objtype === "OBJECT_DATABASE" ||
		as(node, "AlterOwnerStmt")?.objectType === "OBJECT_DATABASE" ||
		copy?.is_program === true ||
		copy?.filename !== undefined;
	return isBeyond ? "It was not run: it concerns the server as a whole, and only the database is tried here." : null;
}

/** What says which roles there are, and what may run any other statement: functions, triggers, blocks. */
const OPAQUE =
	/^(CreateRoleStmt|AlterRoleStmt|AlterRoleSetStmt|DropRoleStmt|GrantRoleStmt|DoStmt|SelectStmt|CallStmt|InsertStmt|UpdateStmt|DeleteStmt|MergeStmt|ExecuteStmt|CreateTableAsStmt|RefreshMatViewStmt)$/;

/** Whether a statement may change roles, which the whole server shares. */
export function mayTouchServer(node: Node | null): boolean {
	if (node === null) return true;
	const renamed = as(node, "RenameStmt")?.renameType;
	return OPAQUE.test(tagOf(node)) || renamed === "OBJECT_ROLE";
}
