import type { IndexStmt } from "@pgsql/types";
import type { Span } from "../text/span";
import { type Catalog, partsOf } from "./catalog";
import type { TableDraft, ViewDraft } from "./drafts";
import { expressionOf } from "./expression";
import { elementsOf, type IndexPlan, makeIndex } from "./indexes";
import { keyOf } from "./names";
import { indexPartitions } from "./partition-indexes";
import { afterOpening, findWord, insideParentheses, splitList, trimmed } from "./source-text";
import { as } from "./tree";

/** CREATE INDEX. */
export function createIndex(catalog: Catalog, statement: IndexStmt): void {
	if (!statement.relation) return;
	const on = catalog.relation(statement.relation);
	if (on?.tag !== "table" && on?.tag !== "view") {
		catalog.reportMissing("Table", catalog.meant(partsOf(statement.relation)));
		return;
	}
	if (statement.idxname && catalog.relations.has(keyOf(on.schema, statement.idxname))) {
		if (!statement.if_not_exists) catalog.reportExisting("A relation", { schema: on.schema, name: statement.idxname });
		return;
	}
	const plan = planOf(catalog, statement, on);
	if (!plan) return;
	const index = makeIndex(catalog, plan);
	if (on.tag === "table" && on.kind === "partitioned" && statement.relation.inh === true)
		indexPartitions(catalog, on, index);
}

/** The plan of a CREATE INDEX; null (and reported) when it names a column that isn't there. */
function planOf(catalog: Catalog, statement: IndexStmt, on: TableDraft | ViewDraft): IndexPlan | null {
	const { text } = catalog.origin.statement;
	const places = indexPlaces(text, statement);
	const table = on.tag === "table" ? on : null;
	const elements = elementsOf(catalog, statement.indexParams, places.elements, on);
	const include = elementsOf(catalog, statement.indexIncludingParams, [], on);
	if (!elements || !include) return null;
	return {
		name: statement.idxname ?? null,
		on,
		elements,
		include,
		unique: statement.unique === true,
		nullsNotDistinct: statement.nulls_not_distinct === true,
		method: statement.accessMethod ?? "btree",
		where: places.where && expressionOf(catalog, statement.whereClause, text, places.where, table),
		label: "idx",
		location: catalog.location(),
	};
}

interface IndexPlaces {
	readonly elements: readonly Span[];
	readonly where: Span | null;
}

const places = new WeakMap<IndexStmt, IndexPlaces>();

/** Where the elements' expressions and the WHERE stand; cached by tree. */
function indexPlaces(text: string, statement: IndexStmt): IndexPlaces {
	let result = places.get(statement);
	if (result) return result;
	const from = statement.relation?.location ?? 0;
	const open = afterOpening(text, from) ?? from;
	const hasExpression = (statement.indexParams ?? []).some((node) => as(node, "IndexElem")?.expr);
	const elements = hasExpression ? splitList(text, open).map((span) => elementExpression(text, span)) : [];
	const word = statement.whereClause ? findWord(text, from, "where") : null;
	result = { elements, where: word && withoutParentheses(text, trimmed(text, word.end, text.length)) };
	places.set(statement, result);
	return result;
}

/** An element is `(expression)` or a function call, then operator class and ordering. */
export function elementExpression(text: string, span: Span): Span {
	const inside = insideParentheses(text, span.start, span.end);
	if (!inside) return span;
	if (text[span.start] === "(") return inside;
	const close = text.indexOf(")", inside.end);
	return { start: span.start, end: close < 0 ? span.end : close + 1 };
}

function withoutParentheses(text: string, span: Span): Span {
	if (text[span.start] !== "(") return span;
	const inside = insideParentheses(text, span.start, span.end);
	const close = inside ? text.indexOf(")", inside.end) : -1;
	return inside && close + 1 === span.end ? inside : span;
}
