import type { SchemaModel, Table } from "../schema/model";
import { chooseName, nameAddition, truncated } from "../schema/names";

/** Names for what remedies make: as PostgreSQL would choose them, and none that is taken. */

interface Taken {
	/** Of constraints. */
	readonly constraints: ReadonlySet<string>;
	/** Of constraints and of what else an index shares its names with. */
	readonly all: ReadonlySet<string>;
}

/** By schema: a thousand remedies of one model ask for them. */
const taken = new WeakMap<SchemaModel, Map<string, Taken>>();

/** A name for an index (`idx`) or unique key (`key`) of a table, which relations and constraints of its schema don't have. */
export function indexName(
	model: SchemaModel,
	table: Table,
	parts: readonly (string | null)[],
	label: "idx" | "key",
): string {
	const { all } = takenIn(model, table.schema);
	return chooseName(table.name, nameAddition(parts.map((part) => part ?? "expr")), label, (name) => all.has(name));
}

/** A name for a foreign key or a CHECK of a table. */
export function constraintName(
	model: SchemaModel,
	table: Table,
	columns: readonly string[],
	label: "fkey" | "check",
): string {
	const { constraints } = takenIn(model, table.schema);
	return chooseName(table.name, nameAddition(columns), label, (name) => constraints.has(truncated(name)));
}

function takenIn(model: SchemaModel, schema: string): Taken {
	const known = taken.get(model) ?? new Map<string, Taken>();
	taken.set(model, known);
	const before = known.get(schema);
	if (before) return before;
	const constraints = constraintNames(model, schema);
	const now = { constraints, all: new Set([...constraints, ...relationNames(model, schema)]) };
	known.set(schema, now);
	return now;
}

function constraintNames(model: SchemaModel, schema: string): Set<string> {
	const names = new Set<string>();
	for (const table of tablesOf(model, schema)) {
		for (const each of keysOf(table)) names.add(each.name);
		for (const each of [...table.foreignKeys, ...table.checks]) names.add(each.name);
	}
	return names;
}

function relationNames(model: SchemaModel, schema: string): Set<string> {
	const names = new Set<string>();
	for (const table of tablesOf(model, schema)) {
		names.add(table.name);
		for (const each of [...table.indexes, ...keysOf(table)]) names.add(each.name);
	}
	for (const view of model.views.values()) {
		if (view.schema !== schema) continue;
		names.add(view.name);
		for (const { name } of view.indexes) names.add(name);
	}
	for (const each of model.sequences.values()) if (each.schema === schema) names.add(each.name);
	for (const each of model.types.values()) if (each.schema === schema) names.add(each.name);
	return names;
}

function keysOf(table: Table) {
	return [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques, ...table.excludes];
}

function tablesOf(model: SchemaModel, schema: string): Table[] {
	return [...model.tables.values()].filter((table) => table.schema === schema);
}
