import { type ChildProcess, execFile, spawn } from "node:child_process";
import {
	chownSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { findPostgres, findServerUser } from "./find-postgres";

/** A PostgreSQL server of our own in a temporary folder, reached over a socket in that folder. */
export interface Cluster {
	/** Major version, e.g. 15. */
	readonly version: number;
	/** The folder of server programs; `psql` stands beside them or on the PATH. */
	readonly bin: string;
	/** What `pg` and psql's `-h` take: the folder with the socket. */
	readonly host: string;
	/** The superuser's URL, as libpq and `pg` take it. */
	readonly url: string;
	/** Makes an empty database and connects to it. */
	database(): Promise<TestDatabase>;
	/** Stops the server and deletes its folder. */
	stop(): Promise<void>;
}

export interface TestDatabase {
	readonly name: string;
	readonly client: pg.Client;
	/** Another session on the same database; the caller ends it. */
	connect(): Promise<pg.Client>;
	/** Ends the session and drops the database. */
	drop(): Promise<void>;
}

const FOLDER_PREFIX = "tenancy-postgres-";
const SUPERUSER = "postgres";
const READY_WITHIN_MS = 60_000;

/** Everything that costs time and only protects data that nobody wants is off. */
const SETTINGS = {
	listen_addresses: "",
	fsync: "off",
	synchronous_commit: "off",
	full_page_writes: "off",
	autovacuum: "off",
	jit: "off",
	wal_level: "logical",
	shared_buffers: "32MB",
	max_connections: "20",
	max_locks_per_transaction: "1024",
	// Failing statements are expected here; the client sees them, the log need not.
	log_min_messages: "log",
	// Lets a stand-in for a missing extension register itself as one.
	allow_system_table_mods: "on",
	timezone: "UTC",
};

/**
 * The server's parent. It reads its standard input until this process ends, in
 * whatever way (a crash and SIGKILL close a pipe too), then stops the server and
 * deletes the folder.
 */
const SUPERVISOR = `
folder=$1; shift
"$@" </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
rm -rf "$folder"
`;

/**
 * Starts a server with an empty cluster; takes about a second.
 * @throws Error that says what is missing, where no server can be started here.
 */
export async function startCluster(): Promise<Cluster> {
	const { bin, version } = findPostgres();
	const user = findServerUser();
	removeOrphans();
	// PostgreSQL's lock file holds the resolved path, which the search for orphans compares.
	const folder = realpathSync(mkdtempSync(join(tmpdir(), FOLDER_PREFIX)));
	writeFileSync(join(folder, "owner"), String(process.pid));
	const data = join(folder, "data");
	const asUser = { ...(user ?? {}), cwd: folder, env: { PATH: process.env.PATH, LC_ALL: "C", HOME: folder } };
	let server: ChildProcess;
	try {
		if (user !== null) chownSync(folder, user.uid, user.gid);
		const initdb = ["-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"];
		await promisify(execFile)(join(bin, "initdb"), initdb, asUser);
		const settings = Object.entries({ ...SETTINGS, unix_socket_directories: folder }).flatMap(([name, value]) => [
			"-c",
			`${name}=${value}`,
		]);
		server = spawn("sh", ["-c", SUPERVISOR, "sh", folder, join(bin, "postgres"), "-D", data, ...settings], {
			...asUser,
			// A session of its own, so that Ctrl-C ends us first and the supervisor then cleans up.
			detached: true,
			stdio: ["pipe", "ignore", "pipe"],
		});
		await ready(server);
	} catch (error) {
		rmSync(folder, { recursive: true, force: true });
		const as = user === null ? "" : ` (as user ${user.uid}, because PostgreSQL refuses to run as root)`;
		throw new Error(`PostgreSQL ${version} in ${bin} could not be started${as}: ${(error as Error).message}`);
	}
	let made = 0;
	const connect = async (database: string) => {
		const client = new pg.Client({ host: folder, port: 5432, user: SUPERUSER, database });
		// Stopping the server ends idle sessions; without a listener that would be an uncaught exception.
		client.on("error", () => undefined);
		await client.connect();
		return client;
	};
	const administrate = async (sql: string) => {
		const client = await connect("postgres");
		await client.query(sql).finally(() => client.end());
	};
	return {
		version,
		bin,
		host: folder,
		url: `postgres://${SUPERUSER}@localhost/postgres?host=${encodeURIComponent(folder)}`,
		async database() {
			made += 1;
			const name = `test_${made}`;
			await administrate(`CREATE DATABASE ${name} TEMPLATE template0`);
			const client = await connect(name);
			return {
				name,
				client,
				connect: () => connect(name),
				async drop() {
					await client.end();
					await administrate(`DROP DATABASE ${name} WITH (FORCE)`);
				},
			};
		},
		async stop() {
			const ended = server.exitCode !== null || new Promise((resolve) => server.once("exit", resolve));
			server.ref();
			server.stdin?.end();
			await ended;
		},
	};
}

/** Resolves when the server takes connections; afterwards it doesn't keep this process alive. */
async function ready(server: ChildProcess): Promise<void> {
	let log = "";
	try {
		await new Promise<void>((resolve, reject) => {
			setTimeout(
				() => reject(new Error(`it was not ready within ${READY_WITHIN_MS / 1000} s`)),
				READY_WITHIN_MS,
			).unref();
			server.once("error", reject);
			server.once("exit", () => reject(new Error("it ended")));
			server.stderr?.setEncoding("utf8").on("data", (text: string) => {
				log += text;
				if (log.includes("ready to accept connections")) resolve();
			});
		});
	} catch (error) {
		server.stdin?.end();
		throw new Error(`${(error as Error).message}\n${log.trim()}`);
	}
	server.stderr?.removeAllListeners("data").resume();
	server.unref();
	for (const stream of [server.stdin, server.stderr] as (Socket | null)[]) stream?.unref();
}

/**
 * Deletes what an earlier run left behind. The supervisor deletes its folder
 * itself, so there is something to do only where it was killed too.
 */
function removeOrphans(): void {
	for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(FOLDER_PREFIX))) {
		const folder = join(tmpdir(), name);
		try {
			const owner = existsSync(join(folder, "owner")) ? Number(readFileSync(join(folder, "owner"), "utf8")) : null;
			const young = Date.now() - statSync(folder).mtimeMs < READY_WITHIN_MS;
			if (owner === null ? young : isRunning(owner)) continue;
			const lock = join(folder, "data", "postmaster.pid");
			const server = existsSync(lock) ? Number(readFileSync(lock, "utf8").split("\n")[0]) : null;
			if (server !== null && commandOf(server).includes(folder)) process.kill(server, "SIGQUIT");
			rmSync(folder, { recursive: true, force: true });
		} catch {
			// Another user's, or another run deletes it at this moment.
		}
	}
}

function isRunning(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === "EPERM";
	}
}

/** The command line of a running process on Linux; empty elsewhere, where an orphaned server is left running. */
function commandOf(pid: number): string {
	const path = `/proc/${pid}/cmdline`;
	return existsSync(path) ? readFileSync(path, "utf8") : "";
}
