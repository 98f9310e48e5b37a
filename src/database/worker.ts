import { parentPort, workerData } from "node:worker_threads";
import { createAnalyzer } from "../core/analyze";
import { createSqlReader } from "../core/sql/reader";
import { CONFIG_FILE, decisionsFor, readConfig } from "../core/tenancy/config";
import type { FromProver, ProveRequest, ToProver } from "../protocol/prove";
import { openFor } from "./open";
import { prove } from "./prove";

/** How often progress is told, in milliseconds: more is drawn by nobody. */
const EVERY = 100;

/** The worker that proves, so that whoever started it stays responsive, and can end it at any moment. */
async function run(request: ProveRequest, signal: AbortSignal, post: (message: FromProver) => void): Promise<void> {
	try {
		post({ type: "progress", stage: "start", done: 0, total: 0, what: "" });
		const { databases } = createAnalyzer(await createSqlReader()).analyze(request.files, request.configText);
		const database = databases.find(({ path }) => path === request.database);
		if (!database)
			return post({ type: "failed", kind: "problem", message: `There is no database ${request.database} any more.` });
		const { config } = readConfig(request.configText ?? "{}", CONFIG_FILE);
		const [engine, server] = await openFor(database, request.url ?? undefined);
		let told = 0;
		try {
			const proof = await prove(database, engine, {
				decisions: decisionsFor(config, database.path),
				tests: true,
				server,
				signal,
				onProgress(stage, done, total, what) {
					if (Date.now() - told < EVERY) return;
					told = Date.now();
					post({ type: "progress", stage, done, total, what });
				},
			});
			post({ type: "proof", proof });
		} finally {
			await engine.close();
		}
	} catch (error) {
		if (signal.aborted) post({ type: "stopped" });
		else if (error instanceof Error && error.name === "ServerProblem")
			post({ type: "failed", kind: "problem", message: error.message });
		else
			post({
				type: "failed",
				kind: "bug",
				message: error instanceof Error ? (error.stack ?? error.message) : String(error),
			});
	}
}

const stop = new AbortController();
parentPort?.on("message", (message: ToProver) => {
	if (message.type === "stop") stop.abort();
});
void run(workerData as ProveRequest, stop.signal, (message) => parentPort?.postMessage(message)).finally(() =>
	parentPort?.close(),
);
