import assert from "node:assert/strict";
import * as vscode from "vscode";
import { eventually } from "./support";

export const ruleOf = ({ code }: vscode.Diagnostic) => (typeof code === "object" ? code.value : code);

/** Waits until the rule has a problem in the document. */
export async function diagnosticOf(document: vscode.TextDocument, rule: string): Promise<vscode.Diagnostic> {
	return eventually(
		() => vscode.languages.getDiagnostics(document.uri).find((diagnostic) => ruleOf(diagnostic) === rule),
		`a problem of ${rule}`,
	);
}

/** What the lightbulb offers there, with the changes made. */
export function actionsAt(
	document: vscode.TextDocument,
	range: vscode.Range,
	kind = vscode.CodeActionKind.QuickFix,
): Thenable<vscode.CodeAction[]> {
	return vscode.commands.executeCommand("vscode.executeCodeActionProvider", document.uri, range, kind.value, 20);
}

/** Nothing is offered for a text that is not analysed yet: a problem shown may still be that of the text before. */
export async function actionsFor(document: vscode.TextDocument, rule: string): Promise<vscode.CodeAction[]> {
	return eventually(async () => {
		const actions = await actionsAt(document, (await diagnosticOf(document, rule)).range);
		return actions.length > 0 && actions;
	}, `something is offered for ${rule}`);
}

export function named(actions: readonly vscode.CodeAction[], title: RegExp): vscode.CodeAction {
	const action = actions.find((one) => title.test(one.title));
	assert.ok(action, `${title} is among ${actions.map((one) => one.title).join(", ")}`);
	return action;
}

/** As VS Code does it for whoever chooses the action. */
export async function choose({ edit, command }: vscode.CodeAction): Promise<void> {
	if (edit) assert.ok(await vscode.workspace.applyEdit(edit));
	if (command) await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
}
