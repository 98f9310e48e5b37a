import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { afterOpening, insideParentheses, nameParts, splitList } from "../../schema/source-text";
import { as, constantOf, stringsOf, tagOf } from "../../schema/tree";
import { applyEdits } from "../../text/edit";
import { Lexer } from "../../text/lexer";
import type { Span } from "../../text/span";
import { shapeOf } from "./condition-text";
import { nodesOf } from "./expressions";
import type { RuleContext } from "./rule";

/** Function calls in policies: those that run for each row, and their text changed so that they run once. */

/** Built-in functions that cost nothing worth saying. */
const CHEAP = /^(coalesce|lower|upper|now|length|nullif|any_value|array_position)$/;

/** The calls whose arguments hold no column, outside of subqueries, from the outside in. */
export const perRowCalls = factOf((condition: Node): readonly Node[] => [...callsIn(condition)]);

function* callsIn(node: unknown): Iterable<Node> {
	if (Array.isArray(node)) for (const each of node) yield* callsIn(each);
	else if (node !== null && typeof node === "object" && !as(node as Node, "SubLink")) {
		const name = stringsOf(as(node as Node, "FuncCall")?.funcname).at(-1);
		if (name !== undefined && !CHEAP.test(name) && isOfSession(node as Node)) yield node as Node;
		else for (const each of Object.values(node)) yield* callsIn(each);
	}
}

/** Whether its value is the same for all rows of a statement, by its parts. */
function isOfSession(node: Node): boolean {
	return ![...nodesOf(node)].some((each) => as(each, "ColumnRef"));
}

interface Wrap {
	readonly span: Span;
	/** What the value has to be cast to where a subquery would mean its rows. */
	readonly cast: string;
}

/** The condition with each such call in a subquery, with what is made of its value; null where its text can't be told. */
export function wrapCalls(context: RuleContext, text: string): string | null {
	const node = context.expression(text);
	if (!node) return null;
	const wraps = [...wrapsIn(context, text, node)];
	const written = (open: string) =>
		applyEdits(
			text,
			wraps.map(({ span, cast }) => ({ span, newText: `(${open}${text.slice(span.start, span.end)})${cast}` })),
		);
	const [wrapped, same] = [written("SELECT "), written("")];
	const result = context.expression(wrapped);
	if (!result || perRowCalls(result).length > 0) return null;
	return shapeOf(unwrapped(result)) === shapeOf(unwrapped(context.expression(same))) ? wrapped : null;
}

function* wrapsIn(context: RuleContext, text: string, node: unknown): Iterable<Wrap> {
	if (Array.isArray(node)) for (const each of node) yield* wrapsIn(context, text, each);
	if (node === null || typeof node !== "object" || Array.isArray(node) || as(node as Node, "SubLink")) return;
	const each = node as Node;
	const expression = as(each, "A_Expr");
	if (expression?.kind === "AEXPR_OP_ANY" || expression?.kind === "AEXPR_OP_ALL") {
		yield* wrapsIn(context, text, expression.lexpr);
		yield* arrayWraps(context, text, expression.rexpr);
		return;
	}
	const span = isValue(each) && isOfSession(each) && perRowCalls(each).length > 0 ? spanOf(text, each) : null;
	// What is cut is read again: only a text that means this very node is wrapped.
	if (span && shapeOf(context.expression(text.slice(span.start, span.end))) === shapeOf(each)) yield { span, cast: "" };
	else for (const part of Object.values(each)) yield* wrapsIn(context, text, part);
}

/** `= ANY ((SELECT f()))` would compare with the subquery's rows, so the array that it gives is cast to what it is. */
function* arrayWraps(context: RuleContext, text: string, operand: Node | undefined): Iterable<Wrap> {
	const cast = as(operand, "TypeCast");
	if (cast) yield* wrapsIn(context, text, cast.arg);
	else if (!as(operand, "FuncCall")) yield* wrapsIn(context, text, operand);
	else {
		const name = stringsOf(as(operand, "FuncCall")?.funcname).join(".");
		const types = [...context.model.functions.values()].flatMap((each) =>
			each.name === name || `${each.schema}.${each.name}` === name ? [each.returns] : [],
		);
		const span = operand ? spanOf(text, operand) : null;
		if (span && types.length === 1 && /^[a-z ]+\[\]$/.test(types[0] ?? "")) yield { span, cast: `::${types[0]}` };
	}
}

/** A call, or what is commonly made of its value right away: a cast, NULLIF, COALESCE. */
function isValue(node: Node): boolean {
	const tag = tagOf(node);
	if ([...nodesOf(node)].some((each) => as(each, "SubLink"))) return false;
	return (
		tag === "FuncCall" || tag === "TypeCast" || tag === "CoalesceExpr" || as(node, "A_Expr")?.kind === "AEXPR_NULLIF"
	);
}

/** Where a value stands in the text that its tree was read from; to be checked, as the tree says only where it begins. */
function spanOf(text: string, node: Node): Span | null {
	const cast = as(node, "TypeCast");
	const start = (cast ?? as(node, "FuncCall") ?? as(node, "CoalesceExpr") ?? as(node, "A_Expr"))?.location ?? -1;
	if (start < 0) return null;
	if (cast && text.startsWith("::", start)) return castSpan(text, cast.arg, cast.typeName?.location ?? -1, start);
	const open = nameParts(text, start, 3).at(-1)?.end;
	if (open === undefined || !/^\s*\(/.test(text.slice(open))) return null;
	const inside = insideParentheses(text, open);
	return inside && { start, end: text.indexOf(")", inside.end) + 1 };
}

/** What may belong to a type behind its name: `(10, 2)`, `varying(20)`, `[]`. */
const TYPE_REST = /^(\s+(varying|precision)\b)?(\s*\([^()]*\))?(\s+(with|without)\s+time\s+zone\b)?(\s*\[\d*\])*/i;

function castSpan(text: string, value: Node | undefined, typeAt: number, operator: number): Span | null {
	const span = value ? spanOf(text, value) : null;
	const type = nameParts(text, typeAt, 2).at(-1);
	if (!span || !type || typeAt < operator) return null;
	let { start } = span;
	const lexer = new Lexer(text, span.end, operator);
	while (lexer.nextCode() !== "end") {
		start = text.lastIndexOf("(", start - 1);
		if (!lexer.is(")") || start < 0) return null;
	}
	return { start, end: type.end + (TYPE_REST.exec(text.slice(type.end))?.[0].length ?? 0) };
}

/** A tree with the expression in the place of each `(SELECT expression)`. */
function unwrapped<T>(node: T): T {
	if (Array.isArray(node)) return node.map(unwrapped) as T;
	if (node === null || typeof node !== "object") return node;
	const link = as(node as unknown as Node, "SubLink");
	const select = link?.subLinkType === "EXPR_SUBLINK" ? as(link.subselect, "SelectStmt") : undefined;
	const value = as(select?.targetList?.[0], "ResTarget")?.val;
	if (value && !select?.fromClause && !select?.whereClause) return unwrapped(value) as T;
	return Object.fromEntries(Object.entries(node).map(([key, each]) => [key, unwrapped(each)])) as T;
}

/** `current_setting(…, true)`. */
export function allowsMissing(node: Node): boolean {
	const call = as(node, "FuncCall");
	return stringsOf(call?.funcname).at(-1) === "current_setting" && constantOf(call?.args?.[1]) === "true";
}

/** The condition with `current_setting('…')` for each `current_setting('…', true)`; null where its text can't be told. */
export function withoutMissing(context: RuleContext, text: string): string | null {
	const node = context.expression(text);
	if (!node) return null;
	const edits = [...nodesOf(node)].filter(allowsMissing).flatMap((call) => {
		const open = afterOpening(text, as(call, "FuncCall")?.location ?? text.length);
		const [name, missing] = open === null ? [] : splitList(text, open);
		return name && missing ? [{ span: { start: name.end, end: missing.end }, newText: "" }] : [];
	});
	const result = applyEdits(text, edits);
	const read = context.expression(result);
	return read && ![...nodesOf(read)].some(allowsMissing) ? result : null;
}
