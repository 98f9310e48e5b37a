import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a PostgreSQL server's programs are, and who may run them. */
export interface PostgresInstallation {
	/** The folder that holds `initdb` and `postgres`. */
	readonly bin: string;
	/** The server's major version, e.g. 15. */
	readonly version: number;
}

/** The operating system user that runs the server: PostgreSQL refuses to run as root. */
export interface ServerUser {
	readonly uid: number;
	readonly gid: number;
}

const INSTALL_HINT =
	"Install PostgreSQL's server programs (Debian and Ubuntu: `apt-get install postgresql`; macOS: `brew install postgresql@15`), or put the folder that holds `initdb` on the PATH.";

/**
 * Finds the newest installed PostgreSQL server: on the PATH, then where Debian,
 * Red Hat and Homebrew put it (their server programs are not on the PATH).
 * @param folders Where to look, first come first served.
 * @throws Error that says how to install it, where there is none.
 */
export function findPostgres(
	folders = [...(process.env.PATH ?? "").split(delimiter), ...installFolders()],
): PostgresInstallation {
	const bin = folders.find(
		(folder) => folder !== "" && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
	);
	if (bin === undefined) {
		throw new Error(`No PostgreSQL server found, and these checks compare with a real one. ${INSTALL_HINT}`);
	}
	const printed = execFileSync(join(bin, "postgres"), ["--version"], { encoding: "utf8" });
	const version = Number(/\b(\d+)(?:\.\d+|devel|beta|rc)/.exec(printed)?.[1]);
	if (!(version >= 15)) {
		throw new Error(
			`${join(bin, "postgres")} is "${printed.trim()}", but these checks need PostgreSQL 15 or newer. ${INSTALL_HINT}`,
		);
	}
	return { bin, version };
}

/**
 * The user to start the server as: null (this process's own) unless that is root.
 * As root it is `postgres`, which the server's package usually makes, else `nobody`.
 * @throws Error where this is root and neither exists.
 */
export function findServerUser(): ServerUser | null {
	if (process.getuid === undefined) {
		throw new Error("The throw-away PostgreSQL server needs Linux or macOS.");
	}
	if (process.getuid() !== 0) return null;
	for (const name of ["postgres", "nobody"]) {
		try {
			const id = (flag: string) =>
				Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }));
			return { uid: id("-u"), gid: id("-g") };
		} catch {
			// This one doesn't exist; the next may.
		}
	}
	throw new Error(
		"PostgreSQL refuses to run as root, and there is neither a user `postgres` nor `nobody` to run it as. Make one, or run this as an ordinary user.",
	);
}

/** Version folders newest first, as `bin` paths. */
function installFolders(): string[] {
	const parents = [
		{ folder: "/usr/lib/postgresql", entry: /^\d+$/ },
		{ folder: "/opt/homebrew/opt", entry: /^postgresql(@\d+)?$/ },
		{ folder: "/usr/local/opt", entry: /^postgresql(@\d+)?$/ },
		{ folder: "/usr", entry: /^pgsql-\d+$/ },
	];
	return parents
		.filter(({ folder }) => existsSync(folder))
		.flatMap(({ folder, entry }) =>
			readdirSync(folder)
				.filter((name) => entry.test(name))
				.sort((a, b) => Number(/\d+/.exec(b)?.[0] ?? 0) - Number(/\d+/.exec(a)?.[0] ?? 0))
				.map((name) => join(folder, name, "bin")),
		);
}
