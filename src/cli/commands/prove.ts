import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DatabaseAnalysis } from "../../core/analyze";
import type { Proof } from "../../core/prove/proof";
import { CONFIG_FILE, decisionsFor, readConfig } from "../../core/tenancy/config";
import { openFor } from "../../database/open";
import { prove as proveDatabase } from "../../database/prove";
import { EXIT, Failure } from "../failure";
import { writeAtomically } from "../files/write";
import { proveJson } from "../format/prove-json";
import { proveText } from "../format/prove-text";
import { loadWhatIsThere, type Workspace } from "../load";
import type { Output } from "../output";
import { Progress } from "../progress";

export interface ProveOptions {
	readonly json?: boolean;
	readonly database?: string;
	readonly databaseUrl?: string;
	readonly writeTests?: string;
}

/** The environment variable that names a server; a password in an argument can be read by everybody on the machine. */
const URL_VARIABLE = "TENANCY_DATABASE_URL";

/** What was found of one database. */
export interface Proved {
	readonly database: DatabaseAnalysis;
	readonly proof: Proof;
}

/** `tenancy prove`. Returns the exit code: 1 where anything leaked, 2 where the server can't be used. */
export async function prove(paths: readonly string[], options: ProveOptions, output: Output): Promise<number> {
	const { workspace, configText, without } = await loadWhatIsThere(paths, options.database, output);
	if (!workspace) throw new Failure(without);
	const { config } = readConfig(configText ?? "{}", CONFIG_FILE);
	const url = options.databaseUrl ?? (process.env[URL_VARIABLE] || undefined);
	const interrupt = new AbortController();
	// Once is enough: the scratch database has to be dropped. A second time ends the process at once.
	process.once("SIGINT", () => interrupt.abort(new Failure("Interrupted.")));
	process.once("SIGTERM", () => interrupt.abort(new Failure("Interrupted.")));
	const proved: Proved[] = [];
	for (const database of workspace.databases) {
		const progress = new Progress(output, workspace.databases.length > 1 ? workspace.show(database.path) : null);
		progress.say(url === undefined ? "Starting the built-in PostgreSQL …" : "Connecting to the server …");
		const proof = await provedOne(database, url, (engine, server) =>
			proveDatabase(database, engine, {
				decisions: decisionsFor(config, database.path),
				tests: options.writeTests !== undefined,
				server,
				signal: interrupt.signal,
				onProgress: (stage, done, total) => progress.report(stage, done, total),
			}),
		);
		proved.push({ database, proof });
	}
	if (options.writeTests !== undefined) writeTests(options.writeTests, workspace, proved, output);
	output.result(options.json ? proveJson(workspace, proved) : proveText(workspace, proved, output.paint));
	if (workspace.exitCode !== EXIT.fine) return workspace.exitCode;
	return proved.some(({ proof }) => proof.verdict === "leaked") ? EXIT.findings : EXIT.fine;
}

/** Into a folder of its own for each database where there are several. */
function writeTests(folder: string, { show }: Workspace, proved: readonly Proved[], output: Output): void {
	for (const { database, proof } of proved) {
		const own = proved.length > 1 ? join(folder, show(database.path).replaceAll(/[\\/]+/g, "-")) : folder;
		if (proof.tests === null) {
			output.note(`There are no tests to write for ${show(database.path)}: no table has rows of two tenants.`);
			continue;
		}
		try {
			mkdirSync(own, { recursive: true });
			writeAtomically(join(own, "isolation.sql"), Buffer.from(proof.tests.plain));
			writeAtomically(join(own, "isolation_pgtap.sql"), Buffer.from(proof.tests.pgtap));
		} catch (error) {
			throw new Failure(`The tests could not be written into ${own}: ${(error as Error).message}`);
		}
		output.note(`Wrote ${join(own, "isolation.sql")} and ${join(own, "isolation_pgtap.sql")}.`);
	}
}

async function provedOne(
	database: DatabaseAnalysis,
	url: string | undefined,
	run: (...opened: Awaited<ReturnType<typeof openFor>>) => Promise<Proof>,
): Promise<Proof> {
	try {
		const [engine, server] = await openFor(database, url);
		try {
			return await run(engine, server);
		} finally {
			await engine.close();
		}
	} catch (error) {
		// Bundled apart, so known by its name.
		if (error instanceof Error && error.name === "ServerProblem") throw new Failure(error.message);
		throw error;
	}
}
