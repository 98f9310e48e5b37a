import { Lexer } from "../text/lexer";
import type { Change, Part } from "./parts";
import { downs } from "./parts";

/**
 * How long a statement waits for a lock. While it waits, everybody who comes later waits behind it, readers too; better
 * that the migration fails and is tried again. https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-LOCK-TIMEOUT
 */
const LOCK_TIMEOUT = "5s";

/**
 * Where the timeout ends: with the transaction (`local`), or by setting it back (`session`), for tools that may or may not
 * run a file in one.
 */
export type Timeout = "local" | "session";

/** One line of comment, whatever the text holds. */
export function comment(text: string): string {
	const line = text.replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, " ").replace(/^[^\p{L}\p{N}"']+/u, "");
	return `-- ${line}`;
}

/** Each statement ended, with the reason above it; `wrap` is what the tool wants around a statement. */
export function statements(changes: readonly Change[], wrap: (sql: string) => string = (sql) => `${sql};`): string[] {
	return changes.map(({ up, why }) => `${why === null ? "" : `${comment(why)}\n`}${wrap(up)}`);
}

/**
 * The statements of a part's way up. A part that runs outside a transaction gets no timeout: a concurrent build of an index
 * blocks nobody while it waits, and leaves an invalid index behind when it gives up.
 */
export function upScript(part: Part, timeout: Timeout, wrap?: (sql: string) => string): string[] {
	return withTimeout(statements(part.changes, wrap), part, timeout);
}

/** The statements of a part's way down; empty where there is none. */
export function downScript(part: Part, timeout: Timeout, wrap: (sql: string) => string = (sql) => `${sql};`): string[] {
	const undoing = downs(part).map(wrap);
	return undoing.length === 0 ? [] : withTimeout(undoing, part, timeout);
}

function withTimeout(scripts: readonly string[], { outside }: Part, timeout: Timeout): string[] {
	if (outside) return [...scripts];
	return timeout === "local"
		? [`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';`, ...scripts]
		: [`SET lock_timeout = '${LOCK_TIMEOUT}';`, ...scripts, "RESET lock_timeout;"];
}

/** What sets the timeout, for a migration that is no SQL. */
export const SET_LOCAL_TIMEOUT = `SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`;

/** Blocks of a file, an empty line between each two. */
export function paragraphs(blocks: readonly string[]): string {
	return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

/** How the text ends its lines. */
export function lineEnd(text: string): "\r\n" | "\n" {
	return text.includes("\r\n") ? "\r\n" : "\n";
}

/** SQL with the ends of its lines written so; those within strings and names are the database's and stay. */
export function withLineEnds(sql: string, end: "\r\n" | "\n"): string {
	if (end === "\n") return sql;
	const lexer = new Lexer(sql);
	let result = "";
	let done = 0;
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		result += sql.slice(done, lexer.start).replaceAll("\n", end);
		const token = sql.slice(lexer.start, lexer.end);
		result += kind === "comment" ? token.replaceAll("\n", end) : token;
		done = lexer.end;
	}
	return result + sql.slice(done).replaceAll("\n", end);
}
