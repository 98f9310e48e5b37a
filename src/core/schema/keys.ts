import type { Constraint } from "@pgsql/types";
import type { Span } from "../text/span";
import type { Catalog } from "./catalog";
import { type ConstraintSource, columnNamed, placeOf } from "./columns";
import { elementExpression } from "./create-index";
import type { ColumnDraft, ConstraintDraft, IndexDraft, TableDraft } from "./drafts";
import type { ExcludeDraft, KeyDraft } from "./drafts-table";
import { expressionOf } from "./expression";
import { columnElements, elementsOf, makeIndex } from "./indexes";
import { setNotNullInherited } from "./not-null";
import { indexPartitions } from "./partition-indexes";
import { afterOpening, findWord, insideParentheses, splitList, trimmed } from "./source-text";
import { as, stringsOf } from "./tree";

/** PRIMARY KEY, UNIQUE and EXCLUDE: constraints that an index backs. */

/** Adds a constraint to its table, and its name to those that generated names avoid. */
export function addConstraint(catalog: Catalog, constraint: ConstraintDraft): void {
	constraint.table.constraints.push(constraint);
	catalog.addConstraintName(constraint.table.schema, constraint.name);
}

/** Makes PRIMARY KEY or UNIQUE of a table; with `recurse` in its partitions too. Null (and reported) when a column isn't there. */
export function addKey(
	catalog: Catalog,
	table: TableDraft,
	source: ConstraintSource,
	recurse: boolean,
): KeyDraft | null {
	const { node } = source;
	const primary = node.contype === "CONSTR_PRIMARY";
	if (primary && table.constraints.some((each) => each.tag === "key" && each.primary)) {
		catalog.report(
			"unresolved",
			"warning",
			`Table ${table.schema}.${table.name} has a primary key already, so PostgreSQL would refuse this statement. The first one is kept here.`,
		);
		return null;
	}
	if (node.indexname) return addKeyUsingIndex(catalog, table, source, node.indexname);
	const columns = columnsNamed(catalog, table, source.column === null ? stringsOf(node.keys) : [source.column]);
	const include = columnsNamed(catalog, table, stringsOf(node.including));
	if (!columns || !include) return null;
	if (primary) for (const column of columns) setNotNullInherited(table, column.name, true);
	const index = makeIndex(catalog, {
		name: node.conname ?? null,
		on: table,
		elements: columnElements(columns),
		include: columnElements(include),
		unique: true,
		nullsNotDistinct: node.nulls_not_distinct === true,
		method: "btree",
		where: null,
		label: primary ? "pkey" : "key",
		location: placeOf(catalog, source),
	});
	const key = constrain(catalog, index, { primary, parent: null, deferrable: deferrableOf(source) });
	if (recurse && table.kind === "partitioned") indexPartitions(catalog, table, index);
	return key;
}

/** ADD CONSTRAINT … USING INDEX: the index gets the constraint's name, or gives it its own. */
function addKeyUsingIndex(
	catalog: Catalog,
	table: TableDraft,
	source: ConstraintSource,
	name: string,
): KeyDraft | null {
	const index = table.indexes.find((each) => each.name === name && each.constraint === null);
	if (!index) {
		catalog.reportMissing("Index", { schema: table.schema, name });
		return null;
	}
	const { node } = source;
	if (node.conname) catalog.moveRelation(index, { schema: index.schema, name: node.conname });
	index.location = catalog.location(source.span);
	const primary = node.contype === "CONSTR_PRIMARY";
	const key = constrain(catalog, index, { primary, parent: null, deferrable: deferrableOf(source) });
	if (primary) for (const column of key.columns) setNotNullInherited(table, column.name, true);
	return key;
}

function deferrableOf({ deferrable, initiallyDeferred }: ConstraintSource): KeyDraft["deferrable"] {
	if (!deferrable) return null;
	return initiallyDeferred ? "deferred" : "immediate";
}

function constrain(
	catalog: Catalog,
	index: IndexDraft,
	{ primary, parent, deferrable }: Pick<KeyDraft, "primary" | "parent" | "deferrable">,
): KeyDraft {
	const columns = index.elements.flatMap((element) =>
		element.column !== null && typeof element.column !== "string" ? element.column : [],
	);
	const key: KeyDraft = {
		tag: "key",
		name: index.name,
		table: index.on as TableDraft,
		location: index.location,
		parent,
		primary,
		columns,
		nullsNotDistinct: index.nullsNotDistinct,
		deferrable,
		index,
	};
	index.constraint = key;
	addConstraint(catalog, key);
	return key;
}

/** The constraint of an index that was cloned from a constraint's index. */
export function constrainClone(
	catalog: Catalog,
	index: IndexDraft,
	original: KeyDraft | ExcludeDraft,
	parent: ConstraintDraft | null = original,
): void {
	if (original.tag === "key") {
		const { primary, deferrable } = original;
		const key = constrain(catalog, index, { primary, parent, deferrable });
		if (original.primary) for (const column of key.columns) column.notNull = true;
		return;
	}
	constrainExclude(catalog, index, original.operators, parent, original.deferrable);
}

function constrainExclude(
	catalog: Catalog,
	index: IndexDraft,
	operators: readonly string[],
	parent: ConstraintDraft | null,
	deferrable: ExcludeDraft["deferrable"],
): void {
	const columns = index.elements.map((element) => (typeof element.column === "string" ? null : element.column));
	const exclude: ExcludeDraft = {
		tag: "exclude",
		name: index.name,
		table: index.on as TableDraft,
		location: index.location,
		parent,
		columns,
		operators,
		deferrable,
		index,
	};
	index.constraint = exclude;
	addConstraint(catalog, exclude);
}

/** EXCLUDE. */
export function addExclude(catalog: Catalog, table: TableDraft, source: ConstraintSource): void {
	const { node, span } = source;
	const { text } = catalog.origin.statement;
	const pairs = (node.exclusions ?? []).flatMap((pair) => [as(pair, "List")?.items ?? []]);
	const where = findWord(text, span.start, "where", span.end);
	const elements = elementsOf(
		catalog,
		pairs.flatMap((pair) => pair[0] ?? []),
		excludedExpressions(text, node, span),
		table,
	);
	if (!elements) return;
	const index = makeIndex(catalog, {
		name: node.conname ?? null,
		on: table,
		elements,
		include: columnElements(columnsNamed(catalog, table, stringsOf(node.including)) ?? []),
		unique: false,
		nullsNotDistinct: false,
		method: node.access_method ?? "btree",
		where:
			where && node.where_clause
				? expressionOf(
						catalog,
						node.where_clause,
						text,
						insideParentheses(text, where.end, span.end) ?? trimmed(text, where.end, span.end),
						table,
					)
				: null,
		label: "excl",
		location: catalog.location(span),
	});
	constrainExclude(
		catalog,
		index,
		pairs.map((pair) => stringsOf(as(pair[1], "List")?.items).at(-1) ?? ""),
		null,
		source.initiallyDeferred ? "deferred" : source.deferrable ? "immediate" : null,
	);
}

/** The elements' expressions: each part of the list up to its WITH operator. */
function excludedExpressions(text: string, node: Constraint, span: Span): Span[] {
	if (!(node.exclusions ?? []).some((pair) => as(as(pair, "List")?.items?.[0], "IndexElem")?.expr)) return [];
	const open = afterOpening(text, span.start, span.end) ?? span.end;
	return splitList(text, open, span.end).map((part) =>
		elementExpression(text, trimmed(text, part.start, findWord(text, part.start, "with", part.end)?.start ?? part.end)),
	);
}

/** The table's columns of these names; null (and reported) when one isn't there. */
export function columnsNamed(catalog: Catalog, table: TableDraft, names: readonly string[]): ColumnDraft[] | null {
	// Mapped rather than pushed: an array that grows takes room for seventeen.
	const columns = names.map((name) => columnNamed(table, name));
	const missing = columns.indexOf(undefined);
	if (missing < 0) return columns as ColumnDraft[];
	catalog.reportMissing("Column", { schema: `${table.schema}.${table.name}`, name: names[missing] as string });
	return null;
}
