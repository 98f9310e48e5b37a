import * as vscode from "vscode";
import type { AttackResult } from "../../core/prove/proof";

/** Shows the SQL that reproduces an attack, to be read and kept; it is not saved anywhere. In another column than that one. */
export async function openEvidence(attack: AttackResult, besides: vscode.ViewColumn | undefined): Promise<void> {
	const document = await vscode.workspace.openTextDocument({ language: "sql", content: attack.evidence });
	const other = vscode.window.visibleTextEditors.find(
		({ viewColumn }) => viewColumn !== undefined && viewColumn !== besides,
	);
	await vscode.window.showTextDocument(document, { viewColumn: other?.viewColumn ?? vscode.ViewColumn.Beside });
}

/** Shows the page of a rule: what can happen, and what to do. */
export async function openRule(extensionUri: vscode.Uri, rule: string): Promise<void> {
	// A rule's id is a file name of ours; anything else is not asked for.
	if (!/^[a-z][a-z-]*$/.test(rule)) return;
	await vscode.commands.executeCommand(
		"markdown.showPreview",
		vscode.Uri.joinPath(extensionUri, "docs", "rules", `${rule}.md`),
	);
}
