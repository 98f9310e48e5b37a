import * as vscode from "vscode";
import type { Fix } from "../../core/fix/fix";
import { LineIndex, placeOf } from "../../core/text/line-index";
import type { DatabaseEntry } from "../adapters/databases";
import { rangeOf } from "../adapters/ranges";

/** The edit, or the file that is not as the analysis knew it: the fix's places would be wrong in it. */
export type FixEdit = { readonly edit: vscode.WorkspaceEdit } | { readonly changed: vscode.Uri };

/**
 * A fix as one edit, so that one undo takes it back.
 *
 * @param confirm show it in the Refactor Preview first. Each entry has to be ticked there: VS Code opens the preview only for
 * what needs confirmation, and what does begins without a tick (https://github.com/microsoft/vscode/issues/207578).
 */
export async function fixEdit(
	{ folder, database }: Pick<DatabaseEntry, "folder" | "database">,
	fix: Fix,
	confirm: boolean,
): Promise<FixEdit> {
	const edit = new vscode.WorkspaceEdit();
	const metadata = confirm ? { needsConfirmation: true, label: fix.title } : undefined;
	for (const { file, span, newText } of fix.edits) {
		const uri = folder.uriOf(file);
		// A tool's own list of migrations (`sqitch.plan`, Drizzle's journal) is no SQL of the database.
		const known =
			database.files.find((each) => each.file === file)?.text ?? folder.sources.find(({ path }) => path === file)?.text;
		if (known === undefined || !(await reads(uri, known))) return { changed: uri };
		const index = database.indexes.get(file) ?? new LineIndex(known);
		edit.replace(uri, rangeOf(placeOf({ file, span }, index)), newText, metadata);
	}
	for (const { path, text } of fix.newFiles) {
		const uri = folder.uriOf(path);
		if (await exists(uri)) return { changed: uri };
		edit.createFile(uri, { contents: new TextEncoder().encode(text) }, metadata);
	}
	return { edit };
}

/** Whether the file has that text now, in its editor or on disk. VS Code makes all line ends of a document alike. */
async function reads(uri: vscode.Uri, text: string): Promise<boolean> {
	const now = await vscode.workspace.openTextDocument(uri).then(
		(document) => document.getText(),
		() => null,
	);
	return now !== null && lineFeeds(now) === lineFeeds(text);
}

function lineFeeds(text: string): string {
	return text.replace(/\r\n?/g, "\n");
}

function exists(uri: vscode.Uri): Thenable<boolean> {
	return vscode.workspace.fs.stat(uri).then(
		() => true,
		() => false,
	);
}

/** Says why nothing was done, and has the file read again, so that the next try succeeds. */
export async function refuse({ folder }: Pick<DatabaseEntry, "folder">, changed: vscode.Uri): Promise<void> {
	void vscode.window.showWarningMessage(
		vscode.l10n.t(
			"{0} has changed since it was analysed, so nothing was fixed. Try again.",
			vscode.workspace.asRelativePath(changed),
		),
	);
	await folder.refreshFile(changed);
}
