import type { Language } from "../query";
import { DRIVERS, HARMLESS_METHODS } from "./drivers";
import { behindBracket, behindOperand, readName, shown, skipLineEnds, topLevel } from "./navigate";
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

/** What names stand for; each gives null for what reading can't follow. */
export interface KnownTexts {
	/** What a variable holds at a place. */
	readonly variable: (name: string, at: number) => TextExpression | null;
	/** As `variable`; where it holds one of two, as after `… ? … : …`, both. */
	readonly alternatives: (name: string, at: number) => readonly TextExpression[];
	/** What the member `name` of something holds. */
	readonly member: (name: string) => TextExpression | null;
	/** What a function gives back. */
	readonly returned: (name: string) => TextExpression | null;
}

export const NOTHING_KNOWN: KnownTexts = {
	variable: () => null,
	alternatives: () => [],
	member: () => null,
	returned: () => null,
};

/** The text that begins at `from`, if it is one that reading can follow; null otherwise. */
export function readText(
	tokens: readonly Token[],
	from: number,
	language: Exclude<Language, "sql">,
	known: KnownTexts,
	depth = 0,
): TextExpression | null {
	if (depth > 20) return null;
	const operands: Operand[] = [];
	const add = (more: readonly Operand[]) => {
		for (const operand of more) operands.push(operand);
	};
	let formatted: TextExpression["formatted"] = null;
	let i = skipLineEnds(tokens, from);
	for (;;) {
		const token = tokens[i];
		if (token === undefined) return null;
		const joined = joinedLines(tokens, i, language);
		if (joined) {
			add(joined.operands);
			i = joined.next;
		} else if (token.kind === "string") {
			add(withKnownHoles(token, known));
			i++;
		} else if (isPunctuation(token, "(") || isPunctuation(token, "[")) {
			// An array holds the SQL first, what is bound behind it.
			const inner = readText(tokens, i + 1, language, known, depth + 1);
			const end = behindBracket(tokens, i);
			const behind = inner && skipLineEnds(tokens, inner.next);
			if (inner === null || behind === null) return null;
			if (behind !== end - 1 && !(isPunctuation(token, "[") && isPunctuation(tokens[behind], ","))) return null;
			add(inner.operands);
			formatted ??= inner.formatted;
			i = end;
		} else if (isWord(token)) {
			const name = readName(tokens, i);
			const { methods: _, wrappers, formats } = DRIVERS[language];
			const isCall = isPunctuation(tokens[name.next], "(");
			if (isCall && (formats.has(name.last) || wrappers.has(name.last) || wrappers.has(name.full))) {
				const inner = readText(tokens, name.next + 1, language, known, depth + 1);
				if (inner === null) return null;
				add(inner.operands);
				formatted ??= formats.has(name.last) ? "percent" : inner.formatted;
				i = behindBracket(tokens, name.next);
			} else {
				const next = behindOperand(tokens, name.next);
				const held = operands.length === 0 ? heldBy(tokens, name, next, token.start, known) : null;
				if (held) {
					add(held.operands);
					formatted ??= held.formatted;
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

/** What a name, or a call without arguments, stands for. */
function heldBy(
	tokens: readonly Token[],
	{ full, last, next }: ReturnType<typeof readName>,
	behind: number,
	at: number,
	known: KnownTexts,
): TextExpression | null {
	const isOwn = /^(?:(?:this|self|cls|@)\.)?\w+$/.test(full);
	const isCall = behind === next + 2 && isPunctuation(tokens[next], "(");
	if (isCall) return isOwn ? known.returned(last) : null;
	if (behind !== next) return null;
	// Ruby's methods need no parentheses.
	return isOwn
		? (known.variable(last, at) ?? known.returned(last))
		: /^\w+(?:\.|::)\w+$/.test(full)
			? known.member(last)
			: null;
}

/** A literal, with the texts of the constants that it puts in. */
function withKnownHoles(token: StringToken, known: KnownTexts): Operand[] {
	const operands: Operand[] = [];
	let from = 0;
	token.parts.forEach((part, i) => {
		const name = part.tokens?.at(-1);
		if (part.kind !== "hole" || !isWord(name) || !/^(?:(?:this|self|cls)\.)?\w+$/.test(shown(part.tokens))) return;
		const text = known.variable(name.text, part.start);
		if (!text || text.formatted !== null) return;
		operands.push({ ...token, parts: token.parts.slice(from, i) });
		for (const operand of text.operands) operands.push(operand);
		from = i + 1;
	});
	return [...operands, from === 0 ? token : { ...token, parts: token.parts.slice(from) }];
}

/** The literals of `["…", "…"].join("\n")`, and of Python's `"\n".join(["…", "…"])`, with what stands between them. */
function joinedLines(
	tokens: readonly Token[],
	from: number,
	language: Language,
): { readonly operands: readonly Operand[]; readonly next: number } | null {
	const isPython = language === "python";
	const open = isPython ? skipLineEnds(tokens, from + 4) : from;
	if (!isPunctuation(tokens[open], "[")) return null;
	const close = behindBracket(tokens, open) - 1;
	const dot = isPython ? from + 1 : close + 1;
	const joins = isPunctuation(tokens[dot], ".") && shown(tokens.slice(dot + 1, dot + 3)) === "join(";
	const separator = tokens[isPython ? from : dot + 3];
	if (!joins || separator?.kind !== "string") return null;
	const lines: StringToken[] = [];
	for (let i = skipLineEnds(tokens, open + 1); i < close; i = skipLineEnds(tokens, i + 1)) {
		const line = tokens[i];
		if (line?.kind !== "string") return null;
		lines.push(line);
		i = skipLineEnds(tokens, i + 1);
		if (i < close && !isPunctuation(tokens[i], ",")) return null;
	}
	const operands = lines.flatMap((line, i) => (i === 0 ? [line] : [separator, line]));
	return { operands, next: behindBracket(tokens, isPython ? from + 3 : dot + 2) };
}

/**
 * The texts that an expression between two indexes may be: one, or those of `… ? … : …` and of Python's `… if … else …`.
 */
export function* readTexts(
	tokens: readonly Token[],
	from: number,
	stop: number,
	language: Exclude<Language, "sql">,
	known: KnownTexts,
	depth = 0,
): Iterable<TextExpression> {
	if (depth > 20) return;
	const text = readText(tokens, from, language, known, 1);
	const behind = text ? skipLineEnds(tokens, text.next) : from;
	if (text && behind >= stop) {
		yield text;
		return;
	}
	const name = tokens[skipLineEnds(tokens, from)];
	if (isWord(name) && skipLineEnds(tokens, skipLineEnds(tokens, from) + 1) >= stop) {
		yield* known.alternatives(name.text, name.start);
		return;
	}
	const isOtherwise = language === "python" && text !== null && shown(tokens.slice(behind, behind + 1)) === "if";
	const question = isOtherwise ? behind : topLevel(tokens, from, stop, "?");
	const colon = question < 0 ? -1 : topLevel(tokens, question + 1, stop, isOtherwise ? "else" : ":");
	if (colon < 0) return;
	if (isOtherwise && text) yield text;
	else yield* readTexts(tokens, question + 1, colon, language, known, depth + 1);
	yield* readTexts(tokens, colon + 1, stop, language, known, depth + 1);
}
