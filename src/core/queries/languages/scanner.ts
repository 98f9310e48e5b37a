import type { Span } from "../../text/span";
import type { Escapes, StringPart, StringToken, Token, Tokens, WordToken } from "./token";

/** Deeper than any program nests strings in strings' expressions; beyond it the rest of the file is not looked at. */
const DEEPEST = 40;

/** How a language differs in what the scanner has to know. */
export interface LanguageRules {
	/** Reads a comment, string or the like at the scanner's place; false where there is none, so that it is a word or punctuation. */
	readonly scan: (scanner: Scanner) => boolean;
	/** A line break may end a statement. */
	readonly lineEnds: boolean;
}

interface StringRules {
	readonly hole?: string | null;
	readonly oneLine?: boolean;
	readonly nests?: string | null;
	readonly until?: number;
}

/**
 * Cuts a host language's file into tokens. Each character is read once or twice, whatever the file holds; what is never
 * closed ends with the file. https://262.ecma-international.org, https://docs.python.org/3/reference/lexical_analysis.html,
 * https://go.dev/ref/spec#Lexical_elements, https://docs.ruby-lang.org/en/master/syntax/literals_rdoc.html
 */
export class Scanner {
	at = 0;
	readonly text: string;
	readonly #rules: LanguageRules;
	readonly #lists: Token[][] = [[]];
	readonly #open: Token[][] = [this.#lists[0] as Token[]];
	readonly #comments: Span[] = [];

	constructor(text: string, rules: LanguageRules) {
		this.text = text;
		this.#rules = rules;
	}

	scanAll(): Tokens {
		while (this.at < this.text.length) this.#step();
		return { lists: this.#lists, comments: this.#comments };
	}

	/** The last token of the list that is being read. */
	get last(): Token | undefined {
		return this.#open.at(-1)?.at(-1);
	}

	startsWith(text: string): boolean {
		return this.text.startsWith(text, this.at);
	}

	/** Matches a sticky pattern here. */
	match(pattern: RegExp): RegExpExecArray | null {
		pattern.lastIndex = this.at;
		return pattern.exec(this.text);
	}

	/** A comment, to the offset. */
	comment(end: number): void {
		this.#comments.push({ start: this.at, end });
		this.at = end;
	}

	/** The offset of the text from `from` on, or the end of the file. */
	find(text: string, from: number): number {
		const found = this.text.indexOf(text, from);
		return found < 0 ? this.text.length : found;
	}

	push(token: Token): void {
		(this.#open.at(-1) as Token[]).push(token);
	}

	/**
	 * A string whose inside begins here and goes on to the delimiter.
	 *
	 * @param start where the token begins: its prefix or quote
	 * @param hole what opens an expression inside: `${`, `#{` or `{`; null where nothing does
	 * @param oneLine a line break ends it, closed or not
	 * @param nests what opens another level of the delimiter: `(` where `)` closes
	 * @param until where it ends, with no delimiter at all
	 */
	string(
		start: number,
		delimiter: string,
		escapes: Escapes,
		{ hole = null, oneLine = false, nests = null, until = this.text.length }: StringRules = {},
	): StringToken {
		const parts: StringPart[] = [];
		const close = until < this.text.length ? null : delimiter;
		let from = this.at;
		let depth = 0;
		const text = () => {
			if (this.at > from) parts.push({ kind: "text", start: from, end: this.at });
		};
		for (;;) {
			const char = this.text[this.at];
			if (char === undefined || this.at >= until || (oneLine && char === "\n")) {
				this.at = Math.min(this.at, until);
				text();
				break;
			}
			if (char === "\\" && escapes !== "none") this.at = Math.min(this.at + 2, this.text.length);
			else if (char === nests) {
				depth++;
				this.at++;
			} else if (close !== null && this.startsWith(close)) {
				if (depth-- > 0) {
					this.at++;
					continue;
				}
				text();
				this.at += close.length;
				break;
			} else if (hole === "{" && (this.startsWith("{{") || this.startsWith("}}"))) {
				text();
				parts.push({ kind: "fixed", start: this.at, end: this.at + 2, by: char });
				this.at += 2;
				from = this.at;
			} else if (hole !== null && this.startsWith(hole)) {
				text();
				parts.push(this.#hole(hole, oneLine));
				from = this.at;
			} else this.at++;
		}
		const token: StringToken = {
			kind: "string",
			start,
			end: this.at,
			parts,
			escapes,
			delimiter,
			...(hole === "{" ? { formatted: true as const } : {}),
		};
		this.push(token);
		return token;
	}

	/** Reads an expression's tokens into a list of their own, to the brace that closes it. */
	#hole(opening: string, oneLine: boolean): StringPart {
		const start = this.at;
		this.at += opening.length;
		const list: Token[] = [];
		this.#lists.push(list);
		if (this.#open.length >= DEEPEST) this.at = this.text.length;
		this.#open.push(list);
		let depth = 1;
		while (this.at < this.text.length) {
			const char = this.text[this.at];
			if (oneLine && char === "\n") break;
			if (char === "}" && --depth === 0) break;
			if (char === "{") depth++;
			this.#step();
		}
		this.#open.pop();
		this.at = Math.min(this.at + 1, this.text.length);
		return { kind: "hole", start, end: this.at, tokens: list };
	}

	#step(): void {
		const code = this.text.charCodeAt(this.at);
		if (code === 10) {
			if (this.#rules.scan(this)) return;
			if (this.#rules.lineEnds) this.push({ kind: "line-end", text: "\n", start: this.at, end: this.at + 1 });
			this.at++;
			return;
		}
		if (code === 32 || code === 9 || code === 13) {
			this.at++;
			return;
		}
		if (this.#rules.scan(this)) return;
		const start = this.at;
		if (isNameCode(code)) {
			do this.at++;
			while (isNameCode(this.text.charCodeAt(this.at)));
			this.push({ kind: "word", text: this.text.slice(start, this.at), start, end: this.at });
		} else {
			this.at++;
			this.push({ kind: "punctuation", text: this.text[start] as string, start, end: this.at });
		}
	}
}

function isNameCode(code: number): boolean {
	return (
		(code >= 97 && code <= 122) ||
		(code >= 65 && code <= 90) ||
		(code >= 48 && code <= 57) ||
		code === 95 ||
		code === 36 ||
		code >= 128
	);
}

/** Whether an operand may begin behind the token, so that a `/` there begins a pattern. */
export function mayBegin(token: Token | undefined, keywords: RegExp): boolean {
	if (!token || token.kind === "line-end") return true;
	if (token.kind === "string") return false;
	const { text } = token as WordToken;
	return token.kind === "word" ? keywords.test(text) : !/[)\]}]/.test(text);
}
