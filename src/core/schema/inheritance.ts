import type { Catalog } from "./catalog";
import { inheritCheck } from "./checks";
import { columnNamed } from "./columns";
import type { ColumnDraft, TableDraft, TriggerDraft } from "./drafts";
import { expressionFor } from "./expression";
import { foreignKeyInPartition, referToPartitions } from "./foreign-keys";
import { indexPartition } from "./partition-indexes";

/** What partitions and inheriting tables get from their parent. */

/** Gives a new table its parent's columns; those that another parent gave already are merged. */
export function inheritColumns(table: TableDraft, parent: TableDraft): void {
	for (const column of parent.columns) {
		const existing = columnNamed(table, column.name);
		if (existing) {
			existing.inherited++;
			existing.notNull ||= column.notNull;
			existing.default ??= column.default;
			existing.serial ??= column.serial;
		} else table.columns.push(inheritedColumn(column, table));
	}
	for (const column of parent.columns) {
		const own = columnNamed(table, column.name);
		if (own && column.generated) own.generated = expressionFor(column.generated, table);
	}
}

/** A parent's column in a partition or inheriting table. An identity isn't inherited (before PostgreSQL 17), a default is. */
export function inheritedColumn(parent: ColumnDraft, table: TableDraft): ColumnDraft {
	return { ...parent, table, identity: null, generated: null, comment: null, isLocal: false, inherited: 1 };
}

/** Connects a new child with its parent and gives it the parent's checks. */
export function inheritChecks(catalog: Catalog, table: TableDraft, parent: TableDraft): void {
	for (const constraint of parent.constraints)
		if (constraint.tag === "check" && !constraint.noInherit) inheritCheck(catalog, table, constraint);
}

/** Gives a partition its parts of the parent's indexes, keys, row triggers and foreign keys. */
export function completePartition(catalog: Catalog, partition: TableDraft, parent: TableDraft): void {
	for (const index of parent.indexes) indexPartition(catalog, partition, index);
	for (const trigger of parent.triggers) if (trigger.row) triggerInPartition(partition, trigger);
	for (const constraint of parent.constraints)
		if (constraint.tag === "foreign") foreignKeyInPartition(catalog, partition, constraint);
	for (let referenced: TableDraft | null = parent; referenced; referenced = referenced.partitionOf) {
		for (const foreignKey of referenced.referencedBy)
			if (foreignKey.parent === null) referToPartitions(catalog, foreignKey, partition);
	}
}

/** Gives a partition, and its own partitions, their copy of a row trigger. */
export function triggerInPartition(partition: TableDraft, parent: TriggerDraft): void {
	const columns = parent.columns.flatMap((column) => columnNamed(partition, column.name) ?? []);
	const trigger: TriggerDraft = { ...parent, columns, parent };
	partition.triggers.push(trigger);
	for (const child of partition.children) if (child.partitionOf === partition) triggerInPartition(child, trigger);
}
