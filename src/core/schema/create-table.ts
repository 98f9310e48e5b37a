import type { CreateStmt, RangeVar } from "@pgsql/types";
import type { Span } from "../text/span";
import { addConstraints } from "./add-constraints";
import type { Catalog } from "./catalog";
import { type ConstraintSource, columnNamed, constraintSource, defineColumn, setGenerated } from "./columns";
import type { ColumnDraft, TableDraft } from "./drafts";
import { linkPending } from "./foreign-keys";
import { completePartition, inheritChecks, inheritColumns } from "./inheritance";
import { afterOpening, splitList } from "./source-text";
import { completeLike, likeColumns } from "./table-like";
import { as, stringsOf } from "./tree";
import { resolveType } from "./type-name";

/** CREATE TABLE in its forms, CREATE FOREIGN TABLE too. */
export function createTable(catalog: Catalog, statement: CreateStmt, foreign = false): void {
	if (!statement.relation) return;
	const name = catalog.newName(statement.relation);
	if (catalog.relations.has(`${name.schema}.${name.name}`)) {
		if (!statement.if_not_exists) catalog.reportExisting("A relation", name);
		return;
	}
	const parents = (statement.inhRelations ?? []).flatMap(
		(node) => catalog.table(as(node, "RangeVar") as RangeVar) ?? [],
	);
	const table = newTable(catalog, statement, foreign);
	for (const parent of parents) inheritColumns(table, parent);
	if (statement.ofTypename) columnsOfType(catalog, table, statement);

	const elements = statement.tableElts ?? [];
	const spans = elementSpans(catalog.origin.statement.text, statement);
	const rest: ConstraintSource[] = [];
	const generated: { column: ColumnDraft; source: ConstraintSource }[] = [];
	const likes: { source: TableDraft; options: number }[] = [];
	for (const [i, element] of elements.entries()) {
		const span = spans[i] ?? { start: 0, end: catalog.origin.statement.text.length };
		const definition = as(element, "ColumnDef");
		const constraint = as(element, "Constraint");
		const like = as(element, "TableLikeClause");
		if (definition) {
			const { column, rest: left } = defineColumn(catalog, table, definition, span);
			for (const source of left) {
				if (source.node.contype === "CONSTR_GENERATED") generated.push({ column, source });
				else rest.push(source);
			}
		} else if (constraint) rest.push(constraintSource(catalog.origin.statement.text, constraint, span, null));
		else if (like) {
			const source = likeColumns(catalog, table, like, span);
			if (source) likes.push({ source, options: like.options ?? 0 });
		}
	}
	if (statement.partspec) setPartitionKey(table, statement);
	for (const { column, source } of generated) setGenerated(catalog, column, source);

	catalog.addRelation(table);
	for (const parent of parents) {
		parent.children.push(table);
		if (statement.partbound) table.partitionOf = parent;
		else table.inherits.push(parent);
		inheritChecks(catalog, table, parent);
	}
	if (table.partitionOf) completePartition(catalog, table, table.partitionOf);
	addConstraints(catalog, table, rest, false, () => {
		for (const { source, options } of likes) completeLike(catalog, table, source, options);
	});
	linkPending(catalog, table);
}

function newTable(catalog: Catalog, statement: CreateStmt, foreign: boolean): TableDraft {
	const relation = statement.relation as RangeVar;
	return emptyTable(catalog, relation, {
		kind: foreign ? "foreign" : statement.partspec ? "partitioned" : "table",
		partitionKey: statement.partspec
			? { strategy: (statement.partspec.strategy ?? "").replace("PARTITION_STRATEGY_", "").toLowerCase(), columns: [] }
			: null,
		dropOnCommit: statement.oncommit === "ONCOMMIT_DROP",
	});
}

/** A table without columns, not yet in the catalog. */
export function emptyTable(
	catalog: Catalog,
	relation: RangeVar,
	{ kind, partitionKey, dropOnCommit }: Pick<TableDraft, "kind" | "partitionKey" | "dropOnCommit">,
): TableDraft {
	const { schema, name } = catalog.newName(relation);
	return {
		tag: "table",
		schema,
		name,
		location: catalog.location(),
		nameLocation: catalog.nameLocation(relation),
		alterations: [],
		columns: [],
		constraints: [],
		indexes: [],
		policies: [],
		triggers: [],
		rls: { enabled: false, forced: false, location: null, forcedLocation: null },
		persistence:
			relation.relpersistence === "t" ? "temporary" : relation.relpersistence === "u" ? "unlogged" : "permanent",
		kind,
		partitionKey,
		ofType: null,
		partitionOf: null,
		inherits: [],
		children: [],
		referencedBy: new Set(),
		owner: catalog.role,
		comment: null,
		commentLocation: null,
		dropOnCommit,
	};
}

function setPartitionKey(table: TableDraft, statement: CreateStmt): void {
	const columns = table.partitionKey?.columns as (ColumnDraft | null)[];
	for (const node of statement.partspec?.partParams ?? []) {
		const element = as(node, "PartitionElem");
		columns.push(columnNamed(table, element?.name) ?? null);
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

const spansOf = new WeakMap<CreateStmt, readonly Span[]>();

/** Where each element of the list in parentheses stands; cached by tree. */
function elementSpans(text: string, statement: CreateStmt): readonly Span[] {
	let spans = spansOf.get(statement);
	if (!spans) {
		const open =
			(statement.tableElts ?? []).length === 0 ? null : afterOpening(text, statement.relation?.location ?? 0);
		spans = open === null ? [] : splitList(text, open);
		spansOf.set(statement, spans);
	}
	return spans;
}
