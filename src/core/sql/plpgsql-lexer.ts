import { Lexer } from "../text/lexer";

/** The lexer with the steps in which PL/pgSQL's own parser reads what is an expression or a statement to it. */
export class PlpgsqlLexer extends Lexer {
	/** The present token as a folded name. */
	name(): string {
		const text = this.value();
		return this.kind === "quoted-name" ? text.slice(1, -1) : text.toLowerCase();
	}

	/** The present token as a keyword, or "". */
	keyword(): string {
		return this.kind === "word" ? this.value().toLowerCase() : "";
	}

	/** Reads up to one of the words outside of parentheses, or a semicolon; gives what stands before. */
	upTo(words: readonly string[]): string {
		const from = this.end;
		let depth = 0;
		while (this.nextCode() !== "end") {
			if (this.is("(")) depth++;
			else if (this.is(")")) depth--;
			else if (this.is(";") || (depth <= 0 && words.some((word) => this.isWord(word)))) break;
		}
		return this.text.slice(from, this.start).trim();
	}

	/** Stays where it is if that is a semicolon. */
	toSemicolon(): void {
		while (this.kind !== "end" && !this.is(";")) this.nextCode();
	}

	/** Behind `[`: to its `]`. */
	toClosingBracket(): void {
		for (let depth = 1; depth > 0 && this.nextCode() !== "end"; ) {
			if (this.is("[")) depth++;
			else if (this.is("]")) depth--;
		}
	}

	/** Behind the first `<` of `<<label>>`: to its end. */
	toLabelEnd(): void {
		let before = false;
		while (this.nextCode() !== "end") {
			if (before && this.is(">")) return;
			before = this.is(">");
		}
	}

	toLineEnd(): void {
		const end = this.text.indexOf("\n", this.end);
		this.seek(end < 0 ? this.text.length : end);
	}
}
