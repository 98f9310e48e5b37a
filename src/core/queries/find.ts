import type { Node } from "@pgsql/types";
import { as, tagOf } from "../schema/tree";
import type { SqlReader } from "../sql/reader";
import { Lexer } from "../text/lexer";
import type { Span } from "../text/span";
import type { SourceFile } from "../workspace/database";
import { isOfRelease } from "../workspace/not-schema";
import { nameOf } from "../workspace/paths";
import { languageOf, tokensOf } from "./languages";
import { type SqlText, sqlTexts } from "./languages/calls";
import type { StringPart, StringToken } from "./languages/token";
import { addString } from "./languages/unescape";
import { MappedText, type OffsetMap } from "./offset-map";
import { type PreparedQuery, preparePlaceholders } from "./placeholders";
import { type Call, HOLE, type Language, type Query } from "./query";

/** Beyond this a file is data, or made by a machine. In UTF-16 units. */
const LONGEST_FILE = 5_000_000;
/** Beyond this a string is data. */
const LONGEST_TEXT = 200_000;
/** How much of the code before a call is kept, to see whether it begins a transaction. */
const MOST_BEFORE = 4_000;

/** What a generator wrote, by Go's convention: sqlc's Go from queries that stand in .sql files. https://go.dev/s/generatedcode */
const GENERATED = /^\/\/ Code generated .* DO NOT EDIT\.$/m;

const VERBS =
	/\b(?:select|insert\s+into|update|delete\s+from|merge\s+into|copy|truncate|set\s+(?:local|session|\w+\.\w+|search_path|role)|set_config)\b/i;
const STATEMENTS = new Set(
	"select insert update delete with merge copy set begin start truncate table values explain".split(" "),
);

/** Whether a file may hold queries: a cheap look, before anything is read closely. */
export function mayHoldQueries({ path, text }: SourceFile): boolean {
	return languageOf(path) !== null && text.length <= LONGEST_FILE && VERBS.test(text) && !GENERATED.test(text);
}

/** A text of SQL in a file, before it is parsed. */
interface Found {
	readonly prepared: PreparedQuery;
	/** From the text before placeholders were replaced to the file. */
	readonly map: OffsetMap;
	readonly strings: readonly StringToken[] | null;
	readonly call: Call | null;
	readonly isTagged: boolean;
}

/** The queries of a file, in order. Never throws, whatever the file holds; what PostgreSQL can't parse is left out. */
export function findQueries(file: SourceFile, reader: Pick<SqlReader, "statements">): Query[] {
	const language = languageOf(file.path);
	if (language === null || !mayHoldQueries(file)) return [];
	// A script that is called after a release brings the rows of what is installed up to it: nobody asks for it in the application.
	if (language === "sql" && isOfRelease(nameOf(file.path))) return [];
	const found = language === "sql" ? [wholeFile(file)] : [...textsIn(file, language)];
	const parsed = reader.statements(found.map(({ prepared }) => prepared.text));
	// A script that changes the schema, and rows along with it, is no list of the application's queries.
	if (language === "sql" && parsed.flat().some(({ node }) => changesSchema(node))) return [];
	return found.flatMap((each, i) => queriesOf(file, language, each, parsed[i] ?? []));
}

/** Whether it makes, changes or drops something that stays. */
function changesSchema(node: Node | null): boolean {
	if (node === null) return false;
	const create = as(node, "CreateStmt");
	if (create) return create.relation?.relpersistence !== "t";
	return /^(?:Alter(?:Table|Enum|Domain|Type|Owner|Policy)|CreateEnum|CreatePolicy|CreateDomain|CreateFunction|CreateTrig|View|Rename|Grant)/.test(
		tagOf(node),
	);
}

function queriesOf(
	file: SourceFile,
	language: Language,
	{ prepared, map, strings, call, isTagged }: Found,
	together: Query["together"],
): Query[] {
	return together.flatMap((statement): Query[] => {
		if (statement.node === null) return [];
		const { start } = statement.span;
		const place = (span: Span): Span => {
			const inner = prepared.map.span({ start: start + span.start, end: start + span.end });
			return map.span(inner);
		};
		return [
			{
				file: file.path,
				language,
				statement,
				parameters: prepared.parameters,
				isOpen: prepared.isOpen,
				isTagged,
				together,
				call,
				place,
				span: place({ start: 0, end: statement.text.length }),
				insertion: (offset, sql) => {
					const at = map.end(prepared.map.end(start + offset));
					return mayStand(sql, at, strings, file.text) ? { span: { start: at, end: at }, newText: sql } : null;
				},
			},
		];
	});
}

/** Whether SQL can be put into a file as it is: inside a literal, without what would end or escape it. */
function mayStand(sql: string, at: number, strings: readonly StringToken[] | null, text: string): boolean {
	if (strings === null) return true;
	const string = strings.find(({ parts }) =>
		parts.some(({ kind, start, end }) => kind === "text" && start <= at && at <= end),
	);
	if (!string || /[\\{}%\n]/.test(sql.replace(/\$\{[^{}`\\\n]*\}|%\(\w+\)s|#\{\w+\}/g, ""))) return false;
	// Not between a backslash and what it escapes.
	if (string.escapes !== "none" && text[at - 1] === "\\") return false;
	return !sql.includes(string.delimiter[0] ?? "") || /^[A-Za-z]/.test(string.delimiter);
}

function wholeFile({ text }: SourceFile): Found {
	const out = new MappedText(text);
	out.verbatim(0, text.length);
	const { map } = out.finish();
	return {
		prepared: preparePlaceholders(text, [], { percent: "none" }),
		map,
		strings: null,
		call: null,
		isTagged: false,
	};
}

function* textsIn({ text }: SourceFile, language: Exclude<Language, "sql">): Iterable<Found> {
	const seen = new Set<number>();
	for (const list of tokensOf(text, language).lists) {
		let last: SqlText | null = null;
		for (const each of sqlTexts(list, language)) {
			const start = each.text.operands[0]?.start ?? 0;
			// A call runs one of its arguments: what stands behind that is bound, or a name.
			if (seen.has(start) || (last?.at === each.at && last.argument !== each.argument)) continue;
			const found = read(text, each, language);
			if (!found) continue;
			last = each;
			seen.add(start);
			yield found;
		}
	}
}

function read(
	source: string,
	{ text: expression, receiver, name, isTag, at }: SqlText,
	language: Language,
): Found | null {
	const out = new MappedText(source);
	const holes: string[] = [];
	const strings: StringToken[] = [];
	let length = 0;
	for (const operand of expression.operands) {
		if (operand.kind === "hole") {
			holes.push(source.slice(operand.start, operand.end));
			out.replace(operand.start, operand.end, HOLE);
			continue;
		}
		const token = expression.formatted === "braces" ? withBraces(source, operand) : operand;
		for (const part of token.parts) length += part.end - part.start;
		if (length > LONGEST_TEXT) return null;
		strings.push(token);
		addString(out, source, token, holes);
	}
	const { text, map } = out.finish();
	if (!beginsStatement(text) || countOf(text, HOLE) !== holes.length) return null;
	const percent = expression.formatted === "percent" ? "format" : language === "python" ? "driver" : "none";
	const prepared = preparePlaceholders(text, holes, { percent });
	return {
		prepared,
		map,
		strings,
		isTagged: isTag,
		call: {
			receiver,
			name,
			at,
			get before() {
				return codeBefore(source, at, language);
			},
		},
	};
}

/** Python's `"… {} …".format(…)`: the braces are expressions. */
function withBraces(source: string, token: StringToken): StringToken {
	const parts = token.parts.flatMap((part): StringPart[] => {
		if (part.kind !== "text") return [part];
		const cut: StringPart[] = [];
		let from = part.start;
		for (const match of source.slice(part.start, part.end).matchAll(/\{\{|\}\}|\{[^{}]*\}/g)) {
			const start = part.start + match.index;
			const end = start + match[0].length;
			if (start > from) cut.push({ kind: "text", start: from, end: start });
			const doubled = match[0] === "{{" || match[0] === "}}";
			cut.push(doubled ? { kind: "fixed", start, end, by: match[0][0] as string } : { kind: "hole", start, end });
			from = end;
		}
		return [...cut, { kind: "text", start: from, end: part.end }];
	});
	return { ...token, parts };
}

function beginsStatement(text: string): boolean {
	const lexer = new Lexer(text);
	lexer.nextCode();
	while (lexer.is("(")) lexer.nextCode();
	return lexer.kind === "word" && STATEMENTS.has(lexer.value().toLowerCase());
}

function countOf(text: string, char: string): number {
	return text.split(char).length - 1;
}

/** Where functions begin, in each language. */
const FUNCTIONS: Readonly<Record<Language, RegExp>> = {
	sql: /(?!)/g,
	script: /\bfunction\b|=>\s*\{|\b(?:async\s+)?[\w$]+\s*\([^()]*\)\s*(?::\s*[^={}()]+)?\{/g,
	python: /^[ \t]*(?:async\s+)?def\b/gm,
	go: /\bfunc\b/g,
	ruby: /^[ \t]*def\b/gm,
};

/** The code of the function that the offset is in, as far as it stands before it. */
function codeBefore(source: string, at: number, language: Language): string {
	const before = source.slice(Math.max(0, at - MOST_BEFORE), at);
	let start = 0;
	for (const match of before.matchAll(FUNCTIONS[language])) {
		// `if (…) {` and its like begin no function.
		if (!/^(?:if|for|while|switch|catch|try)\b/.test(match[0])) start = match.index;
	}
	return before.slice(start);
}
