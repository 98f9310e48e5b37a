import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Artifact } from "../../src/core/implement/artifact";
import type { Cluster } from "./cluster";

/** Generated files in a folder, as a user has them. */
export interface Folder {
	readonly path: string;
	/**
	 * Runs one of the files with psql, as the superuser.
	 * @returns what it prints
	 * @throws Error with what psql says, where it stops
	 */
	run(database: string, file: string): Promise<string>;
	remove(): void;
}

export function writeArtifacts(cluster: Cluster, artifacts: readonly Artifact[]): Folder {
	const path = mkdtempSync(join(tmpdir(), "tenancy-artifacts-"));
	for (const artifact of artifacts) {
		const file = join(path, artifact.path);
		mkdirSync(dirname(file), { recursive: true });
		writeFileSync(file, artifact.text);
	}
	const beside = join(cluster.bin, "psql");
	const psql = existsSync(beside) ? beside : "psql";
	return {
		path,
		async run(database, file) {
			const to = ["-h", cluster.host, "-p", "5432", "-U", "postgres", "-d", database];
			const args = ["-X", "-q", "-v", "ON_ERROR_STOP=1", ...to, "-f", join(path, file)];
			const { stdout } = await promisify(execFile)(psql, args, { maxBuffer: 1 << 28 }).catch((error) => {
				throw new Error(`${file}: ${error.stderr}`);
			});
			return stdout;
		},
		remove: () => rmSync(path, { recursive: true, force: true }),
	};
}
