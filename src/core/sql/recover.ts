import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import type { Piece } from "./split";

/** Where reading goes on after a statement that doesn't parse. */
export interface Restart {
	/** Start of the next statement's first word. */
	readonly offset: number;
	/** The same, or the start of the comment lines above it. */
	readonly withComments: number;
	/** The words there begin a statement and nothing else; otherwise it counts only if what follows parses. */
	readonly certain: boolean;
}

const OBJECTS =
	"access|aggregate|cast|collation|constraint|conversion|database|default|domain|event|extension|foreign|function|global|group|index|language|local|materialized|operator|policy|procedure|publication|recursive|role|routine|rule|schema|sequence|server|statistics|subscription|system|table|tablespace|temp|temporary|text|transform|trigger|trusted|type|unique|unlogged|user|view";

/** A line that begins a statement. `CREATE TABLE` and the like can't begin a line for another reason; the rest may. */
const BEGINNING = new RegExp(
	`^([ \\t]*)(?:((?:create(?:\\s+or\\s+replace)?|alter|drop)\\s+(?:${OBJECTS})\\b|comment\\s+on\\b|insert\\s+into\\b)|(?:grant|revoke|update|delete|select|with|do|set|begin|commit|truncate|copy|reset|call|merge|refresh|reindex|analyze|vacuum|import|security)\\b)`,
	"gim",
);

/** Enough to see a statement that is long and full of candidates, without reading a large file over and over. */
const MOST_CANDIDATES = 12;

/**
 * The places within a statement that failed where another one seems to begin: someone forgot a semicolon, a parenthesis
 * or a quote, which would otherwise hide all that follows.
 * @param failedAt offset in `text` at which PostgreSQL gave up
 */
export function restarts(text: string, piece: Piece, failedAt: number): Restart[] {
	const found: Restart[] = [];
	let quoted: Quoted[] | null = null;
	const column = piece.start - lineStart(text, piece.start);
	BEGINNING.lastIndex = piece.start + 1;
	for (
		let match = BEGINNING.exec(text);
		match && match.index < piece.end && found.length < MOST_CANDIDATES;
		match = BEGINNING.exec(text)
	) {
		const indentation = (match[1] as string).length;
		const offset = match.index + indentation;
		if (offset <= piece.start || offset >= piece.end) continue;
		const separated = isSeparated(text, match.index);
		const strong = match[2] !== undefined;
		if (!separated && (!strong || indentation > column)) continue;
		quoted ??= quotedTokens(text, piece, failedAt);
		const inside = quoted.find(({ start, end }) => start < offset && offset < end);
		if (inside && (!inside.suspicious || !separated || indentation > column)) continue;
		found.push({ offset, withComments: aboveComments(text, match.index, piece.start) ?? offset, certain: strong });
	}
	return found;
}

interface Quoted extends Span {
	/** It may hold statements that aren't meant to be quoted. */
	readonly suspicious: boolean;
}

/**
 * The quoted tokens and comments. One is suspicious if it doesn't end, or if PostgreSQL failed at it or at one of the
 * two tokens behind it (for a plain quote also before it): then its closing quote may have been an opening one, and so
 * are the quotes of its kind behind it.
 */
function quotedTokens(text: string, piece: Piece, failedAt: number): Quoted[] {
	const found: { start: number; end: number; suspicious: boolean }[] = [];
	const lexer = new Lexer(text, piece.start, piece.end);
	const flipped = { plain: false, dollar: false };
	let sinceFailure = 3;
	let behind = 3;
	let before: keyof typeof flipped | null = null;
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		const own = kind === "string" || kind === "quoted-name" ? "plain" : kind === "dollar-string" ? "dollar" : null;
		const failedHere = lexer.start <= failedAt && failedAt < lexer.end;
		if (kind !== "comment") behind++;
		sinceFailure = failedHere ? 0 : sinceFailure + 1;
		const last = found.at(-1);
		if (failedHere && last && behind <= 2) {
			last.suspicious = true;
			if (before) flipped[before] = true;
		}
		if (own === "plain" && sinceFailure <= 2) flipped.plain = true;
		if (!own && kind !== "comment") continue;
		const suspicious = !lexer.terminated || failedHere || (own !== null && flipped[own]);
		found.push({ start: lexer.start, end: lexer.end, suspicious });
		behind = 0;
		before = own;
	}
	return found;
}

/** Whether the line at `lineStart` follows a blank line, or one that ends with a semicolon or is a comment. */
function isSeparated(text: string, lineStart: number): boolean {
	const before = text.slice(Math.max(0, lineStart - 400), lineStart);
	return /(?:;[ \t]*(?:--[^\n]*)?|\n[ \t]*|\n[ \t]*--[^\n]*)\r?\n$/.test(before);
}

function lineStart(text: string, offset: number): number {
	return text.lastIndexOf("\n", offset - 1) + 1;
}

/** The start of the `--` lines directly above the line at `line`. */
function aboveComments(text: string, line: number, limit: number): number | null {
	let start: number | null = null;
	for (let at = line; at > limit; ) {
		const previous = lineStart(text, at - 1);
		if (previous <= limit || !/^[ \t]*--/.test(text.slice(previous, at))) break;
		start = previous;
		at = previous;
	}
	return start;
}
