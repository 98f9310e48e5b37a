import type { Catalog } from "./catalog";
import type { IndexDraft, TableDraft } from "./drafts";
import { clonePlan, fits, makeIndex } from "./indexes";
import { constrainClone } from "./keys";

/** Gives every partition its part of a partitioned index: one of its own that fits, else a new one. */
export function indexPartitions(catalog: Catalog, table: TableDraft, index: IndexDraft): void {
	for (const child of table.children) if (child.partitionOf === table) indexPartition(catalog, child, index);
}

/** The partition's index that is attached to `parent`, made if need be; sub-partitions too. */
export function indexPartition(catalog: Catalog, partition: TableDraft, parent: IndexDraft): IndexDraft {
	const fitting = partition.indexes.find((index) => index.parent === null && fits(index, parent));
	if (fitting) {
		fitting.parent = parent;
		if (fitting.constraint && parent.constraint) fitting.constraint.parent = parent.constraint;
		return fitting;
	}
	const index = makeIndex(catalog, clonePlan(parent, partition), parent);
	if (parent.constraint) constrainClone(catalog, index, parent.constraint);
	if (partition.kind === "partitioned") indexPartitions(catalog, partition, index);
	return index;
}
