import * as vscode from "vscode";
import { databasesOf, findTable, isTableRef, type TableEntry, tablesOf } from "../adapters/databases";
import { sentenceText } from "../adapters/markdown";
import { scopeIcon, scopeWord } from "../adapters/scope-look";
import type { Services } from "../services";

/**
 * The table that a command is about: its argument (a TableRef, or a tree item that has one in `ref`), else what the
 * person picks. Undefined when they back out or there is no table.
 */
export async function tableFrom(
	services: Services,
	argument: unknown,
	placeHolder: string,
): Promise<TableEntry | undefined> {
	const ref = isTableRef(argument) ? argument : (argument as { ref?: unknown } | undefined)?.ref;
	if (isTableRef(ref)) return findTable(services.workspace, ref);
	return pickTable(services, placeHolder);
}

async function pickTable({ workspace }: Services, placeHolder: string): Promise<TableEntry | undefined> {
	const items = workspace.ensureAll().then(() => {
		const entries = databasesOf(workspace);
		return entries.flatMap((entry) => tablesOf(entry).map((table) => tableItem(table, entries.length > 1)));
	});
	const none = vscode.l10n.t("There is no table in this workspace's SQL.");
	if ((await items).length === 0) {
		void vscode.window.showInformationMessage(none);
		return undefined;
	}
	return (await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true }))
		?.entry;
}

function tableItem(entry: TableEntry, withDatabase: boolean): vscode.QuickPickItem & { readonly entry: TableEntry } {
	const { key, tenancy } = entry;
	const scope = scopeWord(tenancy.scope);
	return {
		label: key,
		description: withDatabase ? `${scope} · ${entry.label}` : scope,
		detail: sentenceText(tenancy.reason),
		iconPath: scopeIcon(tenancy.scope),
		entry,
	};
}
