import type { Catalog } from "./catalog";
import type {
	ColumnDraft,
	FunctionDraft,
	ReadableDraft,
	SequenceDraft,
	TableDraft,
	TypeDraft,
	ViewDraft,
} from "./drafts";
import { removeColumn } from "./drop-column";
import { forgetForeignKey, removeConstraint } from "./drop-constraint";
import type { Expression } from "./expression";
import { forgetPartition } from "./foreign-keys";

/** What needs an object that goes: with CASCADE it goes too; without, PostgreSQL refuses, which is reported. */

/** Says that a drop without CASCADE meets something that needs the object. */
function reportDependent(catalog: Catalog, what: string, cascade: boolean): void {
	if (cascade) return;
	catalog.report(
		"unresolved",
		"info",
		`${what} needs what this drops, so PostgreSQL refuses it without CASCADE. It is taken here as dropped with it; write CASCADE, or drop it before.`,
	);
}

/** Policies, generated columns, triggers and foreign keys that need a column; with CASCADE the views that name it too. */
export function removeDependents(catalog: Catalog, column: ColumnDraft, cascade: boolean): void {
	const { table } = column;
	const needs = (expression: Expression | null): boolean => expression?.needs.includes(column) === true;
	for (const other of catalog.tables) {
		for (const policy of other.policies.filter((each) => needs(each.using) || needs(each.check))) {
			reportDependent(catalog, `Policy ${policy.name} of ${other.schema}.${other.name}`, cascade);
			other.policies.splice(other.policies.indexOf(policy), 1);
		}
	}
	table.triggers = table.triggers.filter((trigger) => !trigger.columns.includes(column));
	for (const other of [...table.columns]) {
		if (other === column || !needs(other.generated)) continue;
		reportDependent(catalog, `Generated column ${other.name} of ${table.schema}.${table.name}`, cascade);
		removeDependents(catalog, other, cascade);
		table.columns.splice(table.columns.indexOf(other), 1);
	}
	for (const foreignKey of [...table.referencedBy]) {
		if (
			foreignKey.table === table ||
			!foreignKey.to.includes(column) ||
			!foreignKey.table.constraints.includes(foreignKey)
		)
			continue;
		if (foreignKey.parent === null)
			reportDependent(
				catalog,
				`Foreign key ${foreignKey.name} of ${foreignKey.table.schema}.${foreignKey.table.name}`,
				cascade,
			);
		removeConstraint(catalog, foreignKey, true);
	}
	for (const view of [...catalog.views]) {
		if (!needs(view.query) || !catalog.views.has(view)) continue;
		reportDependent(catalog, `View ${view.schema}.${view.name}`, cascade);
		removeView(catalog, view, true);
	}
}

/** Views and policies that read a table or view that goes. `together` are dropped by the same statement. */
function removeReaders(
	catalog: Catalog,
	dropped: ReadableDraft,
	cascade: boolean,
	together: ReadonlySet<unknown>,
): void {
	for (const view of [...catalog.views]) {
		if (!view.reads.includes(dropped) || !catalog.views.has(view)) continue;
		if (!together.has(view)) reportDependent(catalog, `View ${view.schema}.${view.name}`, cascade);
		removeView(catalog, view, cascade, together);
	}
	for (const table of catalog.tables) {
		if (table === dropped || table.policies.length === 0) continue;
		for (const policy of [...table.policies]) {
			if (!policy.using?.reads.includes(dropped) && !policy.check?.reads.includes(dropped)) continue;
			if (!together.has(table))
				reportDependent(catalog, `Policy ${policy.name} of ${table.schema}.${table.name}`, cascade);
			table.policies.splice(table.policies.indexOf(policy), 1);
		}
	}
}

export function removeView(
	catalog: Catalog,
	view: ViewDraft,
	cascade: boolean,
	together: ReadonlySet<unknown> = new Set([view]),
): void {
	catalog.removeRelation(view);
	for (const index of view.indexes) catalog.removeRelation(index);
	removeReaders(catalog, view, cascade, together);
	removeTypeUsers(catalog, view, cascade);
	catalog.forgetGrants(view);
}

/** Drops a table with all that belongs to it, its partitions too, and what needs it. */
export function removeTable(
	catalog: Catalog,
	table: TableDraft,
	cascade: boolean,
	together: ReadonlySet<unknown> = new Set([table]),
): void {
	for (const child of [...table.children]) {
		if (child.partitionOf !== table && !together.has(child))
			reportDependent(catalog, `Table ${child.schema}.${child.name}, which inherits from it,`, cascade);
		removeTable(catalog, child, cascade, together);
	}
	for (const foreignKey of [...table.referencedBy]) {
		const { table: other } = foreignKey;
		if (other === table || !other.constraints.includes(foreignKey)) continue;
		if (!together.has(other) && foreignKey.parent === null && table.partitionOf === null)
			reportDependent(catalog, `Foreign key ${foreignKey.name} of ${other.schema}.${other.name}`, cascade);
		removeConstraint(catalog, foreignKey, true);
	}
	for (const constraint of table.constraints) {
		if (constraint.tag === "foreign") forgetForeignKey(catalog, constraint);
		catalog.removeConstraintName(table.schema, constraint.name);
	}
	table.constraints = [];
	for (const index of table.indexes) catalog.removeRelation(index);
	for (const sequence of [...catalog.sequences]) {
		if (sequence.ownedBy?.table === table) removeSequence(catalog, sequence);
	}
	if (table.partitionOf) forgetPartition(catalog, table.partitionOf, table);
	for (const parent of [table.partitionOf, ...table.inherits])
		parent?.children.splice(parent.children.indexOf(table), 1);
	catalog.removeRelation(table);
	removeReaders(catalog, table, cascade, together);
	removeTypeUsers(catalog, table, cascade);
	catalog.forgetGrants(table);
	for (const publication of catalog.publications.values())
		publication.tables = publication.tables.filter((each) => each !== table);
}

/** Drops a sequence; the defaults that it feeds go with it, other tables' too, which have them from LIKE. */
export function removeSequence(catalog: Catalog, sequence: SequenceDraft): void {
	catalog.removeRelation(sequence);
	catalog.forgetGrants(sequence);
	for (const table of catalog.tables) {
		for (const column of table.columns) {
			if (column.serial === sequence) column.serial = null;
			if (column.default?.uses.sequences.some(({ name }) => catalog.namesSequence(name, sequence)))
				column.default = null;
		}
	}
}

/** Columns, attributes, domains and functions that have a type that goes. */
export function removeTypeUsers(catalog: Catalog, type: TypeDraft | ReadableDraft, cascade: boolean): void {
	for (const table of catalog.tables) {
		for (const column of [...table.columns]) {
			if (column.type.named !== type || !table.columns.includes(column)) continue;
			reportDependent(catalog, `Column ${column.name} of ${table.schema}.${table.name}`, cascade);
			removeColumn(catalog, column, true, true);
		}
	}
	for (const overloads of [...catalog.functions.values()]) {
		for (const each of [...overloads]) {
			if (each.returns?.named !== type && !each.arguments.some((argument) => argument.type.named === type)) continue;
			reportDependent(catalog, `Function ${each.schema}.${each.name}`, cascade);
			removeFunction(catalog, each, cascade);
		}
	}
	for (const other of [...catalog.types.values()]) {
		other.attributes = other.attributes.filter((attribute) => attribute.type.named !== type);
		if (other.base?.named === type) removeType(catalog, other, cascade);
	}
}

export function removeType(catalog: Catalog, type: TypeDraft, cascade: boolean): void {
	const key = `${type.schema}.${type.name}`;
	catalog.types.delete(key);
	const relation = catalog.relations.get(key);
	if (relation?.tag === "composite") catalog.removeRelation(relation);
	for (const { name } of type.checks) catalog.removeConstraintName(type.schema, name);
	removeTypeUsers(catalog, type, cascade);
	catalog.forgetGrants(type);
}

/** Drops a function with the triggers that run it, and with CASCADE the policies and defaults that call it. */
export function removeFunction(catalog: Catalog, dropped: FunctionDraft, cascade: boolean): void {
	const key = `${dropped.schema}.${dropped.name}`;
	const left = (catalog.functions.get(key) ?? []).filter((each) => each !== dropped);
	if (left.length > 0) catalog.functions.set(key, left);
	else catalog.functions.delete(key);
	catalog.forgetGrants(dropped);
	const calls = (expression: Expression | null): boolean => expression?.calls.includes(dropped) === true;
	for (const table of catalog.tables) {
		table.triggers = table.triggers.filter((trigger) => trigger.function !== dropped);
		if (!cascade) continue;
		table.policies = table.policies.filter((policy) => !calls(policy.using) && !calls(policy.check));
		for (const column of table.columns) if (calls(column.default)) column.default = null;
		for (const constraint of [...table.constraints])
			if (constraint.tag === "check" && calls(constraint.expression)) removeConstraint(catalog, constraint, true);
	}
	if (cascade) for (const view of [...catalog.views]) if (calls(view.query)) removeView(catalog, view, true);
}
