import type pg from "pg";
import { prepare } from "../../src/core/sql/prepare";
import type { SqlFile, Statement } from "../../src/core/sql/statement";
import { makeMissing, type StandIn } from "./stand-ins";

/** A statement that PostgreSQL refused, and what it said. */
export interface Refusal {
	readonly file: string;
	/** Where the statement starts. */
	readonly offset: number;
	readonly statement: string;
	readonly message: string;
}

export interface Applied {
	readonly refusals: readonly Refusal[];
	readonly standIns: readonly StandIn[];
	/** The same files without the statements that were refused. */
	readonly accepted: readonly SqlFile[];
	/** How many statements ran. COPY FROM STDIN's are not among them: data is not schema. */
	readonly ran: number;
}

/**
 * Runs files statement by statement, as psql would: each statement commits by
 * itself unless the file opens a transaction, a refusal costs only its
 * statement (psql's ON_ERROR_ROLLBACK), every file starts with a fresh session's settings.
 */
export async function applyFiles(client: pg.Client, files: readonly SqlFile[]): Promise<Applied> {
	const refusals: Refusal[] = [];
	const standIns: StandIn[] = [];
	const accepted: SqlFile[] = [];
	let ran = 0;
	for (const file of files) {
		if (client.getTransactionStatus() !== "I") await client.query("ROLLBACK");
		await client.query("DISCARD ALL");
		await client.query("SET client_min_messages = error");
		if (runsInTransaction(file.text)) await client.query("BEGIN");
		const kept: Statement[] = [];
		for (const statement of file.statements) {
			if (readsClient(statement)) continue;
			ran += 1;
			const message = await applyStatement(client, statement, standIns);
			if (message === null) kept.push(statement);
			else refusals.push({ file: file.file, offset: statement.span.start, statement: statement.text, message });
		}
		if (runsInTransaction(file.text) && client.getTransactionStatus() !== "I") await client.query("COMMIT");
		accepted.push({ ...file, statements: kept });
	}
	if (client.getTransactionStatus() !== "I") await client.query("ROLLBACK");
	// As when the last session ends: temporary tables go, and what hangs on them.
	await client.query("DISCARD ALL");
	return { refusals, standIns, accepted, ran };
}

/** Whether the migration tool wraps the file in a transaction and it relies on that: goose does, unless told not to. */
export function runsInTransaction(text: string): boolean {
	return /^--\s*\+goose\s+Up\b/im.test(text) && !/^--\s*\+goose\s+NO\s+TRANSACTION\b/im.test(text);
}

/** Null where it ran, else the refusal's message. Makes roles and extensions that are missing, and tries again. */
export async function applyStatement(
	client: pg.Client,
	{ node, text }: Statement,
	standIns: StandIn[] = [],
): Promise<string | null> {
	const guard = guardOf(node);
	// As our parser is given it: without psql's own lines within.
	const { text: sql } = prepare(text);
	for (;;) {
		const nested = client.getTransactionStatus() === "T" && guard !== "none";
		try {
			if (nested) await client.query("SAVEPOINT tenancy_statement");
			await client.query(sql);
			if (nested && guard === "around") await client.query("RELEASE SAVEPOINT tenancy_statement");
			return null;
		} catch (error) {
			if (nested) await client.query("ROLLBACK TO SAVEPOINT tenancy_statement");
			const standIn = await makeMissing(client, error as Error, text);
			if (standIn === null) return (error as Error).message;
			standIns.push(standIn);
			// The stand-in is what the statement asked for.
			if (standIn.kind === "extension") return null;
		}
	}
}

/**
 * What a savepoint of ours may do about a statement in a transaction: stand
 * `around` it; only `before` it, where success ends ours too (RELEASE, ROLLBACK TO
 * an earlier one); or nothing, where the statement means the transaction itself.
 */
function guardOf(node: Statement["node"]): "around" | "before" | "none" {
	if (node !== null && "TransactionStmt" in node) {
		const kind = node.TransactionStmt.kind;
		return kind === "TRANS_STMT_RELEASE" || kind === "TRANS_STMT_ROLLBACK_TO" ? "before" : "none";
	}
	// SET TRANSACTION is refused within a savepoint.
	return node !== null && "VariableSetStmt" in node && node.VariableSetStmt.kind === "VAR_SET_MULTI"
		? "none"
		: "around";
}

function readsClient({ node }: Statement): boolean {
	return (
		node !== null &&
		"CopyStmt" in node &&
		node.CopyStmt.is_from === true &&
		node.CopyStmt.filename === undefined &&
		node.CopyStmt.is_program !== true
	);
}
