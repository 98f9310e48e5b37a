import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import type { SqlFile, Statement } from "../sql/statement";
import type { TextEdit } from "../text/edit";
import { Lexer } from "../text/lexer";
import type { Kind, SourceFile } from "../workspace/database";
import { DBMATE_MARKERS } from "../workspace/tools/dbmate";
import { GOOSE_MARKERS, SQL_MIGRATE_MARKERS } from "../workspace/tools/goose";
import { NODE_PG_MIGRATE_MARKERS } from "../workspace/tools/node-pg-migrate";
import { type Markers, upParts } from "../workspace/up-parts";
import { filesOfSteps } from "./file-of-step";
import { comment, lineEnd, withLineEnds } from "./script";
import { BREAKPOINT } from "./tools/drizzle";
import { gooseStatement } from "./tools/goose";

/** Where a way up ends before the file does. */
const MARKERS: Partial<Record<Kind, Markers>> = {
	goose: GOOSE_MARKERS,
	dbmate: DBMATE_MARKERS,
	"node-pg-migrate": NODE_PG_MIGRATE_MARKERS,
	ordered: SQL_MIGRATE_MARKERS,
};

/**
 * Edits that add the steps to the files that are there, each to the one that holds its table, as they read in a file that
 * describes the schema.
 */
export function placeInFiles(
	database: Pick<DatabaseAnalysis, "path" | "kind" | "files" | "model">,
	steps: readonly Step[],
	files: readonly SourceFile[],
): TextEdit[] {
	const declared = steps.filter(({ declared }) => declared !== null);
	const places = filesOfSteps(database, declared);
	return database.files.flatMap((file, i) => {
		const own = declared.filter((_, step) => places[step] === i);
		const source = files.find(({ path }) => path === file.file) ?? { path: file.file, text: file.text };
		return own.length === 0 ? [] : [addition(database.kind, file, source, own)];
	});
}

function addition(kind: Kind, file: SqlFile, source: SourceFile, steps: readonly Step[]): TextEdit {
	const { at, needsSemicolon } = endOfStatements(file, endOfWayUp(kind, source));
	const before = source.text.slice(0, at);
	const after = source.text.slice(at);
	const wrap = kind === "goose" ? gooseStatement : (sql: string) => `${sql};`;
	const blocks = steps.map(({ sql, inTransaction, declared, why }) => {
		const text = wrap(declared ?? inTransaction ?? sql);
		return why === undefined ? text : `${comment(why)}\n${text}`;
	});
	const breakpoint = kind === "drizzle" && file.statements.length > 0 ? `${BREAKPOINT}\n` : "";
	const text = [
		before === "" || before.endsWith("\n") ? "" : "\n",
		needsSemicolon ? ";\n" : "",
		breakpoint,
		before.trim() === "" || breakpoint !== "" ? "" : "\n",
		blocks.join(kind === "drizzle" ? `\n${BREAKPOINT}\n` : "\n\n"),
		"\n",
		after.trim() === "" ? "" : "\n",
	].join("");
	return { file: file.file, span: { start: at, end: at }, newText: withLineEnds(text, lineEnd(source.text)) };
}

function endOfWayUp(kind: Kind, source: SourceFile): number {
	const markers = MARKERS[kind];
	return (markers && upParts(source, markers).up?.at(-1)?.end) ?? source.text.length;
}

/** Where a statement can be added as the last: at the end, but before what closes a file. */
function endOfStatements({ text, statements }: SqlFile, end: number): { at: number; needsSemicolon: boolean } {
	const running = statements.filter(({ span }) => span.end <= end);
	const last = running.findLastIndex((statement) => !closes(statement));
	const closing = running[last + 1];
	if (closing) {
		const start = closing.leadingComments[0]?.span.start ?? closing.span.start;
		return { at: text.lastIndexOf("\n", start - 1) + 1, needsSemicolon: false };
	}
	const final = running.at(-1);
	return { at: end, needsSemicolon: final !== undefined && !isEnded(text, final.span.end, end) };
}

/** The end of a transaction, and what a dump ends with: the search path that it began with, the migrations that ran. */
function closes({ node, text }: Statement): boolean {
	if (node === null) return false;
	if ("TransactionStmt" in node) return node.TransactionStmt?.kind === "TRANS_STMT_COMMIT";
	if ("VariableSetStmt" in node) return /^set\s+search_path\b/i.test(text);
	return "InsertStmt" in node && /^insert\s+into\s+(?:\S+\.)?"?\w*schema_migrations\b/i.test(text);
}

function isEnded(text: string, from: number, end: number): boolean {
	const lexer = new Lexer(text, from, end);
	lexer.nextCode();
	// Behind psql's `\gexec` and the like nothing is open either.
	return lexer.is(";") || lexer.is("\\");
}
