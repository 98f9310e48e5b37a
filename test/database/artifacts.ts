import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createAnalyzer } from "../../src/core/analyze";
import type { Artifact, Blueprint } from "../../src/core/implement/artifact";
import { STARTER_SQL } from "../../src/core/implement/starter";
import { createSqlReader } from "../../src/core/sql/reader";
import { type AnswersInput, answersSchema } from "../../src/core/tenancy/answers";
import type { Cluster } from "./cluster";

/** What artifacts are made from: the SQL, or the starter. */
export async function blueprintOf(answers: AnswersInput, sql: string | null = null): Promise<Blueprint> {
	const analyzer = createAnalyzer(await createSqlReader());
	const [database] = analyzer.analyze([{ path: "schema.sql", text: sql ?? STARTER_SQL }], null).databases;
	if (!database) throw new Error("The SQL makes no database.");
	return { answers: answersSchema.parse(answers), database, isStarter: sql === null, analyzer };
}

export interface Output {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Artifacts in a folder, whose scripts run against a cluster. */
export interface Unpacked {
	readonly folder: string;
	/** Runs a script as a person would. */
	run(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Output>;
	/** As `run`, and throws with what it printed where its exit code isn't 0. */
	ok(script: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>;
	remove(): void;
}

export function unpack(artifacts: readonly Artifact[], cluster: Cluster): Unpacked {
	const folder = mkdtempSync(join(tmpdir(), "tenancy-artifacts-"));
	for (const { path, text, executable } of artifacts) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
		if (executable) chmodSync(join(folder, path), 0o755);
	}
	const run: Unpacked["run"] = (script, args, env = {}) =>
		new Promise((resolve) => {
			const own = {
				PATH: `${cluster.bin}:${process.env.PATH}`,
				PGHOST: cluster.host,
				PGUSER: "postgres",
				LC_ALL: "C.UTF-8",
			};
			execFile(join(folder, script), args, { env: { ...own, HOME: folder, ...env } }, (error, stdout, stderr) =>
				resolve({ code: error === null ? 0 : Number(error.code ?? 1), stdout, stderr }),
			);
		});
	return {
		folder,
		run,
		async ok(script, args, env) {
			const { code, stdout, stderr } = await run(script, args, env);
			if (code !== 0) throw new Error(`${script} ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
			return stdout;
		},
		remove: () => rmSync(folder, { recursive: true, force: true }),
	};
}
