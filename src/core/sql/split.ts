import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import { commentsAbove } from "./comments";
import { isEndingCommand, metaCommandEnd } from "./psql";
import type { Comment } from "./statement";

/** One statement's place, before parsing. */
export interface Piece extends Span {
	readonly comments: readonly Comment[];
	/** A quote, dollar quote or comment that the text ends within; it may have swallowed what follows. */
	readonly unterminated: Span | null;
}

/** Drizzle writes it between statements. */
const BREAKPOINT = "--> statement-breakpoint";

/**
 * Cuts SQL at the semicolons that end statements, as psql does (src/fe_utils/psqlscan.l), with one difference: an open
 * parenthesis holds a semicolon only in CREATE RULE, so one forgotten `)` costs its statement alone.
 * psql's `\` commands, `COPY … FROM stdin` data and empty statements are left out.
 */
export function split(text: string, from = 0, to = text.length): Piece[] {
	const splitter = new Splitter(text, from, to);
	const pieces: Piece[] = [];
	for (let piece = splitter.next(); piece; piece = splitter.next()) pieces.push(piece);
	return pieces;
}

/** Cuts one statement after the other, so that a reader can stop early. */
export class Splitter {
	readonly #lexer: Lexer;
	readonly #text: string;
	readonly #to: number;

	constructor(text: string, from: number, to: number) {
		this.#text = text;
		this.#to = to;
		this.#lexer = new Lexer(text, from, to);
	}

	next(): Piece | null {
		const lexer = this.#lexer;
		const form = new StatementForm();
		const comments: Span[] = [];
		let start = -1;
		let end = -1;
		let depth = 0;
		for (;;) {
			const kind = lexer.next();
			if (kind === "end") return start < 0 ? null : this.#piece(start, end, comments, null);
			if (kind === "comment") {
				if (!lexer.terminated) return this.#unterminated(start, comments);
				if (this.#text.startsWith(BREAKPOINT, lexer.start)) {
					if (start >= 0) return this.#piece(start, end, comments, null);
					comments.length = 0;
				} else if (start < 0) comments.push({ start: lexer.start, end: lexer.end });
				continue;
			}
			if (kind === "punctuation") {
				if (lexer.is(";")) {
					if (form.holds(depth)) continue;
					if (start < 0) {
						comments.length = 0;
						continue;
					}
					if (form.isCopyFromStdin) this.#skipCopyData();
					return this.#piece(start, end, comments, null);
				}
				if (lexer.is("(")) depth++;
				else if (lexer.is(")")) depth = Math.max(0, depth - 1);
				else if (lexer.is("\\")) {
					const ends = start >= 0 && isEndingCommand(this.#text, lexer.start);
					lexer.seek(metaCommandEnd(this.#text, lexer.start, this.#to));
					if (ends) return this.#piece(start, end, comments, null);
					continue;
				}
			}
			if (start < 0) start = lexer.start;
			end = lexer.end;
			if (!lexer.terminated) return this.#piece(start, end, comments, { start: lexer.start, end });
			if (kind === "word") form.word(lexer);
		}
	}

	#unterminated(start: number, comments: readonly Span[]): Piece {
		const { start: from, end } = this.#lexer;
		return this.#piece(start < 0 ? from : start, end, comments, { start: from, end });
	}

	#piece(start: number, end: number, comments: readonly Span[], unterminated: Span | null): Piece {
		return { start, end, comments: commentsAbove(this.#text, comments, start), unterminated };
	}

	/** Goes on behind the line that is `\.`, or behind all where there is none. */
	#skipCopyData(): void {
		const lineEnd = this.#text.indexOf("\n", this.#lexer.end);
		if (lineEnd < 0) return;
		const terminator = /^\\\.[ \t]*\r?$/gm;
		terminator.lastIndex = lineEnd + 1;
		const match = terminator.exec(this.#text);
		this.#lexer.seek(match && match.index < this.#to ? match.index + match[0].length : this.#to);
	}
}

/** What the first words tell about a statement, and how deep it is in a `BEGIN ATOMIC` body. */
class StatementForm {
	isCopyFromStdin = false;
	#count = 0;
	#first = "";
	#isRule = false;
	#isRoutine = false;
	#previous = "";
	#atomicDepth = 0;

	/** Whether a semicolon at this depth of parentheses belongs to the statement. */
	holds(depth: number): boolean {
		return this.#atomicDepth > 0 || (this.#isRule && depth > 0);
	}

	word(lexer: Lexer): void {
		const count = this.#count++;
		const first = this.#first;
		if (count > 4 && !this.#isRoutine && first !== "copy") return;
		const word = lexer.end - lexer.start > 12 ? "" : lexer.value().toLowerCase();
		if (count === 0) this.#first = word;
		else if (first === "create") {
			const second = count === 1 || (count === 3 && this.#previous === "replace");
			if (second && word === "rule") this.#isRule = true;
			else if (second && (word === "function" || word === "procedure")) this.#isRoutine = true;
			else if (this.#isRoutine) this.#atomic(word);
		} else if (first === "copy" && word === "stdin" && this.#previous === "from") this.isCopyFromStdin = true;
		this.#previous = word;
	}

	#atomic(word: string): void {
		if (this.#atomicDepth === 0) {
			if (word === "atomic" && this.#previous === "begin") this.#atomicDepth = 1;
		} else if (word === "case" || word === "begin") this.#atomicDepth++;
		else if (word === "end") this.#atomicDepth--;
	}
}
