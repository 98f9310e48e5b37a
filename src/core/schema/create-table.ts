import type { CreateStmt, RangeVar } from "@pgsql/types";
import { addConstraints } from "./add-constraints";
import type { Catalog } from "./catalog";
import { type ConstraintSource, callsCreated, columnNamed, columnOf, defineColumn, setGenerated } from "./columns";
import type { ColumnDraft, TableDraft } from "./drafts";
import { type Expression, expressionOf } from "./expression";
import { linkPending } from "./foreign-keys";
import { completePartition, inheritChecks, inheritColumns } from "./inheritance";
import type { QName } from "./model";
import { keyOf } from "./names";
import { partitionBound } from "./partitions";
import { afterOpening, splitList } from "./source-text";
import { settledTable, type TablePlaces, tablePlaces } from "./table-elements";
import { completeLike, likeColumns } from "./table-like";
import { as, stringsOf } from "./tree";
import { resolveType } from "./type-name";

/** CREATE TABLE in its forms, CREATE FOREIGN TABLE too. */
export function createTable(catalog: Catalog, statement: CreateStmt, foreign = false): void {
	if (!statement.relation) return;
	const name = catalog.newName(statement.relation);
	if (catalog.relations.has(keyOf(name.schema, name.name))) {
		if (!statement.if_not_exists) catalog.reportExisting("A relation", name);
		return;
	}
	const parents = (statement.inhRelations ?? []).flatMap(
		(node) => catalog.table(as(node, "RangeVar") as RangeVar) ?? [],
	);
	const places = tablePlaces(catalog, statement, statement.relation);
	const table = newTable(catalog, name, places, statement, foreign);
	for (const parent of parents) inheritColumns(table, parent);
	if (statement.ofTypename) columnsOfType(catalog, table, statement);

	const { rest, generated, likes } = addElements(catalog, table, places);
	if (statement.partspec) setPartitionKey(catalog, table, statement);
	for (const { column, source } of generated) setGenerated(catalog, column, source);

	catalog.addRelation(table);
	for (const parent of parents) {
		parent.children.push(table);
		if (statement.partbound) {
			table.partitionOf = parent;
			table.partitionBound = partitionBound(catalog.origin.statement.text, statement.partbound);
		} else table.inherits.push(parent);
		inheritChecks(catalog, table, parent);
	}
	if (table.partitionOf) completePartition(catalog, table, table.partitionOf);
	addConstraints(catalog, table, rest, {
		isNew: true,
		recurse: false,
		afterKeys: () => {
			for (const { source, options } of likes) completeLike(catalog, table, source, options);
		},
	});
	linkPending(catalog, table);
}

/** What is left to do once all of a table's columns are there. */
interface Rest {
	readonly rest: readonly ConstraintSource[];
	readonly generated: readonly { readonly column: ColumnDraft; readonly source: ConstraintSource }[];
	readonly likes: readonly { readonly source: TableDraft; readonly options: number }[];
}

/** Gives a table the columns that its CREATE TABLE lists. */
function addElements(catalog: Catalog, table: TableDraft, places: TablePlaces): Rest {
	const isEmpty = table.columns.length === 0;
	const { settled } = places;
	if (settled && isEmpty && !callsCreated(catalog, settled.calls)) {
		table.columns = settled.columns.map((column) => columnOf(table, column));
		return { rest: settled.rest, generated: [], likes: [] };
	}
	const rest: ConstraintSource[] = [];
	const generated: { column: ColumnDraft; source: ConstraintSource }[] = [];
	const likes: { source: TableDraft; options: number }[] = [];
	for (const element of places.elements) {
		if (element.kind === "column") {
			const { column, rest: left } = defineColumn(catalog, table, element.definition, element.span, element.memory);
			for (const source of left) {
				if (source.node.contype === "CONSTR_GENERATED") generated.push({ column, source });
				else rest.push(source);
			}
		} else if (element.kind === "constraint") rest.push(element.source);
		else {
			const source = likeColumns(catalog, table, element.like, element.span);
			if (source) likes.push({ source, options: element.like.options ?? 0 });
		}
	}
	if (isEmpty) places.settled ??= settledTable(places.elements, rest);
	return { rest, generated, likes };
}

function newTable(
	catalog: Catalog,
	name: QName,
	{ location, nameLocation }: TablePlaces,
	statement: CreateStmt,
	foreign: boolean,
): TableDraft {
	return emptyTable(catalog, name, {
		location,
		nameLocation,
		persistence: persistenceOf(statement.relation),
		kind: foreign ? "foreign" : statement.partspec ? "partitioned" : "table",
		partitionKey: statement.partspec
			? {
					strategy: (statement.partspec.strategy ?? "").replace("PARTITION_STRATEGY_", "").toLowerCase(),
					columns: [],
					elements: [],
				}
			: null,
		dropOnCommit: statement.oncommit === "ONCOMMIT_DROP",
	});
}

export function persistenceOf(relation: RangeVar | undefined): TableDraft["persistence"] {
	if (relation?.relpersistence === "t") return "temporary";
	return relation?.relpersistence === "u" ? "unlogged" : "permanent";
}

/** A table without columns, not yet in the catalog. */
export function emptyTable(
	catalog: Catalog,
	{ schema, name }: QName,
	{
		location,
		nameLocation,
		persistence,
		kind,
		partitionKey,
		dropOnCommit,
	}: Pick<TableDraft, "location" | "nameLocation" | "persistence" | "kind" | "partitionKey" | "dropOnCommit">,
): TableDraft {
	return {
		tag: "table",
		schema,
		name,
		location,
		nameLocation,
		alterations: [],
		columns: [],
		constraints: [],
		indexes: [],
		policies: [],
		triggers: [],
		rls: { enabled: false, forced: false, location: null, forcedLocation: null },
		persistence,
		kind,
		partitionKey,
		ofType: null,
		partitionOf: null,
		partitionBound: null,
		inherits: [],
		children: [],
		referencedBy: new Set(),
		owner: catalog.role,
		comment: null,
		commentLocation: null,
		dropOnCommit,
	};
}

function setPartitionKey(catalog: Catalog, table: TableDraft, statement: CreateStmt): void {
	const columns = table.partitionKey?.columns as (ColumnDraft | null)[];
	const elements = table.partitionKey?.elements as (Expression | null)[];
	const { text } = catalog.origin.statement;
	const spans = splitList(text, afterOpening(text, statement.partspec?.location ?? 0) ?? text.length);
	for (const [i, node] of (statement.partspec?.partParams ?? []).entries()) {
		const element = as(node, "PartitionElem");
		columns.push(columnNamed(table, element?.name) ?? null);
		const isPlain = element?.name !== undefined && !element.opclass && !element.collation;
		const span = spans[i];
		elements.push(isPlain || !span ? null : expressionOf(catalog, element?.expr, text, span, table));
	}
}

/** CREATE TABLE … OF type. */
function columnsOfType(catalog: Catalog, table: TableDraft, statement: CreateStmt): void {
	const type = resolveType(catalog, statement.ofTypename).named;
	if (type?.tag !== "type") {
		catalog.reportMissing("Type", catalog.meant(stringsOf(statement.ofTypename?.names)));
		return;
	}
	table.ofType = type;
	for (const attribute of type.attributes) table.columns.push(plainColumn(table, attribute.name, attribute.type));
}

/** A column that has a name and a type, placed where its table is. */
export function plainColumn(table: TableDraft, name: string, type: ColumnDraft["type"]): ColumnDraft {
	const { location, nameLocation } = table;
	return {
		name,
		table,
		type,
		notNull: false,
		default: null,
		serial: null,
		identity: null,
		generated: null,
		location,
		nameLocation,
		comment: null,
		isLocal: true,
		inherited: 0,
	};
}
