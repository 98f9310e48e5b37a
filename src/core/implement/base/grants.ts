import type { DatabaseAnalysis } from "../../analyze";
import { grantOn, revokeOn } from "../../emit/grant";
import { quoteIdentifier } from "../../emit/identifier";
import { type QName, qualified, type Table } from "../../schema/model";
import type { Scope } from "../../tenancy/scope";
import { type Roles, roleList } from "./roles";

/**
 * What the application may do with a table of each scope: nothing where nobody knows whose the rows are, and nothing to the
 * whole of a tenant but what it needs. TRUNCATE and REFERENCES are left out, as row-level security does not apply to them:
 * https://www.postgresql.org/docs/current/ddl-rowsecurity.html
 */
const RIGHTS: Readonly<Record<Scope, readonly string[]>> = {
	"tenant-root": ["select", "insert", "update"],
	"tenant-scoped": ["select", "insert", "update", "delete"],
	"tenant-derived": ["select", "insert", "update", "delete"],
	shared: ["select"],
	unscoped: [],
};

/** A grant and what takes it back; statements without semicolons. */
export interface Grantable {
	readonly up: string;
	readonly down: string;
}

/**
 * The grants for the roles. Default privileges open no table: each new one is granted in the migration that also gives it
 * its policy.
 */
export function grants({ model, tenancy }: DatabaseAnalysis, roles: Roles): Grantable[] {
	const { owner, application, isGranted, readOnly, maintenance } = roles;
	const tables = [...model.tables.values()].filter(({ partitionOf }) => partitionOf === null);
	const views = [...model.views.values()].filter((view) => view.kind === "view" && view.securityInvoker);
	const schemas = [...new Set(tables.map(({ schema }) => schema))];
	const writers = isGranted ? [] : application;
	const rights = (table: Table) => RIGHTS[tenancy.tables.get(qualified(table))?.scope ?? "unscoped"];
	return [
		...schemas.map((schema) => inSchema("USAGE", "ON SCHEMA", schema, [...writers, readOnly, maintenance])),
		...tables.flatMap((table) => onTable(table, rights(table), writers)),
		...views.flatMap((view) => onTable(view, ["select"], writers)),
		...schemas.flatMap((schema) => inSchema("USAGE", "ON ALL SEQUENCES IN SCHEMA", schema, writers)),
		...tables.flatMap((table) => onTable(table, rights(table).length === 0 ? [] : ["select"], [readOnly])),
		...views.flatMap((view) => onTable(view, ["select"], [readOnly])),
		...schemas.flatMap((schema) => [
			inSchema(EVERYTHING, "ON ALL TABLES IN SCHEMA", schema, [maintenance]),
			inSchema("USAGE", "ON ALL SEQUENCES IN SCHEMA", schema, [maintenance]),
			later(schema, owner, "USAGE ON SEQUENCES", [...application, maintenance]),
			later(schema, owner, `${EVERYTHING} ON TABLES`, [maintenance]),
		]),
	].filter(({ up }) => up !== "");
}

const EVERYTHING = "SELECT, INSERT, UPDATE, DELETE";

/** What a role of the application needs on a table; nothing where there is no role or no right. */
export function onTable(table: QName, privileges: readonly string[], roles: readonly string[]): Grantable[] {
	if (privileges.length === 0 || roles.length === 0) return [];
	return [{ up: grantOn(table, privileges, roles), down: revokeOn(table, privileges, roles) }];
}

function inSchema(privileges: string, on: string, schema: string, roles: readonly string[]): Grantable {
	const what = `${privileges} ${on} ${quoteIdentifier(schema)}`;
	return roles.length === 0
		? { up: "", down: "" }
		: { up: `GRANT ${what} TO ${roleList(roles)}`, down: `REVOKE ${what} FROM ${roleList(roles)}` };
}

/** For what the owner makes later. */
function later(schema: string, owner: string, what: string, roles: readonly string[]): Grantable {
	const start = `ALTER DEFAULT PRIVILEGES FOR ROLE ${roleList([owner])} IN SCHEMA ${quoteIdentifier(schema)}`;
	return {
		up: `${start} GRANT ${what} TO ${roleList(roles)}`,
		down: `${start} REVOKE ${what} FROM ${roleList(roles)}`,
	};
}
