import * as vscode from "vscode";
import { isUnprotected, lacksTenantColumn } from "../../core/tenancy/protection";
import { SCOPES, type Scope } from "../../core/tenancy/scope";
import {
	type DatabaseEntry,
	databasesOf,
	refOf,
	type TableEntry,
	type TableRef,
	tablesOf,
} from "../adapters/databases";
import { sentenceText, tableSummary } from "../adapters/markdown";
import { scopeIcon, scopeMeaning, scopeWord } from "../adapters/scope-look";
import type { Services } from "../services";

export type TablesItem =
	| { readonly type: "database"; readonly entry: DatabaseEntry }
	| {
			readonly type: "scope";
			readonly scope: Scope;
			readonly tables: readonly TableEntry[];
			readonly entry: DatabaseEntry;
	  }
	| { readonly type: "table"; readonly entry: TableEntry; readonly ref: TableRef };

/** Tables by scope; with several databases, those first. */
export class TablesView implements vscode.TreeDataProvider<TablesItem> {
	readonly #changed = new vscode.EventEmitter<undefined>();
	readonly onDidChangeTreeData = this.#changed.event;

	constructor(private readonly services: Services) {}

	refresh(): void {
		this.#changed.fire(undefined);
	}

	async getChildren(item?: TablesItem): Promise<TablesItem[]> {
		if (!item) {
			await this.services.workspace.ensureAll();
			const entries = databasesOf(this.services.workspace).filter(({ database }) => database.model.tables.size > 0);
			return entries.length === 1
				? scopeItems(entries[0] as DatabaseEntry)
				: entries.map((entry) => ({ type: "database", entry }));
		}
		if (item.type === "database") return scopeItems(item.entry);
		if (item.type === "scope") return item.tables.map((entry) => ({ type: "table", entry, ref: refOf(entry) }));
		return [];
	}

	getTreeItem(item: TablesItem): vscode.TreeItem {
		switch (item.type) {
			case "database":
				return databaseItem(item.entry);
			case "scope":
				return scopeItem(item.entry, item.scope, item.tables.length);
			case "table":
				return tableItem(item.entry, item.ref);
		}
	}
}

function scopeItems(entry: DatabaseEntry): TablesItem[] {
	const tables = tablesOf(entry)
		.filter(({ table }) => table.partitionOf === null)
		.sort((a, b) => (a.key < b.key ? -1 : 1));
	return SCOPES.map((scope) => ({
		type: "scope" as const,
		scope,
		entry,
		tables: tables.filter(({ tenancy }) => tenancy.scope === scope),
	})).filter((item) => item.tables.length > 0);
}

function databaseItem({ id, label, database }: DatabaseEntry): vscode.TreeItem {
	const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
	item.id = id;
	item.iconPath = new vscode.ThemeIcon("database");
	item.description = database.kind;
	item.tooltip = sentenceText(database.tenancy.reason);
	item.contextValue = "database";
	return item;
}

function scopeItem({ id }: DatabaseEntry, scope: Scope, count: number): vscode.TreeItem {
	// What needs a person's eye is open; a long list of what is in order is not.
	const open = scope === "unscoped" || scope === "tenant-root" || count <= 12;
	const item = new vscode.TreeItem(
		scopeWord(scope),
		open ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed,
	);
	item.id = `${id}\u0000${scope}`;
	item.iconPath = scopeIcon(scope);
	item.description = String(count);
	item.tooltip = scopeMeaning(scope);
	item.contextValue = "scope";
	item.accessibilityInformation = {
		label: vscode.l10n.t("{0}, {1} tables. {2}", scopeWord(scope), count, scopeMeaning(scope)),
	};
	return item;
}

function tableItem(entry: TableEntry, ref: TableRef): vscode.TreeItem {
	const { id, key, table, tenancy } = entry;
	const item = new vscode.TreeItem(table.schema === "public" ? table.name : key);
	item.id = `${id}\u0000table\u0000${key}`;
	item.iconPath = scopeIcon(tenancy.scope);
	item.description = tenancy.tenantColumn ?? (tenancy.path ?? []).map((step) => step.columns.join(", ")).join(" → ");
	item.tooltip = tableSummary(entry);
	// Words, which conditions in package.json look for.
	item.contextValue = [
		"table",
		...(tenancy.override === "config" ? ["marked"] : []),
		...(isUnprotected(table, tenancy) ? ["unprotected"] : []),
		...(lacksTenantColumn(tenancy, entry.database.tenancy.mode) ? ["lacks-tenant"] : []),
	].join(" ");
	item.command = { command: "tenancy.goToTable", title: vscode.l10n.t("Go to Table"), arguments: [ref] };
	item.accessibilityInformation = {
		label: vscode.l10n.t("{0}, {1}. {2}", key, scopeWord(tenancy.scope), sentenceText(tenancy.reason)),
	};
	return item;
}

/** Registers the view, its badge and the context key that its welcome texts depend on. */
export function registerTablesView(services: Services): {
	readonly view: TablesView;
	readonly disposable: vscode.Disposable;
} {
	const { workspace } = services;
	const view = new TablesView(services);
	const tree = vscode.window.createTreeView("tenancy.tables", { treeDataProvider: view, showCollapseAll: true });
	const update = () => {
		void vscode.commands.executeCommand("setContext", "tenancy.state", stateOf(services));
		const entries = databasesOf(workspace);
		const unscoped = entries.reduce(
			(sum, { database }) => sum + (database.tenancy.mode === "single-tenant" ? 0 : database.diagram.counts.unscoped),
			0,
		);
		tree.badge =
			unscoped > 0
				? { value: unscoped, tooltip: vscode.l10n.t("{0} tables whose tenant nothing names", unscoped) }
				: undefined;
		tree.message = messageOf(services, entries);
		view.refresh();
	};
	update();
	const subscriptions = [tree, workspace.onDidChangeAnalysis(update), workspace.onDidChangeFolders(update)];
	return { view, disposable: vscode.Disposable.from(...subscriptions) };
}

/** The value of the context key `tenancy.state`. */
function stateOf({ workspace }: Services): "none" | "loading" | "failed" | "no-sql" | "no-tables" | "ready" {
	const { folders } = workspace;
	if (folders.length === 0) return "none";
	if (databasesOf(workspace).some(({ database }) => database.model.tables.size > 0)) return "ready";
	if (folders.some(({ status }) => status === "failed")) return "failed";
	if (folders.some(({ status }) => status !== "ready")) return "loading";
	return folders.some((folder) => folder.hasSql) ? "no-tables" : "no-sql";
}

function messageOf({ workspace }: Services, entries: readonly DatabaseEntry[]): string | undefined {
	const [only] = entries;
	if (entries.length === 1 && only?.database.tenancy.mode === "single-tenant")
		return sentenceText(only.database.tenancy.reason);
	const skipped = workspace.folders.reduce((sum, folder) => sum + folder.skipped.length, 0);
	return skipped > 0
		? vscode.l10n.t("{0} files are larger than tenancy.files.maxSizeMB and were not read.", skipped)
		: undefined;
}
