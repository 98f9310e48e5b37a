import type { IndexElem, Node } from "@pgsql/types";
import { quoteIdentifier } from "../sql/quote";
import type { Location, Span } from "../text/span";
import type { Catalog } from "./catalog";
import { columnNamed } from "./columns";
import { currentText } from "./current-text";
import type { ColumnDraft, IndexDraft, TableDraft, ViewDraft } from "./drafts";
import type { IndexElementDraft } from "./drafts-table";
import { type Expression, expressionFor, expressionOf } from "./expression";
import { distinctColumnNames, nameAddition } from "./names";
import { outputName } from "./output-name";
import { as, stringsOf } from "./tree";

/** What a new index needs to know; the rest follows from the table. */
export interface IndexPlan {
	readonly name: string | null;
	readonly on: TableDraft | ViewDraft;
	readonly elements: readonly IndexElementDraft[];
	readonly include: readonly IndexElementDraft[];
	readonly unique: boolean;
	readonly nullsNotDistinct: boolean;
	readonly method: string;
	readonly where: IndexDraft["where"];
	/** The label of a generated name, and whether it is a constraint's. */
	readonly label: "idx" | "key" | "pkey" | "excl";
	readonly location: Location;
}

/** Index elements with labels that differ from each other; null (and reported) when a column isn't there. */
export function elementsOf(
	catalog: Catalog,
	nodes: readonly Node[] | undefined,
	spans: readonly Span[],
	on: TableDraft | ViewDraft,
): IndexElementDraft[] | null {
	if (nodes === undefined) return [];
	const { text } = catalog.origin.statement;
	const elements: IndexElementDraft[] = [];
	for (let i = 0; i < nodes.length; i++) {
		const node = nodes[i];
		const element = as(node, "IndexElem") as IndexElem;
		const options = element.opclass || element.collation ? JSON.stringify([element.opclass, element.collation]) : "";
		const suffix = suffixOf(element);
		// `((title))` is the plain column, as PostgreSQL sees it.
		const name = element.name ?? bareColumn(element.expr);
		if (name !== undefined) {
			const column = on.tag === "table" ? columnNamed(on, name) : name;
			if (column === undefined) {
				catalog.reportMissing("Column", { schema: `${on.schema}.${on.name}`, name });
				return null;
			}
			elements.push({ column, expression: null, label: name, options, suffix });
		} else {
			const span = spans[i] ?? { start: 0, end: 0 };
			const expression = expressionOf(catalog, element.expr, text, span, on.tag === "table" ? on : null);
			elements.push({ column: null, expression, label: outputName(element.expr) ?? "expr", options, suffix });
		}
	}
	const labels = elements.map((element) => element.label);
	const distinct = distinctColumnNames(labels);
	// Copied either way: an array that grew has room for seventeen.
	return elements.map((element, i) => {
		const label = distinct[i] as string;
		return label === element.label ? element : { ...element, label };
	});
}

/** Collation, operator class and order of an index element, as SQL. */
function suffixOf({ collation, opclass, ordering, nulls_ordering }: IndexElem): string {
	const named = (parts: readonly Node[] | undefined) => stringsOf(parts).map(quoteIdentifier).join(".");
	return [
		collation ? `COLLATE ${named(collation)}` : "",
		opclass ? named(opclass) : "",
		ordering === "SORTBY_DESC" ? "DESC" : "",
		nulls_ordering === "SORTBY_NULLS_FIRST" ? "NULLS FIRST" : "",
		nulls_ordering === "SORTBY_NULLS_LAST" ? "NULLS LAST" : "",
	]
		.filter((part) => part !== "")
		.join(" ");
}

function bareColumn(expression: Node | undefined): string | undefined {
	const collate = as(expression, "CollateClause");
	if (collate) return bareColumn(collate.arg);
	const path = stringsOf(as(expression, "ColumnRef")?.fields);
	return path.length === 1 ? path[0] : undefined;
}

/** Makes the index with its given or generated name, without regard to partitions. */
export function makeIndex(catalog: Catalog, plan: IndexPlan, parent: IndexDraft | null = null): IndexDraft {
	const { on } = plan;
	const name = plan.name ?? generatedName(catalog, plan);
	const { elements, include, unique, nullsNotDistinct, method, where, location } = plan;
	const index: IndexDraft = {
		tag: "index",
		schema: on.schema,
		name,
		on,
		elements,
		include,
		unique,
		nullsNotDistinct,
		method,
		where,
		constraint: null,
		parent,
		location,
	};
	on.indexes.push(index);
	catalog.addRelation(index);
	return index;
}

function generatedName(catalog: Catalog, { on, elements, include, label }: IndexPlan): string {
	const labels = [...elements, ...include].map((element) => element.label);
	const addition = label === "pkey" ? null : nameAddition(distinctColumnNames(labels));
	return catalog.chooseRelationName(on.schema, on.name, addition, label, label !== "idx");
}

/** Elements that are columns. */
export function columnElements(columns: readonly ColumnDraft[]): IndexElementDraft[] {
	return columns.map((column) => ({ column, expression: null, label: column.name, options: "", suffix: "" }));
}

/** The same index about another table's columns (partitions, LIKE INCLUDING INDEXES), with a name to be generated. */
export function clonePlan(index: IndexDraft, table: TableDraft): IndexPlan {
	const label =
		index.constraint === null
			? "idx"
			: index.constraint.tag === "exclude"
				? "excl"
				: index.constraint.primary
					? "pkey"
					: "key";
	const own = (column: ColumnDraft | string | null): ColumnDraft | string | null =>
		column === null || typeof column === "string" ? column : (columnNamed(table, column.name) ?? column.name);
	const clone = (element: IndexElementDraft): IndexElementDraft => ({
		...element,
		column: own(element.column),
		expression: element.expression && expressionFor(element.expression, table),
	});
	return {
		name: null,
		on: table,
		elements: index.elements.map(clone),
		include: index.include.map(clone),
		unique: index.unique,
		nullsNotDistinct: index.nullsNotDistinct,
		method: index.method,
		where: index.where && expressionFor(index.where, table),
		label,
		location: index.location,
	};
}

/** Whether a partition's index can serve as its part of the parent's index (`CompareIndexInfo`). */
export function fits(index: IndexDraft, parent: IndexDraft): boolean {
	return (
		index.unique === parent.unique &&
		index.method === parent.method &&
		index.nullsNotDistinct === parent.nullsNotDistinct &&
		index.elements.length === parent.elements.length &&
		index.include.length === parent.include.length &&
		(parent.constraint === null || (index.constraint !== null && index.constraint.tag === parent.constraint.tag)) &&
		bareText(index.where) === bareText(parent.where) &&
		index.include.every((element, i) => nameOf(element.column) === nameOf(parent.include[i]?.column ?? null)) &&
		index.elements.every((element, i) => {
			const other = parent.elements[i] as IndexElementDraft;
			return (
				nameOf(element.column) === nameOf(other.column) &&
				element.options === other.options &&
				bareText(element.expression) === bareText(other.expression)
			);
		})
	);
}

/** An expression without what its author may write otherwise: space, parentheses, capitals. */
function bareText(expression: Expression | null): string | null {
	return (
		expression &&
		currentText(expression)
			.replace(/[\s()]/g, "")
			.toLowerCase()
	);
}

function nameOf(column: ColumnDraft | string | null): string | null {
	return column === null || typeof column === "string" ? column : column.name;
}
