import * as vscode from "vscode";
import type { DatabaseEntry } from "./databases";

/** True when files may be written; otherwise says why not. */
export async function mayWrite(): Promise<boolean> {
	if (vscode.workspace.isTrusted) return true;
	const trust = vscode.l10n.t("Manage Workspace Trust");
	const answer = await vscode.window.showWarningMessage(
		vscode.l10n.t("This workspace is not trusted, so Tenancy only reads it. Trust it to change files."),
		trust,
	);
	if (answer === trust) await vscode.commands.executeCommand("workbench.trust.manage");
	return false;
}

/** How `tenancy.config.json` names the database: by its path where there are several, not at all where it is the only one. */
export function configDatabase({ folder, database }: Pick<DatabaseEntry, "folder" | "database">): string | null {
	return (folder.analysis?.databases.length ?? 0) > 1 ? database.path : null;
}

/** Null where there is no file: an editor that still shows a deleted one doesn't bring it back, unless it has changes. */
export async function textOf(uri: vscode.Uri): Promise<string | null> {
	const unsaved = vscode.workspace.textDocuments.find(
		(document) => document.isDirty && document.uri.toString() === uri.toString(),
	);
	if (unsaved) return unsaved.getText();
	try {
		await vscode.workspace.fs.stat(uri);
		return (await vscode.workspace.openTextDocument(uri)).getText();
	} catch {
		return null;
	}
}

/** One WorkspaceEdit, so the editor's own undo takes it back too; saved, as it is a setting and not a draft. */
export async function write(uri: vscode.Uri, before: string | null, after: string | null): Promise<boolean> {
	const edit = new vscode.WorkspaceEdit();
	if (after === null) edit.deleteFile(uri, { ignoreIfNotExists: true });
	else if (before === null) edit.createFile(uri, { contents: new TextEncoder().encode(after) });
	else edit.replace(uri, new vscode.Range(0, 0, before.split("\n").length, 0), after);
	if (!(await vscode.workspace.applyEdit(edit))) return false;
	if (after === null || before === null) return true;
	return (await vscode.workspace.openTextDocument(uri)).save();
}
