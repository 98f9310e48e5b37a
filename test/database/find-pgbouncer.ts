import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Where PgBouncer's program is: on the PATH, or where Debian puts it, which is not on everybody's PATH.
 * @throws Error that says how to install it, where there is none
 */
export function findPgbouncer(): string {
	const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/opt/homebrew/bin", "/usr/local/bin"];
	const found = folders.map((folder) => join(folder, "pgbouncer")).find((path) => existsSync(path));
	if (found !== undefined) return found;
	throw new Error(
		"No PgBouncer found, and these checks run a real one. Install it (Debian and Ubuntu: `apt-get install pgbouncer`; macOS: `brew install pgbouncer`).",
	);
}
