import { factOf } from "../../schema/facts";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import { isGivenByPlatform } from "../../tenancy/platform";
import { isOfApplication } from "./privileges";
import type { RuleContext, TenantTable } from "./rule";

/** What rules about row-level security have in common. */

/** Tables that the database should protect: where the product uses row-level security, all that hold tenants' data. */
export const protectedTables = factOf(({ tenancy, tenantTables, reachable }: RuleContext): readonly TenantTable[] =>
	tenancy.enforcement === "rls" ? tenantTables.filter(({ key }) => reachable.has(key)) : [],
);

/** The keys of those that row-level security does protect. */
export const securedTables = factOf(
	(context: RuleContext): ReadonlySet<string> =>
		new Set(
			protectedTables(context)
				.filter(({ table }) => table.rls.enabled)
				.map(({ key }) => key),
		),
);

/**
 * The tables that the application can get at. Without a grant to any of its roles a table is closed on purpose; where the
 * files grant nothing to anybody, or the roles aren't known, all are taken to be open. Default privileges open the tables
 * of their schemas: which of them came later isn't known here, and to take a closed table for open is the lesser mistake.
 */
export function reachableTables(model: SchemaModel, applicationRoles: readonly string[]): ReadonlySet<string> {
	const isOurs = isOfApplication(applicationRoles);
	const granted = new Set<string>();
	let isGranting = false;
	for (const { objectKind, roles, objects } of model.grants) {
		if (objectKind !== "table") continue;
		isGranting = true;
		if (roles.some(isOurs)) for (const object of objects) granted.add(object);
	}
	if (applicationRoles.length === 0 || !isGranting) return new Set(model.tables.keys());
	const defaults = model.defaultPrivileges.filter(
		({ isGrant, objectKind, roles }) => isGrant && objectKind === "table" && roles.some(isOurs),
	);
	const isOpen = (schema: string) => defaults.some(({ schemas }) => schemas.length === 0 || schemas.includes(schema));
	const isGiven = (key: string, table: Table) =>
		["select", "insert", "update", "delete"].some((privilege) =>
			isGivenByPlatform(model, applicationRoles, "table", table, key, privilege),
		);
	return new Set(
		[...model.tables].flatMap(([key, table]) =>
			granted.has(key) || (table.owner !== null && isOurs(table.owner)) || isOpen(table.schema) || isGiven(key, table)
				? [key]
				: [],
		),
	);
}

/** The table with row-level security that this one inherits from. */
export function protectedParent(model: SchemaModel, { inherits }: Table): Table | null {
	const parents = inherits.map((name) => model.tables.get(qualified(name)));
	return parents.find((parent) => parent?.rls.enabled) ?? null;
}

/** A table as messages name it. */
export function shown(table: Table): string {
	return table.schema === "public" ? table.name : qualified(table);
}
