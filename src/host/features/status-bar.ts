import * as vscode from "vscode";
import { SCOPES } from "../../core/tenancy/scope";
import { databasesOf } from "../adapters/databases";
import { escapeMarkdown, sentenceMarkdown } from "../adapters/markdown";
import { scopeCodicon, scopeMeaning, scopeWord } from "../adapters/scope-look";
import type { Services } from "../services";

/** How many tables, and how many of them nothing ties to a tenant; a click opens the diagram. There once something was analysed. */
export function registerStatusBar({ workspace }: Services): vscode.Disposable {
	const item = vscode.window.createStatusBarItem("tenancy.counts", vscode.StatusBarAlignment.Left, 10);
	item.name = vscode.l10n.t("Tenancy");
	item.command = "tenancy.openDiagram";
	const update = () => {
		const entries = databasesOf(workspace).filter(({ database }) => database.diagram.tables.length > 0);
		const tables = entries.flatMap(({ database }) => database.diagram.tables);
		if (workspace.folders.some(({ status, analysis }) => status === "loading" && analysis === null)) {
			// No spinning icon: its repaints take a core's time from the analysis where VS Code draws in software.
			item.text = `$(organization) ${vscode.l10n.t("Reading SQL…")}`;
			item.tooltip = vscode.l10n.t("Reading the workspace's SQL");
			item.show();
			return;
		}
		if (tables.length === 0) {
			item.hide();
			return;
		}
		const unscoped = entries.reduce(
			(sum, { database }) => sum + (database.tenancy.mode === "single-tenant" ? 0 : database.diagram.counts.unscoped),
			0,
		);
		const single = entries.every(({ database }) => database.tenancy.mode === "single-tenant");
		const count = tables.length === 1 ? vscode.l10n.t("1 table") : vscode.l10n.t("{0} tables", tables.length);
		item.text = `$(organization) ${single ? vscode.l10n.t("{0}, single-tenant", count) : unscoped > 0 ? vscode.l10n.t("{0}, {1} unscoped", count, unscoped) : count}`;
		const tooltip = new vscode.MarkdownString("", true);
		for (const { label, database } of entries) {
			if (entries.length > 1)
				tooltip.appendMarkdown("**").appendMarkdown(escapeMarkdown(label)).appendMarkdown("**\n\n");
			tooltip.appendMarkdown(sentenceMarkdown(database.tenancy.reason)).appendMarkdown("\n\n");
			for (const scope of SCOPES) {
				const number = database.diagram.counts[scope];
				if (number > 0)
					tooltip.appendMarkdown(`${scopeCodicon(scope)} ${number} ${scopeWord(scope)}: ${scopeMeaning(scope)}\n\n`);
			}
		}
		item.tooltip = tooltip;
		item.show();
	};
	return vscode.Disposable.from(item, workspace.onDidChangeAnalysis(update), workspace.onDidChangeFolders(update));
}
