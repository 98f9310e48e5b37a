import type { Node } from "@pgsql/types";
import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import type { Statement } from "./statement";

/** The code within a DO or CREATE FUNCTION statement. */
export interface BodyText {
	/** Lower case: `plpgsql`, `sql`. */
	readonly language: string;
	/** Offset in the statement's text at which `code` begins. */
	readonly start: number;
	/** As long as what stands in the statement: doubled quotes are one quote and a space, so that offsets hold. */
	readonly code: string;
}

/** Null where the statement has no code to read: another statement, or a body in C. */
export function bodyTextOf({ node, text }: Statement): BodyText | null {
	const options = optionsOf(node);
	if (!options) return null;
	let language: string | null = null;
	let asLocation: number | null = null;
	for (const option of options) {
		if (!("DefElem" in option)) continue;
		const { defname, arg, location = 0 } = option.DefElem;
		if (defname === "language" && arg && "String" in arg) language = (arg.String.sval ?? "").toLowerCase();
		else if (defname === "as") asLocation = location;
	}
	if (asLocation !== null) {
		const resolved = language ?? (node && "DoStmt" in node ? "plpgsql" : "sql");
		return resolved === "c" || resolved === "internal" ? null : quotedBody(text, asLocation, resolved);
	}
	return node && "CreateFunctionStmt" in node && node.CreateFunctionStmt.sql_body ? atomicBody(text) : null;
}

function optionsOf(node: Node | null): readonly Node[] | null {
	if (!node) return null;
	if ("DoStmt" in node) return node.DoStmt.args ?? [];
	return "CreateFunctionStmt" in node ? (node.CreateFunctionStmt.options ?? []) : null;
}

function quotedBody(text: string, from: number, language: string): BodyText | null {
	const lexer = new Lexer(text, from);
	let kind = lexer.nextCode();
	if (lexer.isWord("as")) kind = lexer.nextCode();
	const token = lexer.value();
	if (kind === "dollar-string") {
		const mark = token.indexOf("$", 1) + 1;
		return { language, start: lexer.start + mark, code: token.slice(mark, -mark) };
	}
	if (kind !== "string") return null;
	const quote = token.indexOf("'") + 1;
	return { language, start: lexer.start + quote, code: unescaped(token.slice(quote, -1), /^e/i.test(token)) };
}

/** Undoes `''` (and `\'`, `\\`, `\n` in E''), keeping the length: the space goes outside of the literal that the quotes begin or end. */
function unescaped(content: string, escapes: boolean): string {
	let inLiteral = false;
	const undouble = (run: string) => {
		const quotes = "'".repeat(run.length / 2);
		const spaces = " ".repeat(run.length / 2);
		const opens = !inLiteral;
		if (quotes.length % 2 === 1) inLiteral = !inLiteral;
		return opens ? spaces + quotes : quotes + spaces;
	};
	if (!escapes) return content.replace(/(?:'')+/g, (run) => undouble(run));
	return content.replace(/(?:''|\\')+|\\(.)/gs, (run, escaped: string | undefined) =>
		escaped === undefined ? undouble(run) : `${{ n: "\n", t: "\t", r: "\r" }[escaped] ?? escaped} `,
	);
}

/** `BEGIN ATOMIC … END` and `RETURN expression` (https://www.postgresql.org/docs/current/sql-createfunction.html). */
function atomicBody(text: string): BodyText | null {
	const lexer = new Lexer(text);
	const span = atomicSpan(lexer) ?? returnSpan(text);
	return span ? { language: "sql", start: span.start, code: text.slice(span.start, span.end) } : null;
}

function atomicSpan(lexer: Lexer): Span | null {
	let begin = false;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (begin && lexer.isWord("atomic")) {
			const start = lexer.end;
			let end = start;
			for (let next = lexer.nextCode(); next !== "end"; next = lexer.nextCode())
				if (lexer.isWord("end")) end = lexer.start;
			return { start, end };
		}
		begin = lexer.isWord("begin");
	}
	return null;
}

/** The expression behind the last RETURN outside of parentheses, which RETURNS isn't. */
function returnSpan(text: string): Span | null {
	const lexer = new Lexer(text);
	let start = -1;
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode())
		if (lexer.isWord("return")) start = lexer.start;
	return start < 0 ? null : { start, end: text.length };
}
