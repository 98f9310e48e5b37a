import type { Node } from "@pgsql/types";
import type { Span } from "../text/span";
import { type Catalog, partsOf } from "./catalog";
import type { ColumnDraft, FunctionDraft, ReadableDraft, SequenceDraft, TableDraft, TypeDraft } from "./drafts";
import { stringsOf } from "./tree";
import { type Reference, type Scope, type Uses, usesOf } from "./uses";

/** A piece of SQL (default, check, policy, index expression, query) and what it names. */
export interface Expression {
	readonly text: string;
	readonly uses: Uses;
	/** The table's own columns that it names, each once. */
	readonly columns: readonly ColumnDraft[];
	/** All columns that it can't do without, those of other tables in its subqueries too. */
	readonly needs: readonly ColumnDraft[];
	/** Other relations that its subqueries read; a qualified name where no file creates it. */
	readonly reads: readonly (ReadableDraft | string)[];
	/** Functions that it calls; the name as written where no file creates it. */
	readonly calls: readonly (FunctionDraft | string)[];
	/** Where in `text` which object is named: a later rename is written in there (`current-text.ts`). */
	readonly mentions: readonly Mention[];
}

/** A name in an expression's text: at `offset` begin `parts` names with dots between. */
export interface Mention {
	readonly offset: number;
	readonly object: ColumnDraft | NamedDraft;
	/** The object's name when the text was written. */
	readonly was: string;
	/** A column's name is the last of the parts; a `qualifier` is what stands before the column. */
	readonly role: "column" | "qualifier" | "name" | "string";
	readonly parts: number;
}

type NamedDraft = ReadableDraft | FunctionDraft | TypeDraft | SequenceDraft;

/**
 * Reads an expression of `table` (null: of none, such as a query or a default).
 *
 * @param text the statement's text, in which `span` and the tree's locations are offsets
 */
export function expressionOf(
	catalog: Catalog,
	node: Node | undefined,
	text: string,
	span: Span,
	table: TableDraft | null,
): Expression {
	const uses = usesOf(node);
	return node && namesNothing(uses) && !uses.calls.some(({ path }) => catalog.hasFunction(path))
		? plainExpression(node, uses, text, span)
		: expressionInSchema(catalog, uses, text, span, table);
}

/** Whether nothing in it but functions could mean something else in another schema. */
export function namesNothing(uses: Uses): boolean {
	return uses.references.length + uses.relations.length + uses.sequences.length + uses.types.length === 0;
}

const plain = new WeakMap<Node, Expression>();

/** An expression that means the same in every schema (`now()`, `false`); cached by tree. */
function plainExpression(node: Node, uses: Uses, text: string, span: Span): Expression {
	let expression = plain.get(node);
	if (!expression) {
		const calls = uses.calls.map(({ path }) => writtenName(path));
		expression = {
			text: text.slice(span.start, span.end),
			uses,
			columns: [],
			needs: [],
			reads: [],
			calls,
			mentions: [],
		};
		plain.set(node, expression);
	}
	return expression;
}

/** A function's name as written, without `pg_catalog`. */
function writtenName(path: readonly string[]): string {
	return (path[0] === "pg_catalog" ? path.slice(1) : path).join(".");
}

function expressionInSchema(
	catalog: Catalog,
	uses: Uses,
	text: string,
	span: Span,
	table: TableDraft | null,
): Expression {
	const columns: ColumnDraft[] = [];
	const all: ColumnDraft[] = [];
	const mentions: Mention[] = [];
	const mention = (location: number, object: Mention["object"], role: Mention["role"], parts: number): void => {
		if (location >= span.start && location < span.end)
			mentions.push({ offset: location - span.start, object, was: nameOf(object), role, parts });
	};
	for (const reference of uses.references) {
		const { columns: meant, inner, qualifier } = meaningOf(catalog, reference, table);
		const { path, location } = reference;
		for (const column of meant) {
			if (!all.includes(column)) all.push(column);
			if (!inner && !columns.includes(column)) columns.push(column);
		}
		if (meant.length === 1 && path.at(-1) !== "*") mention(location, meant[0] as ColumnDraft, "column", path.length);
		if (qualifier) mention(location, qualifier, "qualifier", path.length - 1);
	}
	const calls = uses.calls.map(({ path, location }): FunctionDraft | string => {
		const called = catalog.hasFunction(path) ? catalog.find(path, (key) => catalog.functions.get(key))?.[0] : undefined;
		if (called) mention(location, called, "name", path.length);
		return called ?? writtenName(path);
	});
	for (const name of uses.relations) {
		const relation = catalog.readable(name);
		if (relation) mention(name.location ?? 0, relation, "name", partsOf(name).length);
	}
	for (const { name, location } of uses.sequences) {
		for (const sequence of catalog.sequences)
			if (catalog.namesSequence(name, sequence)) mention(location, sequence, "string", 1);
	}
	for (const type of uses.types) {
		const path = stringsOf(type.names);
		const created = catalog.types.size === 0 ? undefined : catalog.find(path, (key) => catalog.types.get(key));
		if (created) mention(type.location ?? 0, created, "name", path.length);
	}
	const reads = uses.relations.length === 0 ? [] : catalog.readables(uses.relations);
	return { text: text.slice(span.start, span.end), uses, columns, needs: all, reads, calls, mentions };
}

/** An object's name as an unquoted qualified name; of a column its bare name. */
export function nameOf(object: Mention["object"]): string {
	return "schema" in object ? `${object.schema}.${object.name}` : object.name;
}

/** The expression of a partition or child, about its own columns. */
export function expressionFor(expression: Expression, table: TableDraft): Expression {
	const [first] = expression.columns;
	if (!first) return expression;
	const own = (column: ColumnDraft): ColumnDraft | undefined => table.columns.find((each) => each.name === column.name);
	return {
		...expression,
		columns: expression.columns.flatMap((column) => own(column) ?? []),
		needs: expression.needs.map((column) => (column.table === first.table ? (own(column) ?? column) : column)),
		mentions: expression.mentions.flatMap((mention) => {
			const { object } = mention;
			if (!("table" in object) || object.table !== first.table)
				return object === first.table ? [{ ...mention, object: table, was: nameOf(table) }] : [mention];
			const column = own(object);
			return column ? [{ ...mention, object: column }] : [];
		}),
	};
}

interface Meaning {
	/** Columns of tables; of `*` all, of a view's column none. */
	readonly columns: readonly ColumnDraft[];
	/** It is of a subquery's FROM, not of the expression's own table. */
	readonly inner: boolean;
	/** The relation whose name stands before the column; an alias hides that. */
	readonly qualifier: ReadableDraft | null;
}

const NOTHING: Meaning = { columns: [], inner: false, qualifier: null };

/** What a reference means, from the innermost query outwards. */
function meaningOf(catalog: Catalog, { path, scope: innermost }: Reference, table: TableDraft | null): Meaning {
	const name = path.at(-1) as string;
	const qualifier = path.at(-2);
	for (let scope: Scope | null = innermost; scope; scope = scope.parent) {
		const all: ColumnDraft[] = [];
		for (const source of scope.sources) {
			if (qualifier !== undefined && source.name !== qualifier) continue;
			const relation = source.relation && catalog.readable(source.relation);
			const named = qualifier !== undefined && relation && !source.relation?.alias ? relation : null;
			const columns = relation?.tag === "table" ? relation.columns : [];
			if (name === "*") all.push(...columns);
			else {
				const column = columns.find((each) => each.name === name);
				if (column) return { columns: [column], inner: true, qualifier: named };
				if (relation?.tag === "view" && relation.columns?.some((each) => each.name === name))
					return { columns: [], inner: true, qualifier: named };
				// A table that the files don't create has, as nearly every one, an `id` of its own.
				if (name === "id" && source.relation && !relation) return { columns: [], inner: true, qualifier: null };
			}
			if (qualifier !== undefined) return { columns: all, inner: true, qualifier: named };
		}
		if (name === "*") return { columns: all, inner: true, qualifier: null };
	}
	if (!table || (qualifier !== undefined && qualifier !== table.name)) return NOTHING;
	return {
		columns: table.columns.filter((each) => each.name === name),
		inner: false,
		qualifier: qualifier === undefined ? null : table,
	};
}
