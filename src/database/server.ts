import { randomBytes } from "node:crypto";
import type { Client } from "pg";
import type { ServerGuard } from "./apply/apply";
import { type Answer, type Engine, Refusal, sqlStateOf } from "./engine";
import { dropLeftovers, makeScratch, removeScratch, ServerProblem } from "./scratch";
import { guardServer } from "./server-guard";

/** A scratch database on somebody's server. */
export interface ServerEngine extends Engine {
	/** Keeps statements from changing what others have on the server. */
	readonly guard: ServerGuard;
	/** Roles that are on the server and none of ours, so that they are left as they are. */
	readonly roles: ReadonlySet<string>;
}

/** How long the server may take to answer, in milliseconds. */
const ANSWERS_WITHIN = 15_000;

/**
 * Makes a scratch database on a server, for a superuser: only such a session sees what got past forced row-level security,
 * and may leave out triggers while rows are made (session_replication_role). Everything else on the server stays as it is.
 *
 * @param url `postgres://user:password@host:port/database`, as libpq takes it
 * @throws ServerProblem with a sentence for the user where the server can't be reached or may not be used so
 */
export async function openServer(url: string): Promise<ServerEngine> {
	const pg = await import("pg");
	const connect = async (database?: string): Promise<Client> => {
		const client = new pg.default.Client({ ...connection(url, database), connectionTimeoutMillis: ANSWERS_WITHIN });
		// Without a listener a server that ends the session would end this process.
		client.on("error", () => undefined);
		await client.connect();
		return client;
	};
	const admin = await connect().catch((error: Error) => {
		throw new ServerProblem(`The database server could not be reached: ${reasonOf(error, url)}`);
	});
	let session: Client | undefined;
	const name = `tenancy_scratch_${randomBytes(6).toString("hex")}`;
	try {
		const { rows } = await admin.query(
			"SELECT current_setting('server_version') AS version, current_user AS name, rolsuper AS super, pg_is_in_recovery() AS standby FROM pg_roles WHERE rolname = current_user",
		);
		const { version, name: user, super: isSuperuser, standby } = rows[0] ?? {};
		if (standby) throw new ServerProblem("The server is a standby, which takes no changes: name one that does.");
		if (!isSuperuser)
			throw new ServerProblem(
				`The role ${user} is no superuser of that server. Proving makes and drops a database and roles of its own, and has to see rows whoever they belong to: use a PostgreSQL that you can throw away, or leave --database-url out to use the built-in one.`,
			);
		await dropLeftovers(admin);
		const roles = await rolesOf(admin);
		await makeScratch(admin, name);
		session = await connect(name);
		const own = session;
		return {
			version: `PostgreSQL ${String(version).split(" ")[0]}`,
			roles,
			guard: guardServer(own, admin, name, roles),
			query: (sql) => ask(own, sql),
			async close() {
				await own.end().catch(() => undefined);
				try {
					await removeScratch(admin, name);
				} catch {
					// The server is gone, or the connection: the next run finds what is left by its name.
				}
				await admin.end().catch(() => undefined);
			},
		};
	} catch (error) {
		await session?.end().catch(() => undefined);
		await removeScratch(admin, name).catch(() => undefined);
		await admin.end().catch(() => undefined);
		throw asProblem(error);
	}
}

async function ask(client: Client, sql: string): Promise<Answer> {
	try {
		// Several statements give several results.
		const given = await client.query(sql);
		const last = Array.isArray(given) ? given.at(-1) : given;
		return { rows: last?.rows ?? [], count: last?.rowCount ?? 0 };
	} catch (error) {
		throw asProblem(error);
	}
}

/** PostgreSQL's refusal, or that the server is gone: class 57P is its shutdown, 08 the connection's end. */
function asProblem(error: unknown): unknown {
	if (error instanceof ServerProblem || error instanceof Refusal) return error;
	const code = sqlStateOf(error);
	const { message, detail } = error as { message: string; detail?: string };
	if (code === null || /^(57P|08)/.test(code))
		return new ServerProblem(`The database server went away while it was asked: ${message}`);
	return new Refusal(message, code, detail ?? "");
}

async function rolesOf(admin: Client): Promise<Set<string>> {
	const { rows } = await admin.query("SELECT rolname FROM pg_roles");
	return new Set(rows.map(({ rolname }) => rolname as string));
}

function connection(url: string, database: string | undefined): { connectionString: string } {
	if (!/^postgres(ql)?:\/\//.test(url))
		throw new ServerProblem("The database URL has to begin with postgres:// or postgresql://.");
	let parsed: URL;
	try {
		parsed = new URL(url);
	} catch {
		throw new ServerProblem(
			"The database URL can't be read: it is postgres://user:password@host:port/database, with signs such as @ and / in the password written as %40 and %2F.",
		);
	}
	if (database !== undefined) parsed.pathname = `/${database}`;
	return { connectionString: parsed.toString() };
}

/** Why, in the driver's words; never with the password. */
function reasonOf(error: Error, url: string): string {
	if (error instanceof ServerProblem) return error.message;
	const { host } = new URL(url);
	// Node.js tries several addresses and then says nothing itself.
	const inner = (error as { errors?: readonly Error[] }).errors?.[0] ?? error;
	return `${inner.message || (inner as { code?: string }).code || "no answer"} (${host || "no host"}).`;
}
