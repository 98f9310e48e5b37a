import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import type { ParseFailure, PostgresParser } from "./postgres-parser";

/** The token at which PostgreSQL gave up, and what to tell the user. */
export interface Explanation {
	/** In the statement's text. */
	readonly span: Span;
	readonly message: string;
}

/** Shown of a token that is longer. */
const LONGEST_QUOTE = 40;

/** Words a failure in plain language: PostgreSQL's own message, and the likely cause where one is known. */
export function explain(statement: string, failure: ParseFailure, parser: PostgresParser): Explanation {
	const span = tokenAt(statement, failure.offset);
	const hint = hintFor(statement, span, failure, parser);
	return {
		span,
		message: `PostgreSQL can't read this statement: ${shortened(failure.message)}.${hint ? ` ${hint}` : ""}`,
	};
}

/** PostgreSQL quotes the whole rest of the text for an unterminated string. */
function shortened(message: string): string {
	const match = /^(.*at or near ")([\s\S]*)"$/.exec(message);
	if (!match) return message;
	const [, head, token] = match as unknown as [string, string, string];
	const line = token.split(/\r?\n/, 1)[0] as string;
	return line.length < token.length || line.length > LONGEST_QUOTE
		? `${head}${line.slice(0, LONGEST_QUOTE)}…"`
		: message;
}

function tokenAt(statement: string, offset: number): Span {
	const lexer = new Lexer(statement);
	let last: Span = { start: 0, end: Math.min(1, statement.length) };
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		const span = { start: lexer.start, end: lexer.end };
		if (kind === "comment" && lexer.end <= offset) continue;
		if (lexer.end > offset) {
			const lineEnd = statement.indexOf("\n", span.start);
			return lexer.terminated || lineEnd < 0 ? span : { start: span.start, end: Math.max(lineEnd, span.start + 1) };
		}
		last = span;
	}
	return last;
}

function hintFor(
	statement: string,
	span: Span,
	{ message, offset }: ParseFailure,
	parser: PostgresParser,
): string | null {
	const token = statement.slice(span.start, span.end);
	const before = statement.slice(0, span.start).trimEnd();
	if (message.startsWith("unterminated /*")) return "The comment is opened with /* and never closed with */.";
	if (message.startsWith("unterminated dollar-quoted")) return "The same $…$ mark that opens the text must close it.";
	if (message.startsWith("unterminated quoted identifier") || message.startsWith("unterminated quoted string"))
		return "The quote that opens here is never closed.";
	if (message.startsWith("statement ")) return "It isn't part of the model; the rest of the file is.";
	if (offset >= statement.length || message.endsWith("at end of input")) {
		const open = openParentheses(statement);
		if (open > 0) return `${open === 1 ? "A parenthesis is" : `${open} parentheses are`} opened and not closed.`;
		return "Something is missing at its end.";
	}
	const lastWord = before.split(/[ \t\r\n]/).at(-1) ?? "";
	if (/[\u00a0\u2000-\u200b\u202f\ufeff]/.test(lastWord + token))
		return "It contains an invisible character (a non-breaking space, perhaps from a web page): replace it with a space.";
	if (/[\u2018\u2019\u201c\u201d]/.test(token))
		return "It contains typographic quotes: replace them with straight ones, ' for text and \" for names.";
	if (token === "`") return 'Backticks are MySQL\'s: PostgreSQL writes names in double quotes, "name".';
	if (/^auto_increment$/i.test(token))
		return "AUTO_INCREMENT is MySQL's: PostgreSQL writes GENERATED ALWAYS AS IDENTITY.";
	if (/^(?:engine|unsigned|identity)$/i.test(token) || token === "[")
		return "This looks like the SQL of another database; this tool reads PostgreSQL's.";
	const absent = ABSENT.find((clause) => clause.at.test(token) && clause.after.test(before));
	if (absent) return absent.instead;
	if (token === ")" && before.endsWith(",")) return "Remove the comma before the closing parenthesis.";
	if (token === "," && before.endsWith(",")) return "There is a comma too many.";
	if (parser.isReserved(token))
		return `"${token}" is a reserved word: as a name it needs double quotes. Or a comma or a word is missing before it.`;
	return null;
}

/** What is often written, and what PostgreSQL lacks: the token at which it stops, what stands before, and what to write. */
const ABSENT: readonly { readonly at: RegExp; readonly after: RegExp; readonly instead: string }[] = [
	{
		at: /^(not|exists)$/i,
		after: /\bcreate\s+policy\s+if(\s+not)?$/i,
		instead: "CREATE POLICY has no IF NOT EXISTS: put DROP POLICY IF EXISTS … ON … before it.",
	},
	{
		at: /^(not|exists)$/i,
		after: /\bcreate\s+(constraint\s+)?trigger\s+if(\s+not)?$/i,
		instead: "CREATE TRIGGER has no IF NOT EXISTS: write CREATE OR REPLACE TRIGGER.",
	},
	{
		at: /^(not|exists)$/i,
		after: /\badd\s+constraint\s+if(\s+not)?$/i,
		instead: "ADD CONSTRAINT has no IF NOT EXISTS: put DROP CONSTRAINT IF EXISTS … before it.",
	},
	{
		at: /^(if|not|exists)$/i,
		after: /\bcreate\s+(type|domain|role|user|database|publication)(\s+if(\s+not)?)?$/i,
		instead: "It has no IF NOT EXISTS: ask the catalog first in a DO block, as for pg_type or pg_roles.",
	},
	{
		at: /^where$/i,
		after: /\bunique\s*\([^()]*\)$/i,
		instead: "A constraint holds for all rows. For some of them: CREATE UNIQUE INDEX … WHERE ….",
	},
	{
		at: /^(asc|desc|nulls|\(|->>?|::)$/i,
		after: /\b(unique|primary\s+key)\b[^()]*\([^()]*$/i,
		instead: "A constraint lists columns and nothing else. With an order or an expression: CREATE UNIQUE INDEX.",
	},
	{
		at: /^\($/,
		after: /\bcreate\b[^;]*\btable\b[^;]*[(,]\s*(unique\s+)?(index|key)$/i,
		instead: "In PostgreSQL an index is made by a statement of its own: CREATE INDEX … ON ….",
	},
];

function openParentheses(statement: string): number {
	const lexer = new Lexer(statement);
	let open = 0;
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		if (kind !== "punctuation") continue;
		if (lexer.is("(")) open++;
		else if (lexer.is(")")) open = Math.max(0, open - 1);
	}
	return open;
}
