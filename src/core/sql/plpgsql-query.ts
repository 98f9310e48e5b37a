import { PlpgsqlLexer } from "./plpgsql-lexer";

/** With what a statement begins that PL/pgSQL runs as a query. */
export const QUERIES: ReadonlySet<string> = new Set([
	"select",
	"with",
	"insert",
	"update",
	"delete",
	"merge",
	"values",
	"table",
]);

/** A statement as PostgreSQL's parser takes it, of the same length, and the variables that take its result. */
export interface PlpgsqlQuery {
	readonly sql: string;
	readonly targets: readonly string[];
}

/**
 * Blanks `INTO [STRICT] variable, …`, which in PL/pgSQL never names a table unless INSERT or MERGE stands before it.
 * https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-SQL-ONEROW
 */
export function withoutTargets(sql: string): PlpgsqlQuery {
	const none = { sql, targets: [] };
	if (!/\binto\b/i.test(sql)) return none;
	const lexer = new PlpgsqlLexer(sql);
	lexer.nextCode();
	while (lexer.is("(")) lexer.nextCode();
	if (!QUERIES.has(lexer.keyword())) return none;
	for (let before = ""; ; before = lexer.keyword(), lexer.nextCode()) {
		if (lexer.kind === "end") return none;
		if (lexer.isWord("into") && before !== "insert" && before !== "merge") break;
	}
	const { start } = lexer;
	let { end } = lexer;
	const targets: string[] = [];
	lexer.nextCode();
	if (lexer.isWord("strict")) lexer.nextCode();
	for (let more = true; more && (lexer.kind === "word" || lexer.kind === "quoted-name"); ) {
		targets.push(lexer.name());
		end = lexer.end;
		lexer.nextCode();
		more = lexer.is(",") || lexer.is(".");
		if (more) lexer.nextCode();
	}
	return { sql: sql.slice(0, start) + sql.slice(start, end).replace(/[^\n]/g, " ") + sql.slice(end), targets };
}
