import type { Language } from "../query";
import { type KnownTexts, NOTHING_KNOWN, readText, readTexts, type TextExpression } from "./expressions";
import { beforeOpening, behindExpression, skipLineEnds } from "./navigate";
import { isPunctuation, isWord, type Token, type WordToken } from "./token";

interface Assignment {
	readonly name: string;
	/** Where the name stands. */
	readonly at: number;
	/** One, or those that it may become; none where reading can't follow that. */
	readonly values: readonly TextExpression[];
}

/**
 * The texts that names stand for in a file: variables what was last assigned above, members and functions what they are if
 * there is one of the name. A variable to which something is added later is not known, as which of the assignments were run
 * only the program tells.
 */
export function knownTexts(tokens: readonly Token[], language: Exclude<Language, "sql">): KnownTexts {
	const variables = new Map<string, Assignment[]>();
	const members = new Map<string, Assignment[]>();
	const functions = new Map<string, Assignment[]>();
	const add = (to: Map<string, Assignment[]>, name: string, at: number, values: readonly TextExpression[]) => {
		const list = to.get(name);
		if (list) list.push({ name, at, values });
		else to.set(name, [{ name, at, values }]);
	};
	const oneText = (from: number): TextExpression[] => {
		const value = readText(tokens, from, language, NOTHING_KNOWN);
		return value && endsHere(tokens, value.next, language) ? [value] : [];
	};
	/** What is assigned, or the texts that it may be. */
	const complete = (from: number): readonly TextExpression[] => {
		const value = oneText(from);
		if (value.length > 0) return value;
		const end = behindExpression(tokens, from, language);
		return [...readTexts(tokens, from, end, language, NOTHING_KNOWN)];
	};
	let current: string | null = null;
	for (let i = 1; i < tokens.length; i++) {
		const token = tokens[i] as Token;
		const before = tokens[i - 1] as Token;
		if (isWord(token)) {
			if (isWord(before) && /^(?:def|function|func)$/.test(before.text)) {
				current = token.text;
				// A method of Ruby gives what it ends with.
				const body = language === "ruby" ? skipLineEnds(tokens, i + 1) : i;
				const [only, ...others] = tokens[body]?.kind === "string" ? complete(body) : [];
				const end = only && tokens[skipLineEnds(tokens, only.next)];
				if (only && others.length === 0 && isWord(end) && end.text === "end")
					add(functions, token.text, token.start, [only]);
			}
			if (token.text === "return" && current !== null) add(functions, current, token.start, complete(i + 1));
		} else if (isPunctuation(token, "<") && isPunctuation(tokens[i + 1], "<") && isWord(before))
			add(variables, before.text, token.start, []);
		else if (isPunctuation(token, ":") && isWord(before) && language !== "python") {
			if (tokens[i + 1]?.kind === "string") add(members, before.text, before.start, oneText(i + 1));
		} else if (isPunctuation(token, "=")) {
			const assigned = assignedAt(tokens, i);
			if (assigned) add(variables, assigned.name, assigned.at, assigned.isPlain ? complete(i + 1) : []);
		}
	}
	const single = (texts: readonly TextExpression[] = []) => (texts.length === 1 ? (texts[0] ?? null) : null);
	const only = (list: readonly Assignment[] = []) => (list.length === 1 ? single(list[0]?.values) : null);
	const lastOf = (name: string, at: number) => lastBefore(variables.get(name) ?? [], at)?.values ?? [];
	return {
		variable: (name, at) => single(lastOf(name, at)),
		alternatives: lastOf,
		member: (name) => only(members.get(name) ?? variables.get(name)),
		returned: (name) => only(functions.get(name)),
	};
}

/** The last of a sorted list that stands before an offset. */
function lastBefore(list: readonly Assignment[], at: number): Assignment | undefined {
	let low = 0;
	let high = list.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((list[middle] as Assignment).at < at) low = middle + 1;
		else high = middle;
	}
	return list[low - 1];
}

/** What the `=` at an index assigns to, and whether it does nothing else: no `+=`. Null where it compares, or is an arrow's. */
function assignedAt(
	tokens: readonly Token[],
	i: number,
): { readonly name: string; readonly at: number; readonly isPlain: boolean } | null {
	const [before, token, behind] = [tokens[i - 1] as Token, tokens[i] as Token, tokens[i + 1]];
	if (behind?.kind === "punctuation" && /[=>~]/.test(behind.text) && behind.start === token.end) return null;
	const operator =
		before.kind === "punctuation" && before.end === token.start && before.text !== "]" ? before.text : "";
	if (/[=!<>]/.test(operator)) return null;
	const target = nameBefore(tokens, operator === "" ? i - 1 : i - 2);
	return target && { name: target.text, at: target.start, isPlain: operator === "" || operator === ":" };
}

/** The name before `=`, over a type: `q: string =`, `var q string =`, `Q: Final[str] =`. */
function nameBefore(tokens: readonly Token[], from: number): WordToken | null {
	let at = from;
	if (isPunctuation(tokens[at], "]")) at = beforeOpening(tokens, at, "[", "]");
	while (isWord(tokens[at]) && isPunctuation(tokens[at - 1], ".") && at !== from) at -= 2;
	const token = tokens[at];
	if (!isWord(token)) return null;
	const [one, two] = [tokens[at - 1], tokens[at - 2]];
	if (at !== from) return isPunctuation(one, ":") && isWord(two) ? two : null;
	if (!/^(?:string|String|str|Final|LiteralString)$/.test(token.text)) return token;
	if (isPunctuation(one, ":") && isWord(two)) return two;
	return isWord(one) ? one : token;
}

/** Whether nothing follows that would make another value of it. */
function endsHere(tokens: readonly Token[], next: number, language: Language): boolean {
	const token = tokens[next];
	if (token === undefined || token.kind === "line-end") return true;
	if (token.kind === "punctuation") return /[;,)}\]]/.test(token.text);
	return language === "script" && skipLineEnds(tokens, next) === next && token.kind === "word";
}
