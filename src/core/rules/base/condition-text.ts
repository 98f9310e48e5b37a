import type { Node } from "@pgsql/types";
import { trimmed } from "../../schema/source-text";
import { as } from "../../schema/tree";
import { Lexer } from "../../text/lexer";
import { joinedBy } from "./expressions";
import type { RuleContext } from "./rule";

/**
 * Conditions are changed in the author's own text. It is cut by tokens, and each cut is read again and compared with the
 * tree that it is meant to be, so a text that is cut wrongly is never used.
 */

/** The texts of the conditions that AND (or OR) joins, in the order of `joinedBy`; null where they can't be told apart. */
export function armsOf(
	{ expression }: Pick<RuleContext, "expression">,
	text: string,
	operator: "AND_EXPR" | "OR_EXPR",
): string[] | null {
	const node = expression(text);
	if (!node) return null;
	const arms = cut(text, operator === "AND_EXPR" ? "and" : "or");
	const expected = joinedBy(node, operator);
	const isRight =
		arms.length === expected.length && arms.every((arm, i) => shapeOf(expression(arm)) === shapeOf(expected[i]));
	return isRight ? arms : null;
}

/** The conditions as one that holds where all do. */
export function allOf({ expression }: Pick<RuleContext, "expression">, ...conditions: readonly string[]): string {
	return conditions
		.map((each) => (as(expression(each), "BoolExpr")?.boolop === "OR_EXPR" ? enclosed(each) : each))
		.join(" AND ");
}

/** A tree without its locations, to compare. */
export function shapeOf(node: Node | null | undefined): string {
	return JSON.stringify(node ?? null, (key, value) =>
		/(?:^|_)location$|^(?:rexpr_)?list_(?:start|end)$/.test(key) ? undefined : value,
	);
}

function enclosed(text: string): string {
	return inner(text) === null ? `(${text})` : text;
}

function cut(text: string, operator: "and" | "or"): string[] {
	const within = inner(text);
	if (within !== null) return cut(within, operator);
	const pieces = splitAt(text, operator);
	return pieces.length === 1 ? pieces : pieces.flatMap((piece) => cut(piece, operator));
}

/** What stands between parentheses that enclose the whole text; null where there are none. */
function inner(text: string): string | null {
	const lexer = new Lexer(text);
	let depth = 0;
	let start = -1;
	let end = -1;
	while (lexer.nextCode() !== "end") {
		if (end >= 0) return null;
		if (lexer.kind === "punctuation" && lexer.is("(") && depth++ === 0) {
			if (start >= 0) return null;
			start = lexer.end;
		} else if (lexer.kind === "punctuation" && lexer.is(")") && --depth === 0) end = lexer.start;
		else if (depth === 0) return null;
	}
	return start >= 0 && end >= 0 ? code(text, start, end) : null;
}

/** Split at the operator outside of parentheses and CASE; AND binds tighter than OR, and BETWEEN has an AND of its own. */
function splitAt(text: string, operator: "and" | "or"): string[] {
	const lexer = new Lexer(text);
	const pieces: string[] = [];
	let [depth, between, start] = [0, 0, 0];
	while (lexer.nextCode() !== "end") {
		if (lexer.kind === "punctuation") {
			if (lexer.is("(") || lexer.is("[")) depth++;
			else if (lexer.is(")") || lexer.is("]")) depth--;
		}
		if (lexer.isWord("case")) depth++;
		else if (lexer.isWord("end")) depth--;
		if (depth > 0) continue;
		if (lexer.isWord("between")) between++;
		else if (lexer.isWord("and") && between > 0) between--;
		else if (lexer.isWord(operator)) {
			pieces.push(code(text, start, lexer.start));
			start = lexer.end;
		} else if (lexer.isWord("or")) return [code(text, 0, text.length)];
	}
	return [...pieces, code(text, start, text.length)];
}

/** Without the comments at its ends: what is put behind `-- …` would belong to it. */
function code(text: string, from: number, to: number): string {
	const { start, end } = trimmed(text, from, to);
	return text.slice(start, end);
}
