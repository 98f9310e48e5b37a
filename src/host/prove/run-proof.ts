import { Worker } from "node:worker_threads";
import * as vscode from "vscode";
import type { Proof } from "../../core/prove/proof";
import type { FromProver, ProveRequest, ToProver } from "../../protocol/prove";
import type { DatabaseEntry } from "../adapters/databases";

export type ProofProgress = Extract<FromProver, { type: "progress" }>;

/** How long a worker that is told to stop may take to drop its scratch database, in milliseconds. */
const TO_CLEAN_UP = 10_000;

/**
 * Proves in a worker, so that the extension host answers others meanwhile. Cancelling gives null at once.
 * @param url a server's; null for the embedded PostgreSQL
 * @returns null when cancelled
 * @throws Error with a message for the person
 */
export function runProof(
	extensionUri: vscode.Uri,
	{ folder, database }: DatabaseEntry,
	url: string | null,
	token: vscode.CancellationToken,
	onProgress: (progress: ProofProgress) => void,
): Promise<Proof | null> {
	const request: ProveRequest = { files: folder.sources, configText: folder.configText, database: database.path, url };
	const worker = new Worker(vscode.Uri.joinPath(extensionUri, "dist", "prove.js").fsPath, { workerData: request });
	return new Promise<Proof | null>((resolve, reject) => {
		token.onCancellationRequested(() => {
			worker.postMessage({ type: "stop" } satisfies ToProver);
			const late = setTimeout(() => void worker.terminate(), url === null ? 0 : TO_CLEAN_UP);
			worker.once("exit", () => clearTimeout(late));
			resolve(null);
		});
		worker.on("message", (message: FromProver) => {
			switch (message.type) {
				case "progress":
					return onProgress(message);
				case "proof":
					return resolve(message.proof);
				case "stopped":
					return resolve(null);
				case "failed":
					return reject(new Error(message.message));
				default:
					message satisfies never;
			}
		});
		worker.on("error", reject);
		worker.on("exit", (code) =>
			reject(new Error(vscode.l10n.t("The PostgreSQL that was attacked ended before its time (exit code {0}).", code))),
		);
	});
}
