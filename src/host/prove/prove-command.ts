import * as vscode from "vscode";
import type { Proof } from "../../core/prove/proof";
import type { DatabaseEntry } from "../adapters/databases";
import { databaseFrom } from "../commands/pick-database";
import type { Services } from "../services";
import { type ProofProgress, runProof } from "./run-proof";

/** Where the URL of the server is kept, password and all: in VS Code's SecretStorage alone. */
const URL_SECRET = "tenancy.prove.databaseUrl";

/**
 * "Prove Isolation": attacks a database of the workspace in a PostgreSQL of its own, and keeps what came of it.
 * @returns the database whose proof is kept; null where the person backed out or it could not be made
 */
export async function proveIsolation(
	services: Services,
	argument: unknown,
	onServer: boolean,
): Promise<DatabaseEntry | null> {
	if (!vscode.workspace.isTrusted) {
		void vscode.window.showWarningMessage(
			vscode.l10n.t("Proving isolation runs the SQL of this workspace, so it needs a trusted workspace."),
		);
		return null;
	}
	const entry = await databaseFrom(services, argument);
	if (!entry) return null;
	const url = onServer ? await askForServer(services.context.secrets) : null;
	if (url === undefined) return null;
	const proof = await attempt(services, entry, url);
	if (!proof) return null;
	services.proofs.keep(entry, proof);
	return entry;
}

async function attempt({ context, log }: Services, entry: DatabaseEntry, url: string | null): Promise<Proof | null> {
	const title = vscode.l10n.t("Tenancy: proving the isolation of {0}", entry.label);
	try {
		return await vscode.window.withProgress(
			{ location: vscode.ProgressLocation.Notification, title, cancellable: true },
			(progress, token) => {
				let reached = 0;
				return runProof(context.extensionUri, entry, url, token, (report) => {
					const share = shareOf(report);
					progress.report({ message: sentenceFor(report), increment: Math.max(0, share - reached) });
					reached = Math.max(reached, share);
				});
			},
		);
	} catch (error) {
		const message = error instanceof Error ? error.message : String(error);
		log.error(message);
		const again = vscode.l10n.t("Use Another Server…");
		const answer = await vscode.window.showErrorMessage(
			vscode.l10n.t("Tenancy: {0}", message),
			...(url === null ? [] : [again]),
		);
		if (answer === again) {
			await context.secrets.delete(URL_SECRET);
			void vscode.commands.executeCommand("tenancy.proveIsolationOnServer");
		}
		return null;
	}
}

/** Where each stage begins, in percent; attacking takes longest. */
const BEGINS = { start: 0, apply: 5, fill: 20, attack: 35, end: 100 } as const;
const NEXT = { start: "apply", apply: "fill", fill: "attack", attack: "end" } as const;

function shareOf({ stage, done, total }: ProofProgress): number {
	const [from, to] = [BEGINS[stage], BEGINS[NEXT[stage]]];
	return total > 0 ? from + ((to - from) * done) / total : from;
}

function sentenceFor({ stage, what }: ProofProgress): string {
	switch (stage) {
		case "start":
			return vscode.l10n.t("starting PostgreSQL");
		case "apply":
			return vscode.l10n.t("applying the SQL {0}", what);
		case "fill":
			return vscode.l10n.t("filling tables for three tenants {0}", what);
		case "attack":
			return vscode.l10n.t("attacking {0}", what);
		default:
			return stage satisfies never;
	}
}

/** The server's URL: the one that was used before, or another. Undefined where the person backs out. */
async function askForServer(secrets: vscode.SecretStorage): Promise<string | undefined> {
	const saved = await secrets.get(URL_SECRET);
	const url = await vscode.window.showInputBox({
		title: vscode.l10n.t("Prove Isolation on a Server"),
		prompt: vscode.l10n.t(
			"A PostgreSQL server for tests, as postgres://user:password@host/postgres. A scratch database is made there and dropped afterwards; no other is touched. The address is kept in VS Code's secret storage.",
		),
		value: saved ?? "",
		password: true,
		ignoreFocusOut: true,
		validateInput: (text) =>
			/^postgres(ql)?:\/\/\S+$/.test(text.trim())
				? undefined
				: vscode.l10n.t("An address that begins with postgres:// is needed, such as postgres://me@localhost/postgres."),
	});
	if (url === undefined) return undefined;
	await secrets.store(URL_SECRET, url.trim());
	return url.trim();
}
