import type { Language } from "../query";
import { isPunctuation, isWord, type Token } from "./token";

/** Ways through a list of tokens, by indexes. */

/** Of each list of tokens, the index behind the bracket that closes the one at an index. */
const CLOSED = new WeakMap<readonly Token[], Int32Array>();

/** The index behind the bracket that closes the one at `open`; the list's length where none does. */
export function behindBracket(tokens: readonly Token[], open: number): number {
	let closed = CLOSED.get(tokens);
	if (!closed) {
		closed = closingBrackets(tokens);
		CLOSED.set(tokens, closed);
	}
	return closed[open] ?? tokens.length;
}

/** All at once, as a file may open a million and close none. */
function closingBrackets(tokens: readonly Token[]): Int32Array {
	const closed = new Int32Array(tokens.length).fill(tokens.length);
	const open: number[] = [];
	tokens.forEach((token, i) => {
		if (token.kind !== "punctuation") return;
		if (/[([{]/.test(token.text)) open.push(i);
		else if (/[)\]}]/.test(token.text)) {
			const opening = open.pop();
			if (opening !== undefined) closed[opening] = i + 1;
		}
	});
	return closed;
}

/** The index before the bracket that is closed at `from`; -1 where there is none near. */
export function beforeOpening(tokens: readonly Token[], from: number, opening: string, closing: string): number {
	let depth = 0;
	for (let i = from; i >= 0 && from - i < 200; i--) {
		if (isPunctuation(tokens[i], closing)) depth++;
		else if (isPunctuation(tokens[i], opening) && --depth === 0) return i - 1;
	}
	return -1;
}

export function skipLineEnds(tokens: readonly Token[], from: number): number {
	let i = from;
	while (tokens[i]?.kind === "line-end") i++;
	return i;
}

/** Behind an expression without operators: a name with its calls, indexes and members, or something in brackets. */
export function behindOperand(tokens: readonly Token[], from: number): number {
	let i = from;
	if (isWord(tokens[i]) || tokens[i]?.kind === "string") i++;
	for (;;) {
		const token = tokens[i];
		if (isPunctuation(token, "(") || isPunctuation(token, "[")) i = behindBracket(tokens, i);
		else if (isPunctuation(token, ".") && isWord(tokens[i + 1])) i += 2;
		else return i;
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

/** Longer than any expression that a text is chosen with. */
const LONGEST_EXPRESSION = 200;

/** The index behind the expression that begins at `from`, as far as line ends and brackets tell. */
export function behindExpression(tokens: readonly Token[], from: number, language: Language): number {
	const stop = Math.min(tokens.length, from + LONGEST_EXPRESSION);
	for (let i = skipLineEnds(tokens, from); i < stop; i++) {
		const token = tokens[i] as Token;
		if (token.kind === "line-end") return i;
		if (token.kind === "punctuation") {
			if (/[;=)\]}]/.test(token.text)) return i;
			if (/[([{]/.test(token.text)) i = behindBracket(tokens, i) - 1;
		} else if (language === "script" && token.kind === "word" && /^(?:const|let|var|return|if|for)$/.test(token.text))
			return i;
	}
	return stop;
}

/** The index of a token outside of brackets; -1 where there is none. Not of `?.` and `??`. */
export function topLevel(tokens: readonly Token[], from: number, stop: number, text: string): number {
	for (let i = from; i < stop; i++) {
		const token = tokens[i] as Token;
		if (token.kind === "punctuation" && /[([{]/.test(token.text)) i = behindBracket(tokens, i) - 1;
		else if (token.kind !== "string" && token.text === text) {
			const isOperator = text === "?" && (isPunctuation(tokens[i + 1], ".") || isPunctuation(tokens[i + 1], "?"));
			if (!isOperator) return i;
			i++;
		}
	}
	return -1;
}

/** Tokens as one text, without what strings hold. */
export function shown(tokens: readonly Token[] = []): string {
	return tokens.map((token) => (token.kind === "string" ? "''" : token.text)).join("");
}
