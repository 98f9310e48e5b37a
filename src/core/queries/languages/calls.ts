import type { Language } from "../query";
import { DRIVERS, mayRun, TAGS } from "./drivers";
import { type KnownTexts, readText, readTexts, type TextExpression } from "./expressions";
import { beforeOpening, behindBracket, skipLineEnds } from "./navigate";
import { isPunctuation, isWord, type Token, type WordToken } from "./token";
import { knownTexts } from "./variables";

/** A text that a program gives to something that may run it. */
export interface SqlText {
	readonly text: TextExpression;
	/** Which of the call's arguments it is, or may be; from 0 on. */
	readonly argument: number;
	readonly receiver: string | null;
	readonly name: string;
	/** The name is a template literal's tag. */
	readonly isTag: boolean;
	/** Where the call, or the tag, stands. */
	readonly at: number;
}

/** The SQL comes among the first of a call's arguments: behind a context, a cursor, or where the result goes. */
const FIRST_ARGUMENTS = 4;

/** The texts in a list of tokens that are given to drivers, in order; of one call, all that may be its SQL. */
export function* sqlTexts(tokens: readonly Token[], language: Exclude<Language, "sql">): Iterable<SqlText> {
	const known = knownTexts(tokens, language);
	for (let i = 0; i < tokens.length; i++) {
		const token = tokens[i] as Token;
		if (language === "script" && token.kind === "string" && token.delimiter === "`") {
			const tag = tagOf(tokens, i);
			if (tag === null || !TAGS.has(tag.text)) continue;
			const text: TextExpression = { operands: [token], formatted: null, next: i + 1 };
			// In `db.execute(sql`…`)` the call says on what it runs.
			const isArgument = isPunctuation(tokens[tag.index - 1], "(") && isWord(tokens[tag.index - 2]);
			const method = isArgument ? tag.index - 2 : tag.index;
			const { text: name, start } = tokens[method] as WordToken;
			yield { text, argument: 0, receiver: receiverOf(tokens, method), name, isTag: true, at: start };
			continue;
		}
		if (!isWord(token)) continue;
		// Sequel's `DB["SELECT …"]`.
		const isIndex = language === "ruby" && isPunctuation(tokens[i + 1], "[") && tokens[i + 1]?.start === token.end;
		if (isIndex && /^(?:db|database)$/i.test(token.text)) {
			const text = readText(tokens, i + 2, language, known, 1);
			if (text) yield { text, argument: 0, receiver: token.text, name: "[]", isTag: false, at: token.start };
			continue;
		}
		if (!mayRun(token.text, DRIVERS[language])) continue;
		// A definition is no call.
		if (isWord(tokens[i - 1]) && /^(?:def|func|function)$/.test((tokens[i - 1] as WordToken).text)) continue;
		const call = { receiver: receiverOf(tokens, i), name: token.text, isTag: false, at: token.start };
		const open = behindGenerics(tokens, i + 1, language);
		if (isPunctuation(tokens[open], "(")) {
			const end = behindBracket(tokens, open) - 1;
			for (const found of argumentTexts(tokens, open + 1, end, language, known)) yield { ...found, ...call };
		} else if (language === "ruby" && isArgument(tokens[i + 1], token.end)) {
			const text = readText(tokens, i + 1, language, known);
			if (text) yield { text, argument: 0, ...call };
		}
	}
}

/** Ruby's calls need no parentheses. */
function isArgument(token: Token | undefined, behind: number): boolean {
	if (token === undefined || token.kind === "line-end") return false;
	return token.kind !== "punctuation" || (token.text === "[" && token.start !== behind);
}

/** The texts among a call's first arguments. */
function* argumentTexts(
	tokens: readonly Token[],
	from: number,
	end: number,
	language: Exclude<Language, "sql">,
	known: KnownTexts,
): Iterable<{ readonly text: TextExpression; readonly argument: number }> {
	let start = from;
	for (let n = 0; n < FIRST_ARGUMENTS && start < end; n++) {
		const stop = endOfArgument(tokens, start, end);
		for (const text of readTexts(tokens, valueStart(tokens, start, stop), stop, language, known))
			yield { text, argument: n };
		const member = isPunctuation(tokens[skipLineEnds(tokens, start)], "{") ? memberText(tokens, start, stop) : -1;
		const inner = member < 0 ? null : readText(tokens, member, language, known, 1);
		if (inner) yield { text: inner, argument: n };
		start = stop + 1;
	}
}

function endOfArgument(tokens: readonly Token[], from: number, end: number): number {
	let i = from;
	while (i < end && !isPunctuation(tokens[i], ",")) {
		const token = tokens[i] as Token;
		i = token.kind === "punctuation" && /[([{]/.test(token.text) ? behindBracket(tokens, i) : i + 1;
	}
	return Math.min(i, end);
}

/** Behind `sql=` and `sql:`, which say which argument it is. */
function valueStart(tokens: readonly Token[], from: number, stop: number): number {
	const start = skipLineEnds(tokens, from);
	const isNamed =
		isWord(tokens[start]) &&
		start + 1 < stop &&
		(isPunctuation(tokens[start + 1], "=") || isPunctuation(tokens[start + 1], ":"));
	return isNamed ? start + 2 : start;
}

/** In `{ text: …, values: … }`, as node-postgres takes it. */
function memberText(tokens: readonly Token[], from: number, stop: number): number {
	for (let i = from + 1; i < stop; i++) {
		const token = tokens[i] as Token;
		if (token.kind === "punctuation" && /[([{]/.test(token.text)) i = behindBracket(tokens, i) - 1;
		else if (isWord(token) && /^(?:text|sql|query)$/.test(token.text) && isPunctuation(tokens[i + 1], ":"))
			return i + 2;
	}
	return -1;
}

/** The name that a template literal is tagged with: `` sql`…` ``, `` sql<Row>`…` ``, `` sql.type(row)`…` ``. */
function tagOf(tokens: readonly Token[], template: number): (WordToken & { readonly index: number }) | null {
	const before = tokens[template - 1];
	if (!before || before.end !== tokens[template]?.start) return null;
	let i = template - 1;
	if (isPunctuation(before, ">")) i = beforeOpening(tokens, i, "<", ">");
	else if (isPunctuation(before, ")")) {
		i = beforeOpening(tokens, i, "(", ")");
		// The method's object says what it is: `sql` in `sql.type(…)`.
		if (isPunctuation(tokens[i - 1], ".")) i -= 2;
	}
	const token = tokens[i];
	return isWord(token) ? { ...token, index: i } : null;
}

/** Behind `<Row>` in `query<Row>(…)`. */
function behindGenerics(tokens: readonly Token[], from: number, language: Language): number {
	if (language !== "script" || !isPunctuation(tokens[from], "<")) return from;
	let depth = 0;
	for (let i = from; i < tokens.length && i - from < 200; i++) {
		if (isPunctuation(tokens[i], "<")) depth++;
		else if (isPunctuation(tokens[i], ">") && !isPunctuation(tokens[i - 1], "=") && --depth === 0) return i + 1;
	}
	return from;
}

/** `pool` in `pool.query(…)` and `this.pool.query(…)`. */
function receiverOf(tokens: readonly Token[], method: number): string | null {
	if (!isPunctuation(tokens[method - 1], ".")) return null;
	const token = tokens[method - 2];
	return isWord(token) ? token.text : null;
}
