import { Lexer } from "../text/lexer";

/** A name, or a word that could be one, in a statement's text; offsets are relative to that text. */
export interface NameToken {
	readonly start: number;
	readonly end: number;
	/** Folded as PostgreSQL folds it. */
	readonly name: string;
	/** A dot joins it to the name before it. */
	readonly joined: boolean;
}

/**
 * The names in a statement, for the places that the parse tree names without saying where they stand:
 * the columns of a key, the objects of DROP and COMMENT. Each token is given out once.
 */
export class NameTokens {
	readonly tokens: readonly NameToken[];
	readonly #openings: readonly number[];
	readonly #taken = new Set<NameToken>();

	constructor(text: string) {
		const tokens: NameToken[] = [];
		const openings: number[] = [];
		const lexer = new Lexer(text);
		let afterDot = false;
		while (lexer.nextCode() !== "end") {
			const isName = lexer.kind === "word" || lexer.kind === "quoted-name";
			if (isName)
				tokens.push({
					start: lexer.start,
					end: lexer.end,
					name: folded(lexer.value()),
					joined: afterDot && tokens.length > 0,
				});
			else if (lexer.is("(")) openings.push(lexer.start);
			afterDot = !isName && lexer.is(".");
		}
		this.tokens = tokens;
		this.#openings = openings;
	}

	/** The names that dots join, from the one that stands at `offset` on; empty where no name stands there. */
	chainAt(offset: number): readonly NameToken[] {
		const first = this.#indexFrom(offset);
		if (this.tokens[first]?.start !== offset) return [];
		let last = first + 1;
		while (this.tokens[last]?.joined) last++;
		return this.tokens.slice(first, last);
	}

	/** The next token with that name from `offset` on that was not given out yet. */
	take(name: string, offset: number): NameToken | null {
		for (let index = this.#indexFrom(offset); index < this.tokens.length; index++) {
			const token = this.tokens[index] as NameToken;
			if (token.name !== name || this.#taken.has(token)) continue;
			this.#taken.add(token);
			return token;
		}
		return null;
	}

	/** The next names that stand in this order with dots between them. */
	takeChain(names: readonly string[], offset: number): readonly NameToken[] {
		for (let index = this.#indexFrom(offset); index + names.length <= this.tokens.length; index++) {
			const chain = this.tokens.slice(index, index + names.length);
			const fits = chain.every((token, i) => token.name === names[i] && (i === 0 || token.joined));
			if (!fits || chain.some((token) => this.#taken.has(token))) continue;
			for (const token of chain) this.#taken.add(token);
			return chain;
		}
		return [];
	}

	/** Behind the next opening parenthesis from `offset` on; `offset` where there is none. */
	insideParenthesis(offset: number): number {
		const opening = this.#openings.find((start) => start >= offset);
		return opening === undefined ? offset : opening + 1;
	}

	#indexFrom(offset: number): number {
		let low = 0;
		let high = this.tokens.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((this.tokens[middle] as NameToken).start < offset) low = middle + 1;
			else high = middle;
		}
		return low;
	}
}

/** `"Ab"` → Ab, `Ab` → ab (PostgreSQL manual, "Identifiers and Key Words"). `U&"…"` escapes are left as they stand. */
function folded(token: string): string {
	const quote = token.indexOf('"');
	if (quote === -1) return token.toLowerCase();
	return token.slice(quote + 1, token.endsWith('"') ? -1 : undefined).replaceAll('""', '"');
}
