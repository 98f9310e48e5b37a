import type { PartitionBoundSpec, PartitionCmd, RangeVar } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import { columnNamed } from "./columns";
import type { IndexDraft, TableDraft } from "./drafts";
import { forgetPartition } from "./foreign-keys";
import { completePartition, inheritChecks } from "./inheritance";
import { afterOpening, findWord, insideParentheses } from "./source-text";

/** `FOR VALUES …` or `DEFAULT`, as written; null where it isn't found. */
export function partitionBound(text: string, bound: PartitionBoundSpec | undefined): string | null {
	if (bound === undefined) return null;
	if (bound.is_default) return "DEFAULT";
	const start = bound.location ?? 0;
	const lists = findWord(text, start, "to") && bound.strategy === "r" ? 2 : 1;
	let end = start;
	for (let i = 0; i < lists; i++) {
		const open = afterOpening(text, end);
		const inside = insideParentheses(text, end);
		if (open === null || inside === null) return null;
		end = text.indexOf(")", inside.end) + 1;
	}
	return `FOR VALUES ${text.slice(start, end)}`;
}

/** ATTACH PARTITION: the table becomes a partition with its parts of the parent's keys and indexes. */
export function attachPartition(catalog: Catalog, parent: TableDraft, command: PartitionCmd | undefined): void {
	const partition = command?.name && catalog.table(command.name);
	if (!partition || partition.partitionOf) return;
	becomeChild(catalog, partition, parent);
	partition.partitionOf = parent;
	partition.partitionBound = partitionBound(catalog.origin.statement.text, command.bound);
	// What a partition inherits is never its own (`MergeAttributesIntoExisting`).
	for (const column of partition.columns) if (column.inherited > 0) column.isLocal = false;
	for (const constraint of partition.constraints)
		if (constraint.tag === "check" && constraint.inherited > 0) constraint.isLocal = false;
	completePartition(catalog, partition, parent);
}

/** DETACH PARTITION: what it got from the parent stays as its own; row triggers go. */
export function detachPartition(catalog: Catalog, parent: TableDraft, name: RangeVar | undefined): void {
	const partition = name && catalog.table(name);
	if (!partition || partition.partitionOf !== parent) return;
	partition.partitionOf = null;
	partition.partitionBound = null;
	for (const index of partition.indexes) if (index.parent?.on === parent) index.parent = null;
	for (const constraint of partition.constraints)
		if (constraint.tag !== "check" && constraint.parent?.table === parent) constraint.parent = null;
	partition.triggers = partition.triggers.filter((trigger) => trigger.parent === null);
	leaveParent(partition, parent);
	forgetPartition(catalog, parent, partition);
}

/** INHERIT and NO INHERIT. */
export function setInherit(catalog: Catalog, table: TableDraft, name: RangeVar | undefined, inherits: boolean): void {
	const parent = name && catalog.table(name);
	if (!parent) return;
	if (inherits) {
		becomeChild(catalog, table, parent);
		table.inherits.push(parent);
	} else if (table.inherits.includes(parent)) {
		table.inherits = table.inherits.filter((each) => each !== parent);
		leaveParent(table, parent);
	}
}

function becomeChild(catalog: Catalog, table: TableDraft, parent: TableDraft): void {
	parent.children.push(table);
	for (const column of parent.columns) {
		const own = columnNamed(table, column.name);
		if (own) own.inherited++;
		else catalog.reportMissing("Column", { schema: `${table.schema}.${table.name}`, name: column.name });
	}
	inheritChecks(catalog, table, parent);
}

function leaveParent(table: TableDraft, parent: TableDraft): void {
	parent.children.splice(parent.children.indexOf(table), 1);
	for (const column of parent.columns) {
		const own = columnNamed(table, column.name);
		if (!own || own.inherited === 0) continue;
		own.inherited--;
		if (own.inherited === 0) own.isLocal = true;
	}
	for (const constraint of table.constraints) {
		if (constraint.tag !== "check" || constraint.inherited === 0) continue;
		if (!parent.constraints.some((each) => each.tag === "check" && each.name === constraint.name)) continue;
		constraint.inherited--;
		if (constraint.inherited === 0) constraint.isLocal = true;
	}
}

/** ALTER INDEX … ATTACH PARTITION. */
export function attachIndex(catalog: Catalog, parent: IndexDraft, name: RangeVar | undefined): void {
	const index = name && catalog.relation(name);
	if (index?.tag !== "index") {
		if (name) catalog.reportMissing("Index", catalog.meant(partsOf(name)));
		return;
	}
	index.parent = parent;
	if (index.constraint && parent.constraint) index.constraint.parent = parent.constraint;
}
