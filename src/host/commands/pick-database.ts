import * as vscode from "vscode";
import { type DatabaseEntry, databaseFor, databasesOf } from "../adapters/databases";
import type { Services } from "../services";

/**
 * The database that a command is about: its argument names one (a TableRef does, too), else the active editor, else the
 * person where there are several. Undefined when they back out or there is none.
 */
export async function databaseFrom({ workspace }: Services, argument: unknown): Promise<DatabaseEntry | undefined> {
	await workspace.ensureAll();
	const entries = databasesOf(workspace).filter(({ database }) => database.model.tables.size > 0);
	const ref = argument as { folder?: unknown; database?: unknown } | null | undefined;
	if (typeof ref?.folder === "string" && typeof ref.database === "string")
		return entries.find(
			({ folder, database }) => folder.folder.uri.toString() === ref.folder && database.path === ref.database,
		);
	const active = vscode.window.activeTextEditor?.document;
	const open = active?.languageId === "sql" ? databaseFor(workspace, active.uri) : undefined;
	if (open || entries.length < 2) {
		if (!open && entries.length === 0)
			void vscode.window.showInformationMessage(vscode.l10n.t("There is no table in this workspace's SQL."));
		return open ?? entries[0];
	}
	const items = entries.map((entry) => ({ label: entry.label, description: entry.database.kind, entry }));
	return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Which database?") }))?.entry;
}
