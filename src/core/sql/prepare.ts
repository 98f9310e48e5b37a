import { Lexer } from "../text/lexer";
import { metaCommandEnd } from "./psql";

/** A text for the parser, as long as the statement, and how to tell its names as the user wrote them. */
export interface PreparedText {
	readonly text: string;
	/** Stand-in -> placeholder, for the names in the tree. */
	readonly standIns: ReadonlyMap<string, string>;
}

/** NUL would end the text in C; half a surrogate pair is no UTF-8. */
const UNREADABLE = /[\0\ud800-\udfff]/;
const NONE: ReadonlyMap<string, string> = new Map();

/**
 * A value that a template puts in, of Go's or Jinja's kind: `{{ .Schema }}`, `{{schema}}`, `{{ identifier .Options.table }}`;
 * `{{ end }}` is a mark of another kind.
 */
const TEMPLATE_VALUE =
	/\{\{-?\s*(?!(?:end|else|if|range|with|block|define|template)\b)((?:\w+\s+)?\.?\w+(?:\.\w+)*)\s*-?\}\}/y;

/**
 * The statement with what PostgreSQL's parser can't take replaced by something of the same length: NUL bytes, lone
 * surrogates, psql's `\` commands (blank), and `${placeholders}` and `{{ templates }}` (a name made of the same letters).
 */
export function prepare(statement: string): PreparedText {
	const text = UNREADABLE.test(statement) ? wellFormed(statement) : statement;
	if (!text.includes("${") && !text.includes("\\") && !text.includes("{{")) return { text, standIns: NONE };
	const standIns = new Map<string, string>();
	const parts: string[] = [];
	let done = 0;
	const replace = (start: number, end: number, by: string) => {
		parts.push(text.slice(done, start), by);
		done = end;
	};
	const lexer = new Lexer(text);
	/** A template's value is one name, however many spaces stand in it. */
	const replaceValue = (start: number) => {
		TEMPLATE_VALUE.lastIndex = start;
		const [mark, value] = TEMPLATE_VALUE.exec(text) ?? [];
		if (mark === undefined) return start;
		const standIn = standInFor(mark);
		standIns.set(standIn, `{{${value}}}`);
		replace(start, start + mark.length, standIn);
		return start + mark.length;
	};
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (lexer.is("{")) lexer.seek(Math.max(lexer.end, replaceValue(lexer.start)));
		// Other strings are text that may well be about templates.
		else if (kind === "quoted-name" || (kind === "string" && /^'\{\{\s*\.\w+\s*\}\}'$/.test(lexer.value())))
			replaceValue(lexer.start + 1);
		else if (kind === "placeholder") {
			const placeholder = lexer.value();
			const standIn = standInFor(placeholder);
			standIns.set(standIn, placeholder);
			replace(lexer.start, lexer.end, standIn);
		} else if (kind === "punctuation" && lexer.is("\\")) {
			const end = metaCommandEnd(text, lexer.start, text.length);
			replace(lexer.start, end, " ".repeat(end - lexer.start));
			lexer.seek(end);
		}
	}
	return { text: parts.join("") + text.slice(done), standIns };
}

/**
 * Other readings of a text that doesn't parse: psql's variables without their colon (`:'name'`, `:"name"`, `:name`),
 * placeholders as nothing at all, where a whole clause is put in, and templates without what is put in.
 */
export function otherReadings(statement: string, prepared: PreparedText): string[] {
	const readings: string[] = [];
	if (/(?<!:):(?:['"]|[A-Za-z_])/.test(prepared.text)) readings.push(withoutVariableColons(prepared.text));
	if (prepared.standIns.size > 0) readings.push(blankPlaceholders(statement, prepared.text));
	if (/\{\{|\*\/\s*\./.test(prepared.text)) readings.push(withoutTemplates(prepared.text));
	return readings;
}

/** Puts the placeholders back into the tree's names, in place. */
export function restorePlaceholders(tree: object, standIns: ReadonlyMap<string, string>): void {
	if (standIns.size === 0) return;
	const pending: object[] = [tree];
	for (let value = pending.pop(); value; value = pending.pop()) {
		const record = value as Record<string, unknown>;
		for (const key of Object.keys(record)) {
			const field = record[key];
			if (typeof field === "object" && field !== null) pending.push(field);
			else if (typeof field === "string") {
				let name = field;
				for (const [standIn, placeholder] of standIns) name = name.replaceAll(standIn, () => placeholder);
				if (name !== field) record[key] = name;
			}
		}
	}
}

function wellFormed(text: string): string {
	return text.replaceAll("\0", " ").replace(/\p{Surrogate}/gu, "\ufffd");
}

/** `${Schema}` -> `__schema_`: a name that isn't folded further, of the same length. */
function standInFor(placeholder: string): string {
	return placeholder
		.toLowerCase()
		.replace(/[^a-z0-9]/g, "_")
		.padEnd(placeholder.length, "_")
		.slice(0, placeholder.length);
}

/** Not within brackets, where a colon makes a slice of an array. */
function withoutVariableColons(text: string): string {
	const parts: string[] = [];
	let done = 0;
	let brackets = 0;
	const lexer = new Lexer(text);
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (lexer.is("[")) brackets++;
		else if (lexer.is("]")) brackets--;
		if (brackets > 0 || !lexer.is(":") || text[lexer.start - 1] === ":") continue;
		if (!/['"A-Za-z_]/.test(text[lexer.end] ?? "")) continue;
		parts.push(text.slice(done, lexer.start), " ");
		done = lexer.end;
	}
	return parts.join("") + text.slice(done);
}

function blankPlaceholders(statement: string, prepared: string): string {
	let text = prepared;
	const lexer = new Lexer(statement);
	for (let kind = lexer.nextCode(); kind !== "end"; kind = lexer.nextCode()) {
		if (kind === "placeholder")
			text = text.slice(0, lexer.start) + " ".repeat(lexer.end - lexer.start) + text.slice(lexer.end);
	}
	return text;
}

/**
 * `INDEX {{ if .Live }}CONCURRENTLY{{ end }} …` without its marks, which stand within no string, and `{{ .Schema }}.name`,
 * `"{{ index .Options "Schema" }}".name` and `.name` behind a comment as the bare name: a program puts the schema in.
 */
function withoutTemplates(text: string): string {
	const parts: string[] = [];
	let done = 0;
	const blank = (start: number, end: number) => {
		parts.push(text.slice(done, start), " ".repeat(end - start));
		done = end;
	};
	const lexer = new Lexer(text);
	let put = false;
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		const isMark =
			kind === "quoted-name" ? text.startsWith('"{{', lexer.start) : lexer.is("{") && text[lexer.end] === "{";
		const marked = isMark ? text.indexOf("}}", lexer.start + 2) + 2 : 0;
		// The template's own quotation marks end no name.
		const end = marked > 2 && kind === "quoted-name" ? text.indexOf('"', marked) + 1 : marked;
		if (end > 2) {
			blank(lexer.start, end);
			lexer.seek(end);
		} else if (put && lexer.is(".")) blank(lexer.start, lexer.end);
		put = end > 2 || (kind === "comment" && text.startsWith("/*", lexer.start));
	}
	return parts.join("") + text.slice(done);
}
