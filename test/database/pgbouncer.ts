import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { findPgbouncer } from "./find-pgbouncer";
import { findServerUser } from "./find-postgres";

export { findPgbouncer };

export interface Pgbouncer {
	/** As it was started with. */
	readonly configuration: string;
	readonly port: number;
	/** The list of databases, which a script may write again. */
	readonly databases: string;
	connect(database: string, user: string, password?: string): Promise<pg.Client>;
	stop(): Promise<void>;
}

/**
 * Starts PgBouncer with a generated configuration in which only addresses and paths are replaced.
 *
 * @param change what a test wants otherwise: a setting's name to its value
 */
export async function startPgbouncer(
	configuration: string,
	databases: string,
	change: Readonly<Record<string, string | number>> = {},
	users = "",
): Promise<Pgbouncer> {
	const program = findPgbouncer();
	const folder = mkdtempSync(join(tmpdir(), "tenancy-pgbouncer-"));
	const port = await freePort();
	const set = (text: string, name: string, value: string | number) => {
		const line = new RegExp(`^;?${name} =.*$`, "m");
		if (!line.test(text)) throw new Error(`The configuration has no ${name}.`);
		return text.replace(line, `${name} = ${value}`);
	};
	const places = {
		listen_port: port,
		logfile: join(folder, "log"),
		pidfile: join(folder, "pid"),
		auth_file: join(folder, "userlist.txt"),
	};
	let text = configuration.replace(/^%include .*$/m, `%include ${join(folder, "databases.ini")}`);
	for (const [name, value] of Object.entries({ ...places, ...change })) text = set(text, name, value);
	writeFileSync(join(folder, "pgbouncer.ini"), text);
	writeFileSync(join(folder, "databases.ini"), databases);
	writeFileSync(join(folder, "userlist.txt"), users);
	const user = findServerUser();
	chmodSync(folder, 0o755);
	if (user !== null) chownSync(folder, user.uid, user.gid);
	const server = spawn(program, [join(folder, "pgbouncer.ini")], {
		...(user ?? {}),
		cwd: folder,
		stdio: ["ignore", "ignore", "pipe"],
	});
	await ready(server);
	return {
		configuration: text,
		port,
		databases: join(folder, "databases.ini"),
		async connect(database, name, password) {
			const client = new pg.Client({ host: "127.0.0.1", port, user: name, password, database });
			client.on("error", () => undefined);
			await client.connect();
			return client;
		},
		async stop() {
			const ended = server.exitCode !== null || new Promise((resolve) => server.once("exit", resolve));
			server.kill("SIGKILL");
			await ended;
			rmSync(folder, { recursive: true, force: true });
		},
	};
}

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer().once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

async function ready(server: ChildProcess): Promise<void> {
	let log = "";
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.once("exit", (code) => reject(new Error(`PgBouncer ended with ${code}:\n${log}`)));
		server.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
			log += chunk;
			if (/process up/.test(log)) resolve();
		});
	});
	server.removeAllListeners("exit");
}
