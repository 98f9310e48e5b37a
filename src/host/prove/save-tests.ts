import * as vscode from "vscode";
import { mayWrite } from "../adapters/config-text";
import { cleanFolder, wrongFolder } from "../adapters/folder-path";
import { databaseFrom } from "../commands/pick-database";
import type { Services } from "../services";
import { writeArtifacts } from "../wizard/write-artifacts";

const DEFAULT_FOLDER = "tests/isolation";

/** "Save Isolation Tests": writes what the last proof can repeat by itself, as scripts that a team runs in its own CI. */
export async function saveIsolationTests(services: Services, argument: unknown): Promise<void> {
	if (!(await mayWrite())) return;
	const entry = await databaseFrom(services, argument);
	if (!entry) return;
	const tests = services.proofs.of(entry)?.proof.tests;
	if (!tests) return offerToProve(entry.label, argument);
	const path = await vscode.window.showInputBox({
		title: vscode.l10n.t("Save Isolation Tests"),
		prompt: vscode.l10n.t("Into which folder of the workspace?"),
		value: DEFAULT_FOLDER,
		ignoreFocusOut: true,
		validateInput: (text) => wrongFolder(text, DEFAULT_FOLDER),
	});
	if (path === undefined) return;
	const folder = vscode.Uri.joinPath(entry.folder.folder.uri, ...cleanFolder(path).split("/"));
	const written = await writeArtifacts(folder, [
		{ path: "isolation.sql", text: tests.plain, purpose: "" },
		{ path: "isolation_pgtap.sql", text: tests.pgtap, purpose: "" },
	]);
	if (written) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder, "isolation.sql"));
}

async function offerToProve(label: string, argument: unknown): Promise<void> {
	const prove = vscode.l10n.t("Prove Isolation");
	const message = vscode.l10n.t(
		"The tests repeat what a proof has tried, and {0} was not proved yet, or has no table with rows of two tenants.",
		label,
	);
	const answer = await vscode.window.showInformationMessage(message, prove);
	if (answer === prove) await vscode.commands.executeCommand("tenancy.proveIsolation", argument);
}
