import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { Proof } from "../../core/prove/proof";
import type { ProveReport, ProveRequest } from "../../protocol/prove-worker";
import type { DatabaseEntry } from "../adapters/databases";

type Progress = Extract<ProveReport, { type: "progress" }>;

/**
 * Proves in a worker, so that the extension host answers others meanwhile; cancelling ends the worker at once.
 * @param url a server's; null for the embedded PostgreSQL
 * @returns null when cancelled
 * @throws Error with a message for the person
 */
export function runProof(
	extensionUri: vscode.Uri,
	{ folder, database }: DatabaseEntry,
	url: string | null,
	token: vscode.CancellationToken,
	onProgress: (progress: Progress) => void,
): Promise<Proof | null> {
	const request: ProveRequest = { files: folder.sources, config: folder.configText, database: database.path, url };
	const worker = new Worker(vscode.Uri.joinPath(extensionUri, "dist", "prove.js").fsPath, { workerData: request });
	return new Promise<Proof | null>((resolve, reject) => {
		token.onCancellationRequested(() => resolve(null));
		worker.on("message", (report: ProveReport) => {
			if (report.type === "progress") onProgress(report);
			else if (report.type === "done") resolve(report.proof);
			else reject(new Error(report.message));
		});
		worker.on("error", reject);
		worker.on("exit", (code) => reject(new Error(`The prover ended early (exit code ${code}).`)));
	}).finally(() => worker.terminate());
}
