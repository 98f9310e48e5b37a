import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { Analysis } from "../../src/core/analyze";
import type { ExtensionApi } from "../../src/host/api";

/** The folder that is open: a copy of examples/leaky. */
export function folder(): vscode.Uri {
	const uri = vscode.workspace.workspaceFolders?.[0]?.uri;
	assert.ok(uri, "a folder is open");
	return uri;
}

export function uriOf(path: string): vscode.Uri {
	return vscode.Uri.joinPath(folder(), path);
}

export function write(path: string, text: string): Thenable<void> {
	return vscode.workspace.fs.writeFile(uriOf(path), new TextEncoder().encode(text));
}

/** A file, or a folder and all in it; nothing where there is none. */
export function remove(path: string): Thenable<void> {
	return vscode.workspace.fs.delete(uriOf(path), { recursive: true }).then(undefined, () => undefined);
}

export function extension(): vscode.Extension<ExtensionApi> {
	const found = vscode.extensions.getExtension<ExtensionApi>("tenancy.tenancy");
	assert.ok(found, "the extension is installed");
	return found;
}

/** The first folder's analysis, with everything that was typed. */
export async function analysis(): Promise<Analysis> {
	const result = await (await extension().activate()).analysis();
	assert.ok(result);
	return result;
}

/** The scope of a table of the only database. */
export async function scopeOf(table: string): Promise<string | undefined> {
	return (await analysis()).databases[0]?.tenancy.tables.get(table)?.scope;
}

export const TICKETS = "migrations/000002_tickets.up.sql";

export async function open(path: string): Promise<vscode.TextDocument> {
	const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder(), path));
	await vscode.window.showTextDocument(document);
	return document;
}

/** Where the nth occurrence of a text begins, plus one: inside the word. */
export function inside(document: vscode.TextDocument, text: string, nth = 1): vscode.Position {
	let offset = -1;
	for (let i = 0; i < nth; i++) offset = document.getText().indexOf(text, offset + 1);
	assert.ok(offset >= 0, `${text} is in the file`);
	return document.positionAt(offset + 1);
}

/** Waits until the check gives something; what VS Code passes on has no other sign. */
export async function eventually<T>(
	check: () => T | undefined | null | false | Promise<T | undefined | null | false>,
	what: string,
): Promise<T> {
	const deadline = Date.now() + 10_000;
	for (;;) {
		const result = await check();
		if (result) return result;
		if (Date.now() > deadline) assert.fail(`not within 10 s: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 25));
	}
}

/** Changes the document without saving. */
export async function type(
	document: vscode.TextDocument,
	at: vscode.Position | vscode.Range,
	text: string,
): Promise<void> {
	const edit = new vscode.WorkspaceEdit();
	edit.replace(document.uri, at instanceof vscode.Range ? at : new vscode.Range(at, at), text);
	assert.ok(await vscode.workspace.applyEdit(edit));
}

/** Throws away what was typed and closes all editors. */
export async function closeEditors(): Promise<void> {
	for (const document of vscode.workspace.textDocuments) {
		if (!document.isDirty || document.isUntitled) continue;
		await vscode.window.showTextDocument(document);
		await vscode.commands.executeCommand("workbench.action.files.revert");
	}
	await vscode.commands.executeCommand("workbench.action.closeAllEditors");
}

/** What a place says, as `file:line text`; the file's name alone. */
export async function said({ uri, range }: vscode.Location): Promise<string> {
	const document = await vscode.workspace.openTextDocument(uri);
	return `${uri.path.split("/").at(-1)}:${range.start.line + 1} ${document.getText(range)}`;
}
