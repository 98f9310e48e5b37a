import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";

/**
 * Finds the parts of a statement in its own text: the parser gives where a node starts but not where it ends.
 * All offsets are relative to the statement's text. The expressions that the model shows are these slices, as the
 * author wrote them.
 */

/** A keyword or symbol outside parentheses. */
interface Found {
	readonly start: number;
	readonly end: number;
}

/** The span of the last part of the qualified name that starts at `at`: `"b"` of `a."b"`. */
export function lastNamePart(text: string, at: number): Span {
	const lexer = new Lexer(text, at);
	lexer.nextCode();
	let part = { start: lexer.start, end: lexer.end };
	while (lexer.nextCode() === "punctuation" && lexer.is(".")) {
		const kind = lexer.nextCode();
		if (kind !== "word" && kind !== "quoted-name") break;
		part = { start: lexer.start, end: lexer.end };
	}
	return part;
}

/** The spans of up to `count` names with dots between, from `at` on. */
export function nameParts(text: string, at: number, count: number): Span[] {
	const lexer = new Lexer(text, at);
	const parts: Span[] = [];
	while (parts.length < count) {
		const kind = lexer.nextCode();
		if (kind !== "word" && kind !== "quoted-name") break;
		parts.push({ start: lexer.start, end: lexer.end });
		if (lexer.nextCode() !== "punctuation" || !lexer.is(".")) break;
	}
	return parts;
}

function find(text: string, at: number, end: number, test: (lexer: Lexer) => boolean): Found | null {
	const lexer = new Lexer(text, at, end);
	let depth = 0;
	while (lexer.nextCode() !== "end") {
		if (depth === 0 && test(lexer)) return { start: lexer.start, end: lexer.end };
		if (lexer.kind !== "punctuation") continue;
		if (lexer.is("(") || lexer.is("[")) depth++;
		else if ((lexer.is(")") || lexer.is("]")) && depth > 0) depth--;
	}
	return null;
}

/** Where the keyword (in lower case) first stands outside parentheses, from `at` on. */
export function findWord(text: string, at: number, word: string, end = text.length): Found | null {
	return find(text, at, end, (lexer) => lexer.isWord(word));
}

/** Where an operator of one character first stands outside parentheses, from `at` on. */
export function findSymbol(text: string, at: number, symbol: string, end = text.length): Found | null {
	return find(text, at, end, (lexer) => lexer.kind === "operator" && lexer.is(symbol));
}

/** Where the list or expression begins that the next `(` opens, null without one. */
export function afterOpening(text: string, at: number, end = text.length): number | null {
	return find(text, at, end, (lexer) => lexer.kind === "punctuation" && lexer.is("("))?.end ?? null;
}

/** The spans between the commas outside parentheses, from `at` up to `end`, `;` or an unmatched `)`. */
export function splitList(text: string, at: number, end = text.length): Span[] {
	const lexer = new Lexer(text, at, end);
	const spans: Span[] = [];
	let depth = 0;
	let start = -1;
	let last = at;
	while (lexer.nextCode() !== "end") {
		if (lexer.kind === "punctuation") {
			if (depth === 0 && (lexer.is(",") || lexer.is(")") || lexer.is(";"))) {
				if (start >= 0) spans.push({ start, end: last });
				start = -1;
				if (!lexer.is(",")) return spans;
				continue;
			}
			if (lexer.is("(") || lexer.is("[")) depth++;
			else if (lexer.is(")") || lexer.is("]")) depth--;
		}
		if (start < 0) start = lexer.start;
		last = lexer.end;
	}
	if (start >= 0) spans.push({ start, end: last });
	return spans;
}

/** What stands inside the next parentheses, without the space around; null where there are none before `end`. */
export function insideParentheses(text: string, at: number, end = text.length): Span | null {
	const open = afterOpening(text, at, end);
	if (open === null) return null;
	const lexer = new Lexer(text, open, end);
	let depth = 0;
	let span = { start: open, end: open };
	for (let first = true; lexer.nextCode() !== "end"; first = false) {
		if (lexer.kind === "punctuation") {
			if (lexer.is("(")) depth++;
			else if (lexer.is(")") && depth-- === 0) return span;
		}
		span = { start: first ? lexer.start : span.start, end: lexer.end };
	}
	return span;
}

/** The span without the spaces and comments at its ends. */
export function trimmed(text: string, start: number, end: number): Span {
	const lexer = new Lexer(text, start, end);
	if (lexer.nextCode() === "end") return { start, end: start };
	const first = lexer.start;
	let last = lexer.end;
	while (lexer.nextCode() !== "end") last = lexer.end;
	return { start: first, end: last };
}
