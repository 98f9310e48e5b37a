import type { Catalog } from "./catalog";
import type { ConstraintDraft, IndexDraft, TableDraft } from "./drafts";
import type { CheckDraft, ForeignKeyDraft } from "./drafts-table";

/** Removes a constraint with what PostgreSQL keeps for it: its index, its parts in partitions, keys that rely on it. */
export function removeConstraint(catalog: Catalog, constraint: ConstraintDraft, cascade: boolean): void {
	forgetConstraint(catalog, constraint);
	switch (constraint.tag) {
		case "check":
			for (const child of constraint.table.children) removeInheritedCheck(catalog, child, constraint);
			break;
		case "foreign":
			forgetForeignKey(catalog, constraint);
			for (const part of partsOf(constraint)) removeConstraint(catalog, part, cascade);
			break;
		default:
			constraint.index.constraint = null;
			removeIndex(catalog, constraint.index, cascade);
	}
}

/** Takes a constraint out of its table, and nothing else with it. */
export function forgetConstraint(catalog: Catalog, constraint: ConstraintDraft): void {
	const { table } = constraint;
	const at = table.constraints.indexOf(constraint);
	if (at < 0) return;
	table.constraints.splice(at, 1);
	catalog.removeConstraintName(table.schema, constraint.name);
}

/** Takes a foreign key out of what points at it; the table's own list is left to the caller. */
export function forgetForeignKey(catalog: Catalog, foreignKey: ForeignKeyDraft): void {
	if ("tag" in foreignKey.references) foreignKey.references.referencedBy.delete(foreignKey);
	catalog.pending.delete(foreignKey);
	for (const { name } of foreignKey.hiddenNames) catalog.removeConstraintName(foreignKey.table.schema, name);
	foreignKey.hiddenNames = [];
}

function partsOf(constraint: ForeignKeyDraft): ForeignKeyDraft[] {
	const parts: ForeignKeyDraft[] = [];
	for (const child of constraint.table.children) {
		for (const each of child.constraints) if (each.tag === "foreign" && each.parent === constraint) parts.push(each);
	}
	return parts;
}

function removeInheritedCheck(catalog: Catalog, child: TableDraft, parent: CheckDraft): void {
	const inherited = child.constraints.find((each) => each.tag === "check" && each.name === parent.name);
	if (inherited?.tag !== "check" || inherited.inherited === 0) return;
	inherited.inherited--;
	if (inherited.inherited === 0 && !inherited.isLocal) removeConstraint(catalog, inherited, true);
}

/** Removes an index, its constraint, its parts in partitions, and foreign keys that rely on it. */
export function removeIndex(catalog: Catalog, index: IndexDraft, cascade: boolean): void {
	const at = index.on.indexes.indexOf(index);
	if (at < 0) return;
	index.on.indexes.splice(at, 1);
	catalog.removeRelation(index);
	if (index.constraint) {
		const { constraint } = index;
		index.constraint = null;
		forgetConstraint(catalog, constraint);
	}
	if (index.on.tag !== "table") return;
	for (const foreignKey of [...index.on.referencedBy]) {
		if (foreignKey.uses !== index || foreignKey.table.constraints.indexOf(foreignKey) < 0) continue;
		if (!cascade && foreignKey.parent === null) {
			const { table } = foreignKey;
			catalog.report(
				"unresolved",
				"info",
				`Foreign key ${foreignKey.name} of ${table.schema}.${table.name} relies on ${index.name}, so PostgreSQL refuses this without CASCADE. It is taken here as dropped with it; write CASCADE, or drop the foreign key before.`,
			);
		}
		removeConstraint(catalog, foreignKey, true);
	}
	for (const child of index.on.children)
		for (const part of child.indexes.filter((each) => each.parent === index)) removeIndex(catalog, part, cascade);
}
