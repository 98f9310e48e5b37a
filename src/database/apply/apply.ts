import { as } from "../../core/schema/tree";
import { otherReadings, prepare } from "../../core/sql/prepare";
import { sessionsOf } from "../../core/sql/sessions";
import type { SqlFile, Statement } from "../../core/sql/statement";
import type { Span } from "../../core/text/span";
import { type Session, sqlStateOf } from "../engine";
import { aboutServer, mayTouchServer } from "./server-wide";
import { makeMissing, type StandIn, standsFor, withoutShapes } from "./stand-ins";

/** A statement that PostgreSQL refused, and what it said. */
export interface Refused {
	readonly file: string;
	readonly span: Span;
	readonly statement: string;
	readonly message: string;
	/** Null where the parser rejects it, too. */
	readonly node: Statement["node"];
	/** PostgreSQL's SQLSTATE; null where it was not run at all. */
	readonly code: string | null;
}

export interface Applied {
	readonly refusals: readonly Refused[];
	readonly standIns: readonly StandIn[];
	/** The same files without the statements that were refused. */
	readonly accepted: readonly SqlFile[];
	/** How many statements ran. COPY FROM STDIN's are not among them: data is not schema. */
	readonly ran: number;
}

export interface ApplyOptions {
	/** Makes what a statement lacks; null where it can't. */
	readonly makeMissing?: typeof makeMissing;
	/** Statements for the beginning of each file's session. */
	readonly prelude?: readonly string[];
	/** Runs what may reach beyond the database, and sees to it that it doesn't; rejects with what it would have done. */
	readonly guard?: ServerGuard;
	/** Leaves out what concerns the server as a whole. */
	readonly ownDatabaseOnly?: boolean;
	readonly signal?: AbortSignal;
	/** Called after each statement. */
	onProgress?(done: number, total: number): void;
}

/** @param nested the session is in a transaction already */
export type ServerGuard = (run: () => Promise<unknown>, nested: boolean) => Promise<void>;

/**
 * Runs files statement by statement, as psql would: each statement commits by itself unless the file opens a transaction,
 * a refusal costs only its statement (psql's ON_ERROR_ROLLBACK), every session starts with fresh settings.
 */
export async function applyFiles(
	session: Session,
	files: readonly SqlFile[],
	options: ApplyOptions = {},
): Promise<Applied> {
	const refusals: Refused[] = [];
	const standIns: StandIn[] = [];
	const accepted = new Map(files.map((file) => [file, [] as Statement[]]));
	const total = files.reduce((sum, { statements }) => sum + statements.length, 0);
	let ran = 0;
	for (const { file: first, statements: placed } of sessionsOf(files)) {
		if ((await transactionOf(session)) !== "none") await session.query("ROLLBACK");
		await session.query("DISCARD ALL");
		await session.query("SET client_min_messages = error");
		for (const sql of options.prelude ?? []) await session.query(sql);
		const transaction = runsInTransaction(first.text);
		if (transaction) await session.query("BEGIN");
		const statements = new Statements(session, standIns, options, transaction ? "open" : "none");
		for (const { file, statement } of placed) {
			if (readsClient(statement)) continue;
			options.signal?.throwIfAborted();
			ran += 1;
			const refusal = await statements.apply(statement);
			const { span, text, node } = statement;
			if (refusal === null) accepted.get(file)?.push(statement);
			else refusals.push({ file: file.file, span, statement: text, node, ...refusal });
			options.onProgress?.(ran, total);
		}
		if (transaction && (await transactionOf(session)) !== "none") await session.query("COMMIT");
	}
	if ((await transactionOf(session)) !== "none") await session.query("ROLLBACK");
	// As when the last session ends: temporary tables go, and what hangs on them.
	await session.query("DISCARD ALL");
	return {
		refusals,
		standIns,
		accepted: [...accepted].map(([file, statements]) => ({ ...file, statements })),
		ran,
	};
}

/** Whether the migration tool wraps the file in a transaction and it relies on that: goose does, unless told not to. */
export function runsInTransaction(text: string): boolean {
	return /^--\s*\+goose\s+Up\b/im.test(text) && !/^--\s*\+goose\s+NO\s+TRANSACTION\b/im.test(text);
}

type Transaction = "none" | "open" | "failed";

/** What the session is in, told by what PostgreSQL says of a savepoint: no_active_sql_transaction, in_failed_sql_transaction. */
async function transactionOf(session: Session): Promise<Transaction> {
	try {
		await session.query("SAVEPOINT tenancy_probe");
		await session.query("RELEASE SAVEPOINT tenancy_probe");
		return "open";
	} catch (error) {
		const code = sqlStateOf(error);
		if (code === null) throw error;
		return code === "25P02" ? "failed" : "none";
	}
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const SYNTAX_ERROR = "42601";
const INVALID_TEXT = "22P02";

/** The statements of one session, which knows whether it is in a transaction. */
export class Statements {
	readonly #session: Session;
	readonly #standIns: StandIn[];
	readonly #options: ApplyOptions;
	#transaction: Transaction;

	constructor(session: Session, standIns: StandIn[], options: ApplyOptions, transaction: Transaction) {
		this.#session = session;
		this.#standIns = standIns;
		this.#options = options;
		this.#transaction = transaction;
	}

	/** Null where it ran, else why not. Makes roles and extensions that are missing, and tries again. */
	async apply({ node, text }: Statement): Promise<Pick<Refused, "message" | "code"> | null> {
		if (this.#options.ownDatabaseOnly) {
			const beyond = aboutServer(node);
			if (beyond !== null) return { message: beyond, code: null };
		}
		if (!this.#options.makeMissing && standsFor(this.#standIns, node)) return null;
		// What marks our roles on a server is a comment.
		if (this.#options.guard && as(node, "CommentStmt")?.objtype === "OBJECT_ROLE") return null;
		const guard = guardOf(node);
		// As our parser is given it: without psql's own lines within, then without what is put in while it runs.
		const prepared = prepare(text);
		const readings = [prepared.text, ...otherReadings(text, prepared)];
		// Whatever goes wrong while a stand-in is made: a statement is tried a few times, not forever.
		for (let attempt = 0; ; attempt++) {
			const nested = this.#transaction === "open" && guard !== "none";
			try {
				if (nested) await this.#session.query("SAVEPOINT tenancy_statement");
				await this.#run(readings[0] as string, node, nested);
				if (nested && guard === "around") await this.#session.query("RELEASE SAVEPOINT tenancy_statement");
				return null;
			} catch (error) {
				const code = sqlStateOf(error);
				if (code === null) throw error;
				if (nested) await this.#session.query("ROLLBACK TO SAVEPOINT tenancy_statement");
				if (code === SYNTAX_ERROR && readings.length > 1) {
					readings.shift();
					continue;
				}
				const bare = code === INVALID_TEXT ? withoutShapes(this.#standIns, readings[0] as string) : null;
				if (bare !== null) {
					readings[0] = bare;
					continue;
				}
				const { message } = error as Error;
				const make = this.#options.makeMissing ?? makeMissing;
				let made: StandIn | null = null;
				const missing = async () => {
					made = await make(this.#session, error as Error, text);
				};
				await (this.#options.guard?.(missing, this.#transaction === "open") ?? missing());
				const standIn = made as StandIn | null;
				if (standIn === null || attempt > 20) return { message, code };
				this.#standIns.push(standIn);
				// The stand-in is what the statement asked for.
				if (standIn.kind === "extension") return null;
			} finally {
				if (guard !== "around") this.#transaction = await transactionOf(this.#session);
			}
		}
	}

	async #run(sql: string, node: Statement["node"], nested: boolean): Promise<void> {
		const run = () => this.#session.query(sql);
		if (this.#options.guard && mayTouchServer(node)) await this.#options.guard(run, nested);
		else await run();
	}
}

/**
 * What a savepoint of ours may do about a statement in a transaction: stand `around` it; only `before` it, where success
 * ends ours too (RELEASE, ROLLBACK TO an earlier one); or nothing, where the statement means the transaction itself.
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
