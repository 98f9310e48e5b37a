import type { Language } from "../query";
import { readText, skipLineEnds, type TextExpression } from "./expressions";
import { isPunctuation, isWord, type Token, type WordToken } from "./token";

interface Assignment {
	readonly name: string;
	/** Where the name stands. */
	readonly at: number;
	/** Null where reading can't follow what it becomes. */
	readonly value: TextExpression | null;
}

/**
 * The texts that variables hold: what was last assigned above. A variable to which something is added later is not known, as
 * which of the assignments were run only the program tells.
 */
export function textVariables(
	tokens: readonly Token[],
	language: Exclude<Language, "sql">,
): (name: string, at: number) => TextExpression | null {
	const byName = new Map<string, Assignment[]>();
	const add = (name: string, at: number, value: TextExpression | null) => {
		const list = byName.get(name);
		if (list) list.push({ name, at, value });
		else byName.set(name, [{ name, at, value }]);
	};
	for (let i = 1; i < tokens.length; i++) {
		const token = tokens[i] as Token;
		if (isPunctuation(token, "<") && isPunctuation(tokens[i + 1], "<") && isWord(tokens[i - 1]))
			add((tokens[i - 1] as WordToken).text, token.start, null);
		if (!isPunctuation(token, "=")) continue;
		const [before, behind] = [tokens[i - 1] as Token, tokens[i + 1]];
		if (behind?.kind === "punctuation" && /[=>~]/.test(behind.text) && behind.start === token.end) continue;
		const operator = before.kind === "punctuation" && before.end === token.start ? before.text : "";
		if (/[=!<>]/.test(operator)) continue;
		const target = nameBefore(tokens, operator === "" ? i - 1 : i - 2);
		if (!target) continue;
		const isPlain = operator === "" || operator === ":";
		const value = isPlain ? readText(tokens, i + 1, language, () => null) : null;
		add(target.text, target.start, value && endsHere(tokens, value.next, language) ? value : null);
	}
	return (name, at) => {
		const list = byName.get(name) ?? [];
		const last = list.findLast((each) => each.at < at);
		return last?.value ?? null;
	};
}

/** The name before `=`, over a type: `q: string =`, `var q string =`. */
function nameBefore(tokens: readonly Token[], from: number): WordToken | null {
	const token = tokens[from];
	if (!isWord(token)) return null;
	const [one, two] = [tokens[from - 1], tokens[from - 2]];
	if (!/^(?:string|String|str)$/.test(token.text)) return token;
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
