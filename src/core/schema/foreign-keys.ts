import type { Constraint } from "@pgsql/types";
import { type Catalog, partsOf } from "./catalog";
import { type ConstraintSource, columnNamed, placeOf } from "./columns";
import type { ColumnDraft, IndexDraft, TableDraft } from "./drafts";
import type { ForeignKeyDraft } from "./drafts-table";
import { addConstraint, columnsNamed } from "./keys";
import type { ReferentialAction } from "./model";
import { nameAddition } from "./names";
import { stringsOf } from "./tree";

const ACTIONS: Readonly<Record<string, ReferentialAction>> = {
	a: "no action",
	r: "restrict",
	c: "cascade",
	n: "set null",
	d: "set default",
};

/** Adds a foreign key, to the table's partitions too. One to a table that no statement has created yet waits for it. */
export function addForeignKey(catalog: Catalog, table: TableDraft, source: ConstraintSource): ForeignKeyDraft | null {
	const { node } = source;
	if (!node.pktable) return null;
	const columns = columnsNamed(catalog, table, source.column === null ? stringsOf(node.fk_attrs) : [source.column]);
	if (!columns) return null;
	const referenced = catalog.relation(node.pktable);
	const foreignKey: ForeignKeyDraft = {
		tag: "foreign",
		name: node.conname ?? generatedName(catalog, table, columns),
		table,
		location: placeOf(catalog, source),
		parent: null,
		columns,
		references: referenced?.tag === "table" ? referenced : catalog.meant(partsOf(node.pktable)),
		to: stringsOf(node.pk_attrs),
		uses: null,
		onDelete: ACTIONS[node.fk_del_action ?? "a"] ?? "no action",
		onUpdate: ACTIONS[node.fk_upd_action ?? "a"] ?? "no action",
		validated: !isUnvalidated(node),
		deferrable: source.deferrable,
		initiallyDeferred: source.initiallyDeferred,
		matchFull: node.fk_matchtype === "f",
		onDeleteColumns: columnsNamed(catalog, table, stringsOf(node.fk_del_set_cols)) ?? [],
		hiddenNames: [],
	};
	addConstraint(catalog, foreignKey);
	if (referenced?.tag === "table") link(catalog, foreignKey, referenced);
	else catalog.pending.add(foreignKey);
	if (referenced?.tag === "table")
		for (const child of referenced.children)
			if (child.partitionOf === referenced) referToPartitions(catalog, foreignKey, child);
	foreignKeyInPartitions(catalog, foreignKey);
	return foreignKey;
}

function isUnvalidated(node: Constraint): boolean {
	return node.skip_validation === true && node.initially_valid !== true;
}

function generatedName(catalog: Catalog, table: TableDraft, columns: readonly ColumnDraft[]): string {
	return catalog.chooseConstraintName(
		table.schema,
		table.name,
		nameAddition(columns.map((column) => column.name)),
		"fkey",
	);
}

/** Connects a foreign key with the table that it is about, once that exists. */
function link(catalog: Catalog, foreignKey: ForeignKeyDraft, table: TableDraft): void {
	foreignKey.references = table;
	table.referencedBy.add(foreignKey);
	const names = foreignKey.to as readonly string[];
	if (names.length === 0) {
		const primary = table.constraints.find((constraint) => constraint.tag === "key" && constraint.primary);
		if (primary?.tag === "key") {
			foreignKey.to = primary.columns;
			foreignKey.uses = primary.index;
		} else
			catalog.report(
				"unresolved",
				"warning",
				`${table.schema}.${table.name} has no primary key that this foreign key could refer to. Name the columns that it refers to.`,
				foreignKey.location,
			);
		return;
	}
	foreignKey.to = names.map((name) => {
		const column = columnNamed(table, name);
		if (!column)
			catalog.reportMissing("Column", { schema: `${table.schema}.${table.name}`, name }, foreignKey.location);
		return column ?? name;
	});
	foreignKey.uses = uniqueIndexOn(table, foreignKey.to);
}

/** The unique index that a foreign key to these columns relies on: the primary key's first. */
export function uniqueIndexOn(table: TableDraft, columns: readonly (ColumnDraft | string)[]): IndexDraft | null {
	let first: IndexDraft | null = null;
	for (const index of table.indexes) {
		if (!index.unique || index.where !== null || index.elements.length !== columns.length) continue;
		if (!index.elements.every((element) => element.column !== null && columns.includes(element.column))) continue;
		if (index.constraint?.tag === "key" && index.constraint.primary) return index;
		first ??= index;
	}
	return first;
}

/** Gives the foreign keys that wait for this table what they wait for. */
export function linkPending(catalog: Catalog, table: TableDraft): void {
	// What is wrong with them is the keys' own, whatever surrounds the statement that creates the table.
	const { tolerant } = catalog;
	catalog.tolerant = false;
	for (const foreignKey of catalog.pending) {
		if (foreignKey.references.schema !== table.schema || foreignKey.references.name !== table.name) continue;
		catalog.pending.delete(foreignKey);
		link(catalog, foreignKey, table);
	}
	catalog.tolerant = tolerant;
}

/**
 * A key to a partitioned table has a row of its own in PostgreSQL's catalog for each partition, here of `partition` and
 * its own partitions. They are no keys of the user's, but their names can't be given to later constraints.
 */
export function referToPartitions(catalog: Catalog, foreignKey: ForeignKeyDraft, partition: TableDraft): void {
	const name = generatedName(catalog, foreignKey.table, foreignKey.columns);
	foreignKey.hiddenNames.push({ partition, name });
	catalog.addConstraintName(foreignKey.table.schema, name);
	for (const child of partition.children)
		if (child.partitionOf === partition) referToPartitions(catalog, foreignKey, child);
}

/** Gives the names free that belong to a partition that goes, and to its own partitions. */
export function forgetPartition(catalog: Catalog, parent: TableDraft, partition: TableDraft): void {
	const gone = new Set<TableDraft>([partition]);
	for (const table of gone) for (const child of table.children) if (child.partitionOf === table) gone.add(child);
	for (let referenced: TableDraft | null = parent; referenced; referenced = referenced.partitionOf) {
		for (const foreignKey of referenced.referencedBy) {
			for (const hidden of foreignKey.hiddenNames)
				if (gone.has(hidden.partition)) catalog.removeConstraintName(foreignKey.table.schema, hidden.name);
			foreignKey.hiddenNames = foreignKey.hiddenNames.filter((hidden) => !gone.has(hidden.partition));
		}
	}
}

function foreignKeyInPartitions(catalog: Catalog, foreignKey: ForeignKeyDraft): void {
	for (const child of foreignKey.table.children) {
		if (child.partitionOf === foreignKey.table) foreignKeyInPartition(catalog, child, foreignKey);
	}
}

/** The partition's part of a foreign key: an equal one of its own becomes it, else there is a new one. */
export function foreignKeyInPartition(catalog: Catalog, partition: TableDraft, parent: ForeignKeyDraft): void {
	const columns = parent.columns.flatMap((column) => columnNamed(partition, column.name) ?? []);
	const equal = partition.constraints.find(
		(each) => each.tag === "foreign" && each.parent === null && isSameKey(each, parent, columns),
	);
	if (equal) {
		equal.parent = parent;
		return;
	}
	const taken = partition.constraints.some((each) => each.name === parent.name);
	const name = taken ? generatedName(catalog, partition, columns) : parent.name;
	const onDeleteColumns = parent.onDeleteColumns.flatMap((column) => columnNamed(partition, column.name) ?? []);
	const own = { name, table: partition, columns, onDeleteColumns, parent, hiddenNames: [] };
	const foreignKey: ForeignKeyDraft = { ...parent, ...own };
	addConstraint(catalog, foreignKey);
	if ("tag" in parent.references) parent.references.referencedBy.add(foreignKey);
	else catalog.pending.add(foreignKey);
	foreignKeyInPartitions(catalog, foreignKey);
}

function isSameKey(a: ForeignKeyDraft, parent: ForeignKeyDraft, columns: readonly ColumnDraft[]): boolean {
	return (
		a.references === parent.references &&
		a.columns.length === columns.length &&
		a.columns.every((column, i) => column === columns[i]) &&
		a.to.every((column, i) => column === parent.to[i]) &&
		a.onDelete === parent.onDelete &&
		a.onUpdate === parent.onUpdate &&
		a.deferrable === parent.deferrable &&
		a.validated
	);
}
