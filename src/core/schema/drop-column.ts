import type { Catalog } from "./catalog";
import { columnNamed } from "./columns";
import { removeDependents, removeSequence } from "./dependents";
import type { ColumnDraft, ConstraintDraft, IndexDraft } from "./drafts";
import { forgetConstraint, removeConstraint, removeIndex } from "./drop-constraint";

/**
 * Drops a column with the keys, indexes, checks and foreign keys that contain it, as PostgreSQL does without CASCADE;
 * what else needs it (policies, views, generated columns, other tables' foreign keys) goes with CASCADE, and is reported
 * without.
 */
export function removeColumn(catalog: Catalog, column: ColumnDraft, cascade: boolean, recurse: boolean): void {
	const { table } = column;
	removeDependents(catalog, column, cascade);
	for (const constraint of [...table.constraints]) {
		if (!containsColumn(constraint, column)) continue;
		// A child that keeps the column keeps its check, too.
		if (constraint.tag === "check") forgetConstraint(catalog, constraint);
		else removeConstraint(catalog, constraint, cascade);
	}
	for (const index of [...table.indexes]) if (indexContains(index, column)) removeIndex(catalog, index, cascade);
	for (const sequence of [...catalog.sequences]) if (sequence.ownedBy === column) removeSequence(catalog, sequence);
	table.columns.splice(table.columns.indexOf(column), 1);
	for (const child of table.children) {
		const inherited = columnNamed(child, column.name);
		if (!inherited || inherited.inherited === 0) continue;
		inherited.inherited--;
		if (!recurse) inherited.isLocal = true;
		else if (inherited.inherited === 0 && !inherited.isLocal) removeColumn(catalog, inherited, cascade, true);
	}
}

function containsColumn(constraint: ConstraintDraft, column: ColumnDraft): boolean {
	switch (constraint.tag) {
		case "check":
			return constraint.expression.columns.includes(column);
		case "exclude":
			return indexContains(constraint.index, column);
		case "key":
			return indexContains(constraint.index, column);
		case "foreign":
			return constraint.columns.includes(column);
	}
}

function indexContains(index: IndexDraft, column: ColumnDraft): boolean {
	return (
		index.include.some((element) => element.column === column) ||
		index.where?.columns.includes(column) === true ||
		index.elements.some((element) => element.column === column || element.expression?.columns.includes(column) === true)
	);
}
