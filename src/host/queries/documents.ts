import * as vscode from "vscode";
import { mayHoldQueries } from "../../core/queries/find";
import { isQuerySource } from "../../core/queries/sources";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import { sizeLimit } from "../analysis/folder-files";

/** Files in which queries are looked for, by the ends of their names; `core/queries/languages` knows the languages. */
export const QUERY_FILES = "**/*.{sql,ts,tsx,mts,cts,js,jsx,mjs,cjs,py,go,rb}";
export const QUERY_DOCUMENTS: vscode.DocumentSelector = { pattern: QUERY_FILES };

/** Whether a document may hold the application's queries: a look at its name, its size and its words, for which nothing is loaded. */
export function isQueryDocument(folder: FolderAnalysis, document: vscode.TextDocument): boolean {
	const path = folder.pathOf(document.uri);
	if (path === null || !isQuerySource(path)) return false;
	if (!vscode.workspace.getConfiguration("tenancy", document).get("queries.enabled", true)) return false;
	if (!vscode.workspace.getConfiguration("tenancy", document).get("diagnostics.enabled", true)) return false;
	const text = document.getText();
	return text.length <= sizeLimit(folder.folder) && mayHoldQueries({ path, text });
}

/** The documents that somebody sees or has in a tab. VS Code holds others too, which it or an extension only looked into. */
export function documentsInTabs(): vscode.TextDocument[] {
	const inTabs = new Set(
		vscode.window.tabGroups.all
			.flatMap(({ tabs }) => tabs)
			.flatMap(({ input }) => {
				if (input instanceof vscode.TabInputText) return input.uri.toString();
				return input instanceof vscode.TabInputTextDiff ? input.modified.toString() : [];
			}),
	);
	return vscode.workspace.textDocuments.filter(({ uri, isClosed }) => !isClosed && inTabs.has(uri.toString()));
}
