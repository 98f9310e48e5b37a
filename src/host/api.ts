import * as vscode from "vscode";
import type { Analysis } from "../core/analyze";
import type { TablesView } from "./features/tables-view";
import type { Services } from "./services";

/** What `extensions.getExtension("tenancy.tenancy").exports` gives to other extensions. */
export interface ExtensionApi {
	/**
	 * The analysis of the workspace folder that a file lies in (the first folder where none is given). Waits until it
	 * knows everything typed so far. Null outside of any folder.
	 */
	analysis(uri?: vscode.Uri): Promise<Analysis | null>;
	/** A folder has a new analysis; carries the folder's URI. */
	readonly onDidChangeAnalysis: vscode.Event<vscode.Uri>;
	/** The table tree as the view shows it. */
	readonly tables: TablesView;
}

export function createApi({ workspace, context }: Services, tables: TablesView): ExtensionApi {
	const changed = new vscode.EventEmitter<vscode.Uri>();
	context.subscriptions.push(
		changed,
		workspace.onDidChangeAnalysis((folder) => {
			if (folder.status === "ready") changed.fire(folder.folder.uri);
		}),
	);
	return {
		async analysis(uri) {
			const folder = uri ? workspace.folderOf(uri) : workspace.folders[0];
			return folder ? folder.ensure() : null;
		},
		onDidChangeAnalysis: changed.event,
		tables,
	};
}
