import type { DatabaseAnalysis } from "../../analyze";
import { grantOn } from "../../emit/grant";
import { quoteIdentifier } from "../../emit/identifier";
import { qualified, type Table } from "../../schema/model";
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

/**
 * The grants for the roles, statements without semicolons. Default privileges open no table: each new one is granted in the
 * migration that also gives it its policy.
 */
export function grants({ model, tenancy }: DatabaseAnalysis, roles: Roles): string[] {
	const { owner, application, isGranted, readOnly, maintenance } = roles;
	const tables = [...model.tables.values()].filter(({ partitionOf }) => partitionOf === null);
	const views = [...model.views.values()].filter((view) => view.kind === "view" && view.securityInvoker);
	const schemas = [...new Set(tables.map(({ schema }) => schema))];
	const all = roleList([...(isGranted ? [] : application), readOnly, maintenance]);
	const rights = (table: Table) => RIGHTS[tenancy.tables.get(qualified(table))?.scope ?? "unscoped"];
	return [
		...schemas.map((schema) => `GRANT USAGE ON SCHEMA ${quoteIdentifier(schema)} TO ${all}`),
		...(isGranted
			? []
			: [
					...tables.flatMap((table) =>
						rights(table).length === 0 ? [] : [grantOn(table, rights(table), application)],
					),
					...views.map((view) => grantOn(view, ["select"], application)),
					...schemas.map((schema) => sequences(schema, application)),
				]),
		...tables.flatMap((table) => (rights(table).length === 0 ? [] : [grantOn(table, ["select"], [readOnly])])),
		...views.map((view) => grantOn(view, ["select"], [readOnly])),
		...schemas.flatMap((schema) => [
			`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${quoteIdentifier(schema)} TO ${roleList([maintenance])}`,
			sequences(schema, [maintenance]),
			...later(schema, owner, roles),
		]),
	];
}

function sequences(schema: string, roles: readonly string[]): string {
	return `GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${quoteIdentifier(schema)} TO ${roleList(roles)}`;
}

/** For what the owner makes later. */
function later(schema: string, owner: string, { application, maintenance }: Roles): string[] {
	const start = `ALTER DEFAULT PRIVILEGES FOR ROLE ${roleList([owner])} IN SCHEMA ${quoteIdentifier(schema)}`;
	return [
		`${start} GRANT USAGE ON SEQUENCES TO ${roleList([...application, maintenance])}`,
		`${start} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${roleList([maintenance])}`,
	];
}
