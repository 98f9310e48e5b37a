import type { AlterTableStmt, ObjectType, RoleSpec } from "@pgsql/types";
import type { Span } from "../text/span";
import { lastNamePart, splitList } from "./source-text";

const commands = new WeakMap<AlterTableStmt, readonly Span[]>();

/** Where each command of an ALTER TABLE stands, without the `ALTER TABLE name` before; cached by tree. */
export function splitCommands(text: string, statement: AlterTableStmt, relationAt: number): readonly Span[] {
	let spans = commands.get(statement);
	if (!spans) {
		spans = splitList(text, lastNamePart(text, relationAt).end);
		commands.set(statement, spans);
	}
	return spans;
}

/** The name of a role as written; `public`, `current_user` and their like in lower case. */
export function roleName(role: RoleSpec | undefined): string {
	if (role?.roletype === "ROLESPEC_CSTRING") return role.rolename ?? "";
	return (role?.roletype ?? "ROLESPEC_PUBLIC").replace("ROLESPEC_", "").toLowerCase();
}

const KINDS: Readonly<Record<string, string>> = {
	OBJECT_INDEX: "Index",
	OBJECT_VIEW: "View",
	OBJECT_MATVIEW: "Materialized view",
	OBJECT_SEQUENCE: "Sequence",
	OBJECT_TYPE: "Type",
	OBJECT_FOREIGN_TABLE: "Foreign table",
};

/** What messages call a relation of that kind. */
export function relationKind(kind: ObjectType | undefined): string {
	return KINDS[kind ?? ""] ?? "Table";
}
