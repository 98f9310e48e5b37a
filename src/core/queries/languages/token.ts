import type { Span } from "../../text/span";

/** A part of a string's inside. */
export interface StringPart extends Span {
	/** `text` as escapes make it; `hole` an expression that is put in; `fixed` always `by`. */
	readonly kind: "text" | "hole" | "fixed";
	readonly by?: string;
	/** Of a hole: what the expression is made of. */
	readonly tokens?: readonly Token[];
}

/** What a string may hold besides its characters. `all`: `\n`, `\x41`, `\u0041` …; `quotes`: `\\` and `\'` alone. */
export type Escapes = "all" | "quotes" | "none";

export interface StringToken extends Span {
	readonly kind: "string";
	readonly parts: readonly StringPart[];
	readonly escapes: Escapes;
	/** What ends it: `` ` ``, `"`, `'''` …; a heredoc's word. */
	readonly delimiter: string;
	/** In its braces `{}` expressions were put in: an f-string. */
	readonly formatted?: true;
}

export interface WordToken extends Span {
	/** A name, number or keyword; one character that is none of them; the end of a line that may end a statement. */
	readonly kind: "word" | "punctuation" | "line-end";
	readonly text: string;
}

/** What a host language's file is made of, as far as finding SQL in it matters: comments and white space are left out. */
export type Token = StringToken | WordToken;

/** A file's tokens, and those of the expressions inside its strings, each list by itself. */
export interface Tokens {
	readonly lists: readonly (readonly Token[])[];
	/** Comments, for those that silence a rule. */
	readonly comments: readonly Span[];
}

export function isPunctuation(token: Token | undefined, text: string): boolean {
	return token !== undefined && token.kind === "punctuation" && token.text === text;
}

export function isWord(token: Token | undefined): token is WordToken {
	return token !== undefined && token.kind === "word";
}
