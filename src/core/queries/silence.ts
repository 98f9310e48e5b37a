import { covers } from "../rules/base/ignores";
import type { Finding } from "../rules/base/rule";
import type { SqlReader } from "../sql/reader";
import { applyEdits } from "../text/edit";
import type { SourceFile } from "../workspace/database";
import { findQueries } from "./find";
import { queryIgnores } from "./ignores";
import { languageOf, tokensOf } from "./languages";
import type { Language, Query } from "./query";

/** Where a `tenancy-ignore` comment goes, and how it is written there. */
export interface CommentPlace {
	readonly offset: number;
	readonly opening: string;
	readonly closing: string;
	/** Other code stands before it on its line, so that a line break has to come first. */
	readonly isWithinLine: boolean;
}

const OPENING: Readonly<Record<Language, string>> = { sql: "-- ", script: "// ", python: "# ", go: "// ", ruby: "# " };

/**
 * Where a comment silences a finding of a query: above the call, above the text that is given to it, or as SQL's own comment
 * inside the text, the first of them that does. Null where none can stand.
 */
export function commentPlace(
	file: SourceFile,
	finding: Pick<Finding, "rule" | "location">,
	reader: Pick<SqlReader, "statements">,
): CommentPlace | null {
	const at = finding.location.span.start;
	const language = languageOf(file.path);
	const queries = findQueries(file, reader);
	const query = queries.findLast(({ span }) => span.start <= at && at <= span.end);
	if (language === null || !query) return null;
	const silences = ({ offset, opening, closing, isWithinLine }: CommentPlace): boolean => {
		const newText = `${isWithinLine ? "\n" : ""}${opening}tenancy-ignore ${finding.rule}: why${closing}\n`;
		const text = applyEdits(file.text, [{ span: { start: offset, end: offset }, newText }]);
		const after = findQueries({ ...file, text }, reader);
		const start = offset <= at ? at + newText.length : at;
		const location = { file: file.path, span: { start, end: start } };
		return (
			after.length === queries.length &&
			queryIgnores(file.path, text, after).some((ignore) => ignore.rule === finding.rule && covers(ignore, location))
		);
	};
	return placesFor(file.text, query, language).find(silences) ?? null;
}

function placesFor(text: string, { call, span }: Query, language: Language): CommentPlace[] {
	const isFirst = text.slice(lineStart(text, span.start), span.start).trim() === "";
	const inSql = { offset: span.start, opening: OPENING.sql, closing: "", isWithinLine: !isFirst };
	if (language === "sql") return [inSql];
	const above = (call ? [call.at, span.start] : [span.start]).flatMap((at) => aboveLine(text, at, language) ?? []);
	return isFirst ? [...above, inSql] : above;
}

/** Null in the middle of a string, or of what a backslash or a tag holds together. */
function aboveLine(text: string, at: number, language: Exclude<Language, "sql">): CommentPlace | null {
	const start = lineStart(text, at);
	const offset = start + (/^[ \t]*/.exec(text.slice(start, at))?.[0].length ?? 0);
	const isInString = tokensOf(text, language).lists.some((tokens) =>
		tokens.some((token) => token.kind === "string" && token.start < offset && offset < token.end),
	);
	if (isInString || text[offset] === "<" || /\\\r?\n$/.test(text.slice(Math.max(0, start - 3), start))) return null;
	// What begins with a brace may be an expression among tags; anywhere else it is a block, in which the comment is as good.
	const isAmongTags = language === "script" && text[offset] === "{";
	return {
		offset,
		opening: isAmongTags ? "{/* " : OPENING[language],
		closing: isAmongTags ? " */}" : "",
		isWithinLine: false,
	};
}

function lineStart(text: string, at: number): number {
	return text.lastIndexOf("\n", at - 1) + 1;
}
