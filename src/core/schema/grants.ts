import type { AlterDefaultPrivilegesStmt, GrantStmt, Node } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { columnNamed } from "./columns";
import type { ColumnDraft, GrantDraft, GrantTarget } from "./drafts";
import { functionNamed } from "./functions";
import { roleName } from "./statement-parts";
import { as, namePartsOf, optionsOf, stringsOf } from "./tree";

type Kind = GrantDraft["objectKind"];

/** What ALL PRIVILEGES means (PostgreSQL 15's `ACL_ALL_RIGHTS_*` in src/include/utils/acl.h). */
const ALL: Readonly<Record<string, readonly string[]>> = {
	table: ["select", "insert", "update", "delete", "truncate", "references", "trigger"],
	sequence: ["usage", "select", "update"],
	function: ["execute"],
	schema: ["usage", "create"],
	database: ["create", "connect", "temporary"],
	type: ["usage"],
	other: ["usage"],
};

const KINDS: Readonly<Record<string, Kind>> = {
	OBJECT_TABLE: "table",
	OBJECT_SEQUENCE: "sequence",
	OBJECT_FUNCTION: "function",
	OBJECT_PROCEDURE: "function",
	OBJECT_ROUTINE: "function",
	OBJECT_SCHEMA: "schema",
	OBJECT_DATABASE: "database",
	OBJECT_TYPE: "type",
	OBJECT_DOMAIN: "type",
};

/** GRANT and REVOKE on objects. */
export function grant(catalog: Catalog, statement: GrantStmt): void {
	const kind = KINDS[statement.objtype ?? ""] ?? "other";
	const targets =
		statement.targtype === "ACL_TARGET_ALL_IN_SCHEMA"
			? stringsOf(statement.objects).flatMap((schema) => allInSchema(catalog, kind, schema))
			: (statement.objects ?? []).flatMap((node) => targetOf(catalog, kind, node) ?? []);
	const roles = (statement.grantees ?? []).map((node) => roleName(as(node, "RoleSpec")));
	for (const { privileges, columns } of privilegesOf(statement, kind)) {
		for (const object of targets) {
			const own = columns.map((name): ColumnDraft | string =>
				typeof object !== "string" && object.tag === "table" ? (columnNamed(object, name) ?? name) : name,
			);
			// GRANT … ON TABLE may name a sequence.
			const objectKind = typeof object !== "string" && object.tag === "sequence" ? "sequence" : kind;
			if (typeof object !== "string" && object.tag === "function" && roles.includes("public"))
				object.publicExecute = statement.is_grant === true;
			for (const role of roles) {
				const named = { object, objectKind, role, privileges, columns: own, location: catalog.location() };
				catalog.grants.take(named);
				catalog.revokes.take(named);
				if (statement.is_grant) catalog.grants.add(named);
				else if (own.length === 0) catalog.revokes.add(named);
			}
		}
	}
}

function privilegesOf(
	statement: GrantStmt,
	kind: Kind,
): { privileges: readonly string[]; columns: readonly string[] }[] {
	const whole: string[] = [];
	const byColumns: { privileges: readonly string[]; columns: readonly string[] }[] = [];
	for (const node of statement.privileges ?? []) {
		const privilege = as(node, "AccessPriv");
		const columns = stringsOf(privilege?.cols);
		const names = privilege?.priv_name ? [privilege.priv_name.toLowerCase()] : (ALL[kind] ?? []);
		if (columns.length > 0) byColumns.push({ privileges: names, columns });
		else whole.push(...names);
	}
	if (whole.length === 0 && byColumns.length === 0) whole.push(...(ALL[kind] ?? []));
	return whole.length > 0 ? [{ privileges: whole, columns: [] }, ...byColumns] : byColumns;
}

function allInSchema(catalog: Catalog, kind: Kind, schema: string): GrantTarget[] {
	if (kind === "function") return [...catalog.functions.values()].flat().filter((each) => each.schema === schema);
	const targets: GrantTarget[] = [];
	for (const relation of catalog.relations.values()) {
		if (relation.schema !== schema) continue;
		if (kind === "table" ? relation.tag === "table" || relation.tag === "view" : relation.tag === "sequence")
			targets.push(relation as GrantTarget);
	}
	return targets;
}

function targetOf(catalog: Catalog, kind: Kind, node: Node): GrantTarget | null {
	const relation = as(node, "RangeVar");
	if (relation) {
		const found = catalog.relation(relation);
		if (found?.tag === "table" || found?.tag === "view" || found?.tag === "sequence") return found;
		const meant = catalog.meant(
			relation.schemaname ? [relation.schemaname, relation.relname ?? ""] : [relation.relname ?? ""],
		);
		catalog.reportMissing(kind === "sequence" ? "Sequence" : "Table", meant);
		return `${meant.schema}.${meant.name}`;
	}
	const parts = namePartsOf(node);
	if (kind === "function") {
		const found = functionNamed(catalog, as(node, "ObjectWithArgs"));
		if (found) return found;
		const meant = catalog.meant(parts);
		return `${meant.schema}.${meant.name}`;
	}
	if (kind === "type") return catalog.find(parts, (key) => catalog.types.get(key)) ?? parts.join(".");
	return parts.join(".");
}

/** ALTER DEFAULT PRIVILEGES: kept in order, as each changes what the ones before say. */
export function alterDefaultPrivileges(catalog: Catalog, statement: AlterDefaultPrivilegesStmt): void {
	const { action } = statement;
	if (!action) return;
	const options = optionsOf(statement.options);
	const kind = KINDS[action.objtype ?? ""] ?? "other";
	catalog.defaultPrivileges.push({
		forRoles: (as(options.get("roles"), "List")?.items ?? []).map((node) => roleName(as(node, "RoleSpec"))),
		schemas: stringsOf(as(options.get("schemas"), "List")?.items),
		privileges: privilegesOf(action, kind).flatMap((each) => each.privileges),
		objectKind: kind,
		roles: (action.grantees ?? []).map((node) => roleName(as(node, "RoleSpec"))),
		isGrant: action.is_grant === true,
		location: catalog.location(),
	});
}
