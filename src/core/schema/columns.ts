import type { ColumnDef, Constraint, Node } from "@pgsql/types";
import type { Statement } from "../sql/statement";
import type { Location, Span } from "../text/span";
import type { Catalog } from "./catalog";
import type { ColumnDraft, TableDraft } from "./drafts";
import { type Expression, expressionOf, namesNothing } from "./expression";
import { makeSequence } from "./sequences";
import { findWord, insideParentheses, lastNamePart, trimmed } from "./source-text";
import { as } from "./tree";
import { isBuiltIn, resolveType, serialType } from "./type-name";

/** A constraint as it stands in a column or table definition, with its places in the statement. */
export interface ConstraintSource {
	readonly node: Constraint;
	readonly span: Span;
	/** Of DEFAULT, CHECK and GENERATED. */
	readonly expression: Span | null;
	readonly deferrable: boolean;
	readonly initiallyDeferred: boolean;
	/** The column that it stands at, null for a table constraint. */
	readonly column: string | null;
	/** Where it stood the last time: in the file, unlike `span`. */
	placed: { readonly statement: Statement; readonly location: Location } | null;
}

interface PreparedColumn {
	readonly name: Span;
	readonly constraints: readonly ConstraintSource[];
}

const prepared = new WeakMap<ColumnDef, PreparedColumn>();

/** The constraints of a column definition that reaches to `end`, with their places; cached by tree. */
function prepareColumn(text: string, definition: ColumnDef, end: number): PreparedColumn {
	let result = prepared.get(definition);
	if (result) return result;
	const nodes = (definition.constraints ?? []).flatMap((node) => as(node, "Constraint") ?? []);
	const starts = nodes.map((node) => node.location ?? 0);
	if (definition.collClause?.location !== undefined) starts.push(definition.collClause.location);
	const constraints: ConstraintSource[] = [];
	for (const node of nodes) {
		const start = node.location ?? 0;
		const next = Math.min(end, ...starts.filter((each) => each > start));
		const previous = constraints.at(-1);
		if (node.contype?.startsWith("CONSTR_ATTR_")) {
			// DEFERRABLE and its like stand beside the constraint that they are about.
			if (previous && (node.contype === "CONSTR_ATTR_DEFERRABLE" || node.contype === "CONSTR_ATTR_DEFERRED"))
				constraints[constraints.length - 1] = {
					...previous,
					deferrable: true,
					initiallyDeferred: previous.initiallyDeferred || node.contype === "CONSTR_ATTR_DEFERRED",
				};
			continue;
		}
		constraints.push(constraintSource(text, node, trimmed(text, start, next), definition.colname ?? null));
	}
	result = { name: lastNamePart(text, definition.location ?? 0), constraints };
	prepared.set(definition, result);
	return result;
}

/** A constraint with the places of its parts. */
export function constraintSource(text: string, node: Constraint, span: Span, column: string | null): ConstraintSource {
	const expression = expressionSpan(text, node, span);
	const deferrable = node.deferrable === true;
	const initiallyDeferred = node.initdeferred === true;
	return { node, span, expression, deferrable, initiallyDeferred, column, placed: null };
}

/** Where the constraint stands in the file; the same object as long as its statement stays where it is. */
export function placeOf(catalog: Catalog, source: ConstraintSource): Location {
	const { file, statement } = catalog.origin;
	const { placed } = source;
	if (placed !== null && placed.statement === statement && placed.location.file === file) return placed.location;
	const location = catalog.location(source.span);
	source.placed = { statement, location };
	return location;
}

function expressionSpan(text: string, node: Constraint, span: Span): Span | null {
	switch (node.contype) {
		case "CONSTR_DEFAULT": {
			const word = findWord(text, span.start, "default", span.end);
			return word && trimmed(text, word.end, span.end);
		}
		case "CONSTR_CHECK": {
			const word = findWord(text, span.start, "check", span.end);
			return word && insideParentheses(text, word.end, span.end);
		}
		case "CONSTR_GENERATED": {
			const word = findWord(text, span.start, "as", span.end);
			return word && insideParentheses(text, word.end, span.end);
		}
		default:
			return null;
	}
}

/** What a definition gave the last time in the same statement, where it can't give anything else: nothing in it depends on the rest of the schema. */
export interface Settled {
	/** As it was before any other statement changed it. */
	readonly column: Omit<ColumnDraft, "table">;
	/** Functions that the default calls; once the files create one of that name, it has to be looked at again. */
	readonly calls: Expression["uses"]["calls"];
	readonly rest: readonly ConstraintSource[];
}

/** What a definition in a CREATE TABLE is remembered by, for as long as the statement stays where it is. */
export interface Memory {
	settled: Settled | null;
}

/**
 * Makes the column of a definition and puts it into the table (or merges it into the inherited column of that name).
 * Returns the column and the constraints that are left to do once all columns are there: keys, checks, foreign keys,
 * and a generated column's expression.
 *
 * @param memory of this definition in this statement, where there is one
 */
export function defineColumn(
	catalog: Catalog,
	table: TableDraft,
	definition: ColumnDef,
	span: Span,
	memory?: Memory,
): { column: ColumnDraft; rest: readonly ConstraintSource[] } {
	const known = columnNamed(table, definition.colname) !== undefined;
	const before = memory?.settled;
	if (before && !known && !callsCreated(catalog, before.calls)) {
		const column = columnOf(table, before.column);
		table.columns.push(column);
		return { column, rest: before.rest };
	}
	const { name, constraints } = prepareColumn(catalog.origin.statement.text, definition, span.end);
	const column = mergedColumn(catalog, table, definition, span, name);
	const serial = serialType(definition.typeName);
	if (serial !== null) {
		column.serial = makeSequence(catalog, table, column, false);
		column.notNull = true;
	}
	const rest: ConstraintSource[] = [];
	for (const constraint of constraints) if (!applyToColumn(catalog, column, constraint)) rest.push(constraint);
	const isSettled = !known && serial === null && column.identity === null && isBuiltIn(definition.typeName);
	const calls = column.default?.uses.calls ?? [];
	if (memory && isSettled && (!column.default || namesNothing(column.default.uses)) && !callsCreated(catalog, calls))
		memory.settled = { column: withoutTable(column), calls, rest };
	return { column, rest };
}

export function callsCreated(catalog: Catalog, calls: Settled["calls"]): boolean {
	for (const { path } of calls) if (catalog.hasFunction(path)) return true;
	return false;
}

/** The column's own fields: with its table it would hold everything that was there then. */
function withoutTable(column: ColumnDraft): Settled["column"] {
	return {
		name: column.name,
		type: column.type,
		notNull: column.notNull,
		default: column.default,
		serial: column.serial,
		identity: column.identity,
		generated: column.generated,
		location: column.location,
		nameLocation: column.nameLocation,
		comment: column.comment,
		isLocal: column.isLocal,
		inherited: column.inherited,
	};
}

/** A column with these fields. Written out, as above: a spread gives objects that V8 makes and reads ten times slower. */
export function columnOf(table: TableDraft, column: Settled["column"]): ColumnDraft {
	return {
		name: column.name,
		table,
		type: column.type,
		notNull: column.notNull,
		default: column.default,
		serial: column.serial,
		identity: column.identity,
		generated: column.generated,
		location: column.location,
		nameLocation: column.nameLocation,
		comment: column.comment,
		isLocal: column.isLocal,
		inherited: column.inherited,
	};
}

function mergedColumn(catalog: Catalog, table: TableDraft, definition: ColumnDef, span: Span, name: Span): ColumnDraft {
	const existing = columnNamed(table, definition.colname);
	const location = catalog.location(span);
	if (existing) {
		existing.isLocal = table.partitionOf === null;
		existing.location = location;
		existing.nameLocation = catalog.location(name);
		return existing;
	}
	const column: ColumnDraft = {
		name: definition.colname ?? "",
		table,
		type: resolveType(catalog, definition.typeName),
		notNull: definition.is_not_null === true,
		default: null,
		serial: null,
		identity: null,
		generated: null,
		location,
		nameLocation: catalog.location(name),
		comment: null,
		isLocal: true,
		inherited: 0,
	};
	table.columns.push(column);
	return column;
}

/** Does what a constraint says of the column alone; false for what needs the whole table. */
function applyToColumn(catalog: Catalog, column: ColumnDraft, { node, expression }: ConstraintSource): boolean {
	switch (node.contype) {
		case "CONSTR_NOTNULL":
			column.notNull = true;
			return true;
		case "CONSTR_NULL":
			return true;
		case "CONSTR_DEFAULT":
			setDefault(catalog, column, node, expression);
			return true;
		case "CONSTR_IDENTITY":
			setIdentity(catalog, column, node);
			return true;
		default:
			return false;
	}
}

function setDefault(catalog: Catalog, column: ColumnDraft, node: Constraint, span: Span | null): void {
	column.serial = null;
	column.default =
		span && !isNoDefault(column, node.raw_expr)
			? expressionOf(catalog, node.raw_expr, catalog.origin.statement.text, span, null)
			: null;
}

/** DEFAULT NULL, cast or not, is no default: PostgreSQL doesn't store it, but for a domain, whose own default it overrides. */
export function isNoDefault(column: ColumnDraft, node: Node | undefined): boolean {
	const cast = as(node, "TypeCast");
	if (cast) return isNoDefault(column, cast.arg);
	const isDomain = column.type.named?.tag === "type" && column.type.named.kind === "domain";
	return as(node, "A_Const")?.isnull === true && !isDomain;
}

/** Makes an identity column of it, with the sequence that PostgreSQL makes. */
export function setIdentity(catalog: Catalog, column: ColumnDraft, node: Constraint): void {
	column.identity = node.generated_when === "a" ? "always" : "by default";
	column.notNull = true;
	makeSequence(catalog, column.table, column, true, node.options);
}

/** Sets a generated column's expression, when all columns are there. */
export function setGenerated(catalog: Catalog, column: ColumnDraft, { node, expression }: ConstraintSource): void {
	if (expression)
		column.generated = expressionOf(catalog, node.raw_expr, catalog.origin.statement.text, expression, column.table);
}

export function columnNamed(table: TableDraft, name: string | null | undefined): ColumnDraft | undefined {
	for (const column of table.columns) if (column.name === name) return column;
	return undefined;
}
