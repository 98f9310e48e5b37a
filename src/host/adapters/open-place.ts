import * as vscode from "vscode";
import type { Place } from "../../core/text/span";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import { rangeOf } from "./ranges";

/**
 * Shows a place in an editor. With `besides`, in another column than that one, which keeps the focus: a column
 * that has the file, else any column with an editor, else a new one.
 */
export async function openPlace(
	folder: FolderAnalysis,
	place: Place,
	besides?: vscode.ViewColumn,
): Promise<vscode.TextEditor> {
	const uri = folder.uriOf(place.file);
	const others = vscode.window.visibleTextEditors.filter(
		(editor) => editor.viewColumn !== undefined && editor.viewColumn !== besides,
	);
	const other = others.find((editor) => editor.document.uri.toString() === uri.toString()) ?? others[0];
	const start = rangeOf(place).start;
	// The name's line, not the whole statement: a selection that long is noise, and the next key would delete it.
	const editor = await vscode.window.showTextDocument(uri, {
		viewColumn: besides === undefined ? vscode.ViewColumn.Active : (other?.viewColumn ?? vscode.ViewColumn.Beside),
		preserveFocus: besides !== undefined,
		preview: true,
		selection: new vscode.Range(start, start),
	});
	editor.revealRange(rangeOf(place), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
	return editor;
}
