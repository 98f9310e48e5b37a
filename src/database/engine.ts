/** What a statement gave: its rows, and how many it returned or changed. */
export interface Answer {
	readonly rows: readonly Readonly<Record<string, unknown>>[];
	readonly count: number;
}

/** PostgreSQL's refusal of a statement. */
export class Refusal extends Error {
	/**
	 * @param code SQLSTATE, five characters: https://www.postgresql.org/docs/current/errcodes-appendix.html
	 * @param detail PostgreSQL's DETAIL, empty where it gave none
	 */
	constructor(
		message: string,
		readonly code: string,
		readonly detail: string,
	) {
		super(message);
		this.name = "Refusal";
	}
}

/** One session of a superuser on a database of our own, embedded or on a server. */
export interface Engine {
	/** `PostgreSQL 18.0 (PGlite)`, `PostgreSQL 15.8`. */
	readonly version: string;
	/** Runs a statement, or several of which the last one answers. Rejects with a `Refusal` where PostgreSQL refuses it, with another error where the connection is lost. */
	query(sql: string): Promise<Answer>;
	/** Ends the session and removes the database. */
	close(): Promise<void>;
}

/** What runs SQL: an engine, or a client of `pg`. */
export interface Session {
	query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
}

/** The SQLSTATE of PostgreSQL's refusal; null where the error is something else, such as a lost connection. */
export function sqlStateOf(error: unknown): string | null {
	const { code } = error as { code?: unknown };
	return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}
