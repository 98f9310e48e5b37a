import type { Node } from "@pgsql/types";
import type { Span } from "../text/span";
import { type BodyText, bodyTextOf } from "./body-text";
import { parseStatements } from "./parse-statements";
import { type PlpgsqlExecute, type Rows, readPlpgsql } from "./plpgsql";
import type { Branch } from "./plpgsql-frames";
import { loadedPostgresParser, type ParseResult } from "./postgres-parser";
import { type Piece, split } from "./split";
import type { Statement } from "./statement";

export type { Branch } from "./plpgsql-frames";

/** The statements within a DO block or a function, in the order of the text. */
export interface Body {
	/** Lower case: `plpgsql`, `sql`; another language's body has no items. */
	readonly language: string;
	readonly items: readonly BodyItem[];
}

export type BodyItem = StaticItem | DynamicItem;

interface Branching {
	/** Some branch other than a loop leads here: it may not run. */
	readonly conditional: boolean;
	/** It may run several times. */
	readonly looped: boolean;
	/** What leads here, from the outermost. `IF a … ELSIF b … ELSE` has `then a`; `else a, then b`; `else a, else b`. */
	readonly branches: readonly Branch[];
}

export interface StaticItem extends Branching {
	/** Its span is in the file, as the outer statement's is; node null where PostgreSQL rejects it. */
	readonly statement: Statement;
}

export interface DynamicItem extends Branching {
	/** The SQL that EXECUTE runs, where its argument is put together from constants; otherwise null. A loop over constants gives an item for each turn. */
	readonly dynamic: string | null;
	/**
	 * What is in `dynamic`. The span is the literal's part in the file if `dynamic` is one literal, else that of the EXECUTE;
	 * `text` is the statement that runs, and the node's locations are in `text`.
	 */
	readonly statements: readonly Statement[];
	/** The EXECUTE in the file. */
	readonly span: Span;
}

/** Spans from the outer statement's start, so that it serves wherever the same text stands; by what is given. */
const bodies = new WeakMap<Node, Map<string, Body>>();

/** A function that more different calls run is read again for the ones that were forgotten. */
const MOST_CALLS = 1000;

/** What a call hands over to a function, by the parameter's name and by `$1`, where it is constant. */
export type Given = ReadonlyMap<string, string>;

export const NOTHING_GIVEN: Given = new Map();
const NO_ROWS: Rows = new Map();

/**
 * What a DO block or CREATE FUNCTION or PROCEDURE runs; null for other statements and for functions in C.
 *
 * @param given what a call hands over, by the parameters' names, where it is known
 * @param rows what the queries of its FOR loops find, by their text, where it is known
 */
export function bodyOf(statement: Statement, given = NOTHING_GIVEN, rows = NO_ROWS): Body | null {
	const { node } = statement;
	if (!node || !("DoStmt" in node || "CreateFunctionStmt" in node)) return null;
	const known = bodies.get(node) ?? new Map<string, Body>();
	const key =
		given.size + rows.size === 0
			? ""
			: JSON.stringify([
					[...given],
					[...rows].map(([query, found]) => [query, found.map(({ columns, only }) => [[...columns], only])]),
				]);
	let body = known.get(key);
	if (!body) {
		const text = bodyTextOf(statement);
		if (!text) return null;
		body = { language: text.language, items: itemsOf(text, given, rows) };
		if (known.size >= MOST_CALLS) known.clear();
		bodies.set(node, known.set(key, body));
	}
	return { language: body.language, items: body.items.map((item) => moved(item, statement.span.start)) };
}

function itemsOf(text: BodyText, given: Given, rows: Rows): BodyItem[] {
	if (text.language === "sql") return sqlItems(text);
	return text.language === "plpgsql" ? plpgsqlItems(text, given, rows) : [];
}

const ALWAYS: Branching = { conditional: false, looped: false, branches: [] };

function sqlItems({ code, start }: BodyText): BodyItem[] {
	const pieces = split(code);
	// `RETURN expression` is a query but for its first word.
	const texts = pieces.map((piece) => code.slice(piece.start, piece.end).replace(/^return\b/i, "SELECT"));
	return parseStatements(texts, loadedPostgresParser()).flatMap(({ node, failure }, index) => {
		const piece = pieces[index] as Piece;
		const span = { start: start + piece.start, end: start + piece.end };
		if (!node && !failure) return [];
		return [{ ...ALWAYS, statement: { span, text: code.slice(piece.start, piece.end), node, leadingComments: [] } }];
	});
}

function plpgsqlItems({ code, start }: BodyText, given: Given, rows: Rows): BodyItem[] {
	const steps = readPlpgsql(code, given, rows);
	const sql = steps.flatMap((step) => (step.type === "sql" ? [step.sql] : []));
	const results = parseStatements(sql, loadedPostgresParser())[Symbol.iterator]();
	return steps.flatMap((step): BodyItem[] => {
		const branching = {
			conditional: step.branches.some(({ kind }) => kind !== "loop" && kind !== "left"),
			looped: step.branches.some(({ kind }) => kind === "loop"),
			branches: step.branches,
		};
		const span = { start: start + step.start, end: start + step.end };
		if (step.type === "sql") {
			const { node, failure } = results.next().value as ParseResult;
			if (!node && !failure) return [];
			return [{ ...branching, statement: { span, text: code.slice(step.start, step.end), node, leadingComments: [] } }];
		}
		if (!step.texts) return [{ ...branching, dynamic: null, statements: [], span }];
		return step.texts.map((text) => ({
			...branching,
			dynamic: text,
			statements: dynamicStatements(text, literalStart(code, step, text), start, span),
			span,
		}));
	});
}

function dynamicStatements(text: string, literal: number | null, bodyStart: number, execute: Span): Statement[] {
	const pieces = split(text);
	const texts = pieces.map((piece) => text.slice(piece.start, piece.end));
	return parseStatements(texts, loadedPostgresParser()).map(({ node }, index) => {
		const piece = pieces[index] as Piece;
		const span =
			literal === null ? execute : { start: bodyStart + literal + piece.start, end: bodyStart + literal + piece.end };
		return { span, text: texts[index] as string, node, leadingComments: [] };
	});
}

/** Where the text stands word for word in the body, if the EXECUTE's argument is one literal without escapes. */
function literalStart(code: string, { expression }: PlpgsqlExecute, text: string): number | null {
	const argument = code.slice(expression.start, expression.end);
	const at = argument.indexOf(text);
	if (at < 0) return null;
	const around = argument.slice(0, at).trim() + argument.slice(at + text.length).trim();
	return /^(?:''|(\$[^$]*\$)\1)$/.test(around) ? expression.start + at : null;
}

function moved(item: BodyItem, by: number): BodyItem {
	if ("statement" in item) return { ...item, statement: movedStatement(item.statement, by) };
	return {
		...item,
		span: movedSpan(item.span, by),
		statements: item.statements.map((statement) => movedStatement(statement, by)),
	};
}

function movedStatement(statement: Statement, by: number): Statement {
	return { ...statement, span: movedSpan(statement.span, by) };
}

function movedSpan({ start, end }: Span, by: number): Span {
	return { start: start + by, end: end + by };
}
