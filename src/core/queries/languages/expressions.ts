import type { Language } from "../query";
import { DRIVERS, HARMLESS_METHODS } from "./drivers";
import { isPunctuation, isWord, type StringToken, type Token } from "./token";

/** A part of a text that is put together: a literal, or an expression whose value only the program knows. */
export type Operand = StringToken | { readonly kind: "hole"; readonly start: number; readonly end: number };

/** A text that a program puts together out of literals and expressions. */
export interface TextExpression {
	readonly operands: readonly Operand[];
	/** `%s`, or `{}`, stand for what formatting puts in. */
	readonly formatted: "percent" | "braces" | null;
	/** The index behind it. */
	readonly next: number;
}

/** The index behind the bracket that closes the one at `open`; the list's length where none does. */
export function behindBracket(tokens: readonly Token[], open: number): number {
	let depth = 0;
	for (let i = open; i < tokens.length; i++) {
		const token = tokens[i] as Token;
		if (token.kind !== "punctuation") continue;
		if (/[([{]/.test(token.text)) depth++;
		else if (/[)\]}]/.test(token.text) && --depth === 0) return i + 1;
	}
	return tokens.length;
}

/**
 * The text that begins at `from`, if it is one that reading can follow; null otherwise. A name alone is looked up with
 * `variable`.
 */
export function readText(
	tokens: readonly Token[],
	from: number,
	language: Exclude<Language, "sql">,
	variable: (name: string, at: number) => TextExpression | null,
	depth = 0,
): TextExpression | null {
	if (depth > 20) return null;
	const operands: Operand[] = [];
	let formatted: TextExpression["formatted"] = null;
	let i = skipLineEnds(tokens, from);
	for (;;) {
		const token = tokens[i];
		if (token === undefined) return null;
		if (token.kind === "string") {
			operands.push(token);
			i++;
		} else if (isPunctuation(token, "(") || isPunctuation(token, "[")) {
			// An array holds the SQL first, what is bound behind it.
			const inner = readText(tokens, i + 1, language, variable, depth + 1);
			const end = behindBracket(tokens, i);
			const behind = inner && skipLineEnds(tokens, inner.next);
			if (inner === null || behind === null) return null;
			if (behind !== end - 1 && !(isPunctuation(token, "[") && isPunctuation(tokens[behind], ","))) return null;
			operands.push(...inner.operands);
			formatted ??= inner.formatted;
			i = end;
		} else if (isWord(token)) {
			const name = readName(tokens, i);
			const { methods: _, wrappers, formats } = DRIVERS[language];
			const isCall = isPunctuation(tokens[name.next], "(");
			if (isCall && (formats.has(name.last) || wrappers.has(name.last) || wrappers.has(name.full))) {
				const inner = readText(tokens, name.next + 1, language, variable, depth + 1);
				if (inner === null) return null;
				operands.push(...inner.operands);
				formatted ??= formats.has(name.last) ? "percent" : inner.formatted;
				i = behindBracket(tokens, name.next);
			} else {
				const next = behindOperand(tokens, name.next);
				const own = next === name.next && /^(?:(?:this|self|cls|@)\.)?\w+$/.test(name.full);
				const known = own && operands.length === 0 ? variable(name.last, token.start) : null;
				if (known) {
					operands.push(...known.operands);
					formatted ??= known.formatted;
				} else operands.push({ kind: "hole", start: token.start, end: (tokens[next - 1] as Token).end });
				i = next;
			}
		} else return null;

		for (;;) {
			const behind = tokens[i];
			if (isPunctuation(behind, ".") && isWord(tokens[i + 1])) {
				const method = (tokens[i + 1] as { readonly text: string }).text;
				if (method === "format") formatted = "braces";
				else if (!HARMLESS_METHODS.has(method)) return null;
				i += 2;
				if (isPunctuation(tokens[i], "!")) i++;
				if (isPunctuation(tokens[i], "(")) i = behindBracket(tokens, i);
			} else if (isPunctuation(behind, "%") && operands.at(-1)?.kind === "string") {
				formatted = "percent";
				i = behindOperand(tokens, i + 1);
			} else break;
		}
		const behind = tokens[i];
		if (isPunctuation(behind, "+") && !isPunctuation(tokens[i + 1], "=")) {
			i = skipLineEnds(tokens, i + 1);
			continue;
		}
		// Python and Ruby join literals that stand side by side; within brackets Python does so over line breaks.
		const adjacent = skipLineEnds(tokens, i);
		const joins = language === "python" || (language === "ruby" && adjacent === i);
		if (joins && tokens[adjacent]?.kind === "string" && tokens[i - 1]?.kind === "string") {
			if (adjacent === i || depth > 0) {
				i = adjacent;
				continue;
			}
		}
		return operands.some(({ kind }) => kind === "string") ? { operands, formatted, next: i } : null;
	}
}

/** `a.b.c`, or one name. */
export function readName(
	tokens: readonly Token[],
	from: number,
): { readonly full: string; readonly last: string; readonly next: number } {
	let full = (tokens[from] as { readonly text: string }).text;
	let last = full;
	let i = from + 1;
	for (;;) {
		// Ruby's `ActiveRecord::Base`.
		const isScope = isPunctuation(tokens[i], ":") && isPunctuation(tokens[i + 1], ":");
		const member = tokens[isScope ? i + 2 : i + 1];
		if (!(isScope || isPunctuation(tokens[i], ".")) || !isWord(member)) return { full, last, next: i };
		last = member.text;
		full += isScope ? `::${last}` : `.${last}`;
		i += isScope ? 3 : 2;
	}
}

export function skipLineEnds(tokens: readonly Token[], from: number): number {
	let i = from;
	while (tokens[i]?.kind === "line-end") i++;
	return i;
}

/** Behind an expression without operators: a name with its calls, indexes and members, or something in brackets. */
function behindOperand(tokens: readonly Token[], from: number): number {
	let i = from;
	if (isWord(tokens[i]) || tokens[i]?.kind === "string") i++;
	for (;;) {
		const token = tokens[i];
		if (isPunctuation(token, "(") || isPunctuation(token, "[")) i = behindBracket(tokens, i);
		else if (isPunctuation(token, ".") && isWord(tokens[i + 1])) i += 2;
		else return i;
	}
}
