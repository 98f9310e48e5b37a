import type { Span } from "./span";

/**
 * What PostgreSQL's scanner (src/backend/parser/scan.l) sees at a place of the text, as far as it matters for where
 * statements, comments and names begin and end. `operator` is one character of an operator, `punctuation` is one of
 * `; , ( ) [ ] .` or any character that no token starts with. `placeholder` is `${…}`, which migration tools replace.
 */
export type TokenKind =
	| "end"
	| "comment"
	| "word"
	| "quoted-name"
	| "string"
	| "dollar-string"
	| "number"
	| "parameter"
	| "placeholder"
	| "operator"
	| "punctuation";

const Char = {
	Tab: 9,
	LineFeed: 10,
	CarriageReturn: 13,
	Space: 32,
	DoubleQuote: 34,
	Dollar: 36,
	Ampersand: 38,
	Quote: 39,
	Star: 42,
	Minus: 45,
	Dot: 46,
	Slash: 47,
	Zero: 48,
	Nine: 57,
	Backslash: 92,
	Underscore: 95,
	BraceOpen: 123,
	BraceClose: 125,
	ByteOrderMark: 0xfeff,
} as const;

/** For each ASCII character: 1 can start a name, 2 can continue one, 4 is white space, 8 is of an operator. */
const CLASSES = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
	const char = String.fromCharCode(code);
	if (/[A-Za-z_]/.test(char)) CLASSES[code] = 1 | 2;
	else if (/[0-9$]/.test(char)) CLASSES[code] = 2;
	else if (/[ \t\n\r\f\v\0]/.test(char)) CLASSES[code] = 4;
	else if (/[~!@#^&|`?+\-*/%<>=:]/.test(char)) CLASSES[code] = 8;
}

/**
 * Reads one token after the other; call `next()`, then look at `kind`, `start` and `end` (UTF-16 offsets). White space is
 * skipped, comments are tokens. One object for a whole text, as a file has a hundred thousand tokens.
 */
export class Lexer {
	kind: TokenKind = "end";
	start: number;
	end: number;
	/** False for a string, quoted name or comment that the text ends within. */
	terminated = true;
	readonly text: string;
	readonly #limit: number;
	/** In between stands neither `}` nor a line break. */
	#bare: Span = { start: 0, end: 0 };

	/** Reads `text` from `start` to `limit`, as though nothing stood around. */
	constructor(text: string, start = 0, limit = text.length) {
		this.text = text;
		this.start = start;
		this.end = start;
		this.#limit = limit;
	}

	/** Goes on from `offset`. */
	seek(offset: number): void {
		this.end = offset;
	}

	next(): TokenKind {
		this.kind = this.#scan();
		return this.kind;
	}

	/** As `next`, over the comments. */
	nextCode(): TokenKind {
		do this.kind = this.#scan();
		while (this.kind === "comment");
		return this.kind;
	}

	/** The token's text. */
	value(): string {
		return this.text.slice(this.start, this.end);
	}

	/** Whether the token is this one character. */
	is(char: string): boolean {
		return this.end - this.start === 1 && this.text[this.start] === char;
	}

	/** Whether the token is an unquoted word, compared without case; `word` is lower case. */
	isWord(word: string): boolean {
		return (
			this.kind === "word" &&
			this.end - this.start === word.length &&
			this.text.slice(this.start, this.end).toLowerCase() === word
		);
	}

	#code(offset: number): number {
		return offset < this.#limit ? this.text.charCodeAt(offset) : -1;
	}

	#scan(): TokenKind {
		this.terminated = true;
		let at = this.end;
		let code = this.#code(at);
		while (
			code >= 0 &&
			(code < 128
				? (CLASSES[code] as number) & 4
				: code === Char.ByteOrderMark && (at === 0 || this.text.charCodeAt(at - 1) === Char.LineFeed))
		)
			code = this.#code(++at);
		this.start = at;
		if (code < 0) {
			this.end = at;
			return "end";
		}
		if (code >= 128 || (CLASSES[code] as number) & 1) return this.#word(at);
		switch (code) {
			case Char.Quote:
				return this.#string(at + 1, false);
			case Char.DoubleQuote:
				return this.#quotedName(at + 1);
			case Char.Dollar:
				return this.#dollar(at);
			case Char.Minus:
				if (this.#code(at + 1) === Char.Minus) return this.#lineComment(at);
				break;
			case Char.Slash:
				if (this.#code(at + 1) === Char.Star) return this.#blockComment(at);
				break;
		}
		if ((code >= Char.Zero && code <= Char.Nine) || (code === Char.Dot && isDigit(this.#code(at + 1))))
			return this.#number(at);
		this.end = at + 1;
		return (CLASSES[code] as number) & 8 ? "operator" : "punctuation";
	}

	#word(start: number): TokenKind {
		let at = start + 1;
		for (
			let code = this.#code(at);
			code >= 128 || (code >= 0 && (CLASSES[code] as number) & 2);
			code = this.#code(++at)
		) {
			if (code === Char.Dollar && this.#code(at + 1) === Char.BraceOpen) break;
		}
		this.end = at;
		const next = this.#code(at);
		if (next === Char.Quote && at - start === 1) {
			const prefix = this.#code(start) | 32;
			if (prefix === 101) return this.#string(at + 1, true);
			if (prefix === 98 || prefix === 110 || prefix === 120) return this.#string(at + 1, false);
		}
		if (next === Char.Ampersand && at - start === 1 && (this.#code(start) | 32) === 117) {
			const quote = this.#code(at + 1);
			if (quote === Char.Quote) return this.#string(at + 2, false);
			if (quote === Char.DoubleQuote) return this.#quotedName(at + 2);
		}
		return "word";
	}

	#string(from: number, escapes: boolean): TokenKind {
		let at = from;
		for (;;) {
			const code = this.#code(at);
			if (code < 0) {
				this.end = this.#limit;
				this.terminated = false;
				return "string";
			}
			if (code === Char.Backslash && escapes) at += 2;
			else if (code !== Char.Quote) at++;
			else if (this.#code(at + 1) === Char.Quote) at += 2;
			else {
				this.end = at + 1;
				// 'a' <newline> 'b' is one literal; in an E'' one the second part has escapes too.
				const continued = this.#continuation(at + 1);
				if (continued < 0) return "string";
				at = continued;
			}
		}
	}

	/** Behind the quote that continues a literal on a later line, or -1; nothing but white space may stand between. */
	#continuation(from: number): number {
		let newline = false;
		for (let at = from; ; at++) {
			const code = this.#code(at);
			if (code === Char.Quote) return newline ? at + 1 : -1;
			if (code < 0 || code >= 128 || !((CLASSES[code] as number) & 4)) return -1;
			if (code === Char.LineFeed || code === Char.CarriageReturn) newline = true;
		}
	}

	#quotedName(from: number): TokenKind {
		let at = this.text.indexOf('"', from);
		while (at >= 0 && this.#code(at + 1) === Char.DoubleQuote) at = this.text.indexOf('"', at + 2);
		this.terminated = at >= 0 && at < this.#limit;
		this.end = this.terminated ? at + 1 : this.#limit;
		return "quoted-name";
	}

	#dollar(start: number): TokenKind {
		let at = start + 1;
		const first = this.#code(at);
		if (isDigit(first)) {
			while (isDigit(this.#code(at))) at++;
			this.end = at;
			return "parameter";
		}
		if (first === Char.BraceOpen) {
			const close = this.#braceOrLineEnd(at);
			if (this.#code(close) === Char.BraceClose) {
				this.end = close + 1;
				return "placeholder";
			}
		}
		for (
			let code = first;
			code >= 128 || (code >= 0 && code !== Char.Dollar && (CLASSES[code] as number) & (at === start + 1 ? 1 : 2));
		)
			code = this.#code(++at);
		if (this.#code(at) !== Char.Dollar) {
			this.end = start + 1;
			return "operator";
		}
		const delimiter = this.text.slice(start, at + 1);
		const close = this.text.indexOf(delimiter, at + 1);
		this.terminated = close >= 0 && close + delimiter.length <= this.#limit;
		this.end = this.terminated ? close + delimiter.length : this.#limit;
		return "dollar-string";
	}

	/** Where the first `}` or line break from an offset on stands, or the text ends. A million `${` on one line look once. */
	#braceOrLineEnd(from: number): number {
		let at = this.#bare.start <= from && from < this.#bare.end ? this.#bare.end : from;
		for (let code = this.#code(at); code >= 0 && code !== Char.BraceClose && code !== Char.LineFeed; )
			code = this.#code(++at);
		this.#bare = { start: from, end: at };
		return at;
	}

	#lineComment(start: number): TokenKind {
		let at = start + 2;
		for (let code = this.#code(at); code >= 0 && code !== Char.LineFeed && code !== Char.CarriageReturn; )
			code = this.#code(++at);
		this.end = at;
		return "comment";
	}

	#blockComment(start: number): TokenKind {
		let depth = 1;
		let at = start + 2;
		while (depth > 0) {
			const code = this.#code(at);
			if (code < 0) {
				this.end = this.#limit;
				this.terminated = false;
				return "comment";
			}
			const next = this.#code(at + 1);
			if (code === Char.Star && next === Char.Slash) {
				depth--;
				at += 2;
			} else if (code === Char.Slash && next === Char.Star) {
				depth++;
				at += 2;
			} else at++;
		}
		this.end = at;
		return "comment";
	}

	#number(start: number): TokenKind {
		let at = start + 1;
		for (let code = this.#code(at); ; code = this.#code(++at)) {
			// `1..10` is two numbers and a range in PL/pgSQL.
			if (code === Char.Dot && this.#code(at + 1) === Char.Dot) break;
			if (code !== Char.Dot && (code < 0 || code >= 128 || code === Char.Dollar || !((CLASSES[code] as number) & 2)))
				break;
		}
		this.end = at;
		return "number";
	}
}

function isDigit(code: number): boolean {
	return code >= Char.Zero && code <= Char.Nine;
}
