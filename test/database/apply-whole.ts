import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { OrderedFile } from "../../src/core/workspace/database";
import { runsInTransaction } from "./apply";
import type { Cluster } from "./cluster";

/**
 * Runs whole files through psql, which splits them itself: the check that our
 * splitting agrees. Settings and refusals are treated as `applyFiles` does.
 * @returns psql's error lines.
 */
export async function applyWholeFiles(
	cluster: Cluster,
	database: string,
	files: readonly OrderedFile[],
): Promise<string[]> {
	const folder = mkdtempSync(join(tmpdir(), "tenancy-psql-"));
	try {
		const runs = files.flatMap((file, index) => {
			const path = join(folder, `${index}.sql`);
			writeFileSync(path, upPart(file));
			const run = runsInTransaction(file.text) ? ["-c", "BEGIN", "-f", path, "-c", "COMMIT"] : ["-f", path];
			return ["-c", "DISCARD ALL", "-c", "SET client_min_messages = error", ...run];
		});
		const beside = join(cluster.bin, "psql");
		const { stderr } = await promisify(execFile)(
			existsSync(beside) ? beside : "psql",
			[
				"-X",
				"-q",
				"-v",
				"ON_ERROR_ROLLBACK=on",
				"-h",
				cluster.host,
				"-p",
				"5432",
				"-U",
				"postgres",
				"-d",
				database,
				"-o",
				"/dev/null",
				...runs,
			],
			{ maxBuffer: 1 << 28 },
		);
		return (
			stderr
				.split("\n")
				.filter((line) => /\b(ERROR|FATAL|invalid command)\b/.test(line))
				// Said only because of ON_ERROR_ROLLBACK's savepoints.
				.filter((line) => !line.includes("must not be called in a subtransaction"))
				.map((line) => line.replace(/^psql:.*?(\d+)\.sql/, (_, index) => files[Number(index)]?.path ?? ""))
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** The text with what doesn't run on the way up blanked, lines kept. */
function upPart({ text, up }: OrderedFile): string {
	if (up === undefined) return text;
	let result = "";
	let end = 0;
	for (const range of up) {
		result += text.slice(end, range.start).replace(/[^\n]/g, " ") + text.slice(range.start, range.end);
		end = range.end;
	}
	return result;
}
