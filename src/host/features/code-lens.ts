import * as vscode from "vscode";
import { databasesOf, refOf, type TableEntry, tablesOf } from "../adapters/databases";
import { sentenceText } from "../adapters/markdown";
import { locationOf } from "../adapters/ranges";
import { scopeCodicon, scopeWord } from "../adapters/scope-look";
import { SQL_DOCUMENTS } from "../adapters/sql-documents";
import type { Services } from "../services";

/** Above each CREATE TABLE: whose data it holds and why, and who references it. */
class TenancyCodeLens implements vscode.CodeLensProvider {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly onDidChangeCodeLenses = this.#changed.event;

	constructor(private readonly services: Services) {}

	refresh(): void {
		this.#changed.fire();
	}

	async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
		if (!vscode.workspace.getConfiguration("tenancy", document).get("codeLens.enabled", true)) return [];
		const folder = this.services.workspace.folderOf(document.uri);
		await folder?.ensure();
		const path = folder?.pathOf(document.uri);
		if (!folder || !path) return [];
		return databasesOf(this.services.workspace)
			.filter((entry) => entry.folder === folder && entry.database.indexes.has(path))
			.flatMap((entry) => tablesOf(entry))
			.filter(({ table }) => table.location.file === path)
			.flatMap(lensesOf);
	}
}

function lensesOf(entry: TableEntry): vscode.CodeLens[] {
	const { folder, database, table, tenancy, key } = entry;
	const { uri, range } = locationOf(folder, database, table.location);
	const line = new vscode.Range(range.start, range.start);
	const ref = refOf(entry);
	const lenses = [
		new vscode.CodeLens(line, {
			command: "tenancy.showInDiagram",
			title: `${scopeCodicon(tenancy.scope)} ${scopeWord(tenancy.scope)} · ${shortReason(entry)}`,
			tooltip: sentenceText(tenancy.reason),
			arguments: [ref],
		}),
	];
	const references = [...database.model.tables.values()].flatMap((other) =>
		other.foreignKeys
			.filter(({ references: to }) => `${to.schema}.${to.name}` === key)
			.map((foreignKey) => locationOf(folder, database, foreignKey.location)),
	);
	if (references.length > 0) {
		const title =
			references.length === 1
				? vscode.l10n.t("1 foreign key to it")
				: vscode.l10n.t("{0} foreign keys to it", references.length);
		lenses.push(
			new vscode.CodeLens(line, {
				command: "tenancy.showReferences",
				title,
				arguments: [uri, range.start, references],
			}),
		);
	}
	lenses.push(
		new vscode.CodeLens(line, {
			command: "tenancy.markTable",
			title: vscode.l10n.t("Mark…"),
			tooltip: vscode.l10n.t("Say whose data this table holds"),
			arguments: [ref],
		}),
	);
	return lenses;
}

const LONGEST = 90;

/** What decides the scope, on one line. `$(` would be taken for an icon. */
function shortReason({ tenancy }: TableEntry): string {
	const text = evidence(tenancy).replace(/\s+/g, " ").replaceAll("$(", "$ (");
	return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function evidence({ scope, tenantColumn, root, path, reason, override }: TableEntry["tenancy"]): string {
	const short = (key: string) => key.replace(/^public\./, "");
	if (override === null && scope === "tenant-scoped" && tenantColumn !== null)
		return root === null ? tenantColumn : `${tenantColumn} → ${short(root)}`;
	if (override === null && scope === "tenant-derived" && path)
		return path.map(({ columns, references }) => `${columns.join(", ")} → ${short(references)}`).join(", ");
	const sentence = sentenceText(reason);
	return (/^.*?[.;](?=\s|$)/s.exec(sentence)?.[0] ?? sentence).replace(/[.;]$/, "");
}

export function registerCodeLens(services: Services): vscode.Disposable {
	const provider = new TenancyCodeLens(services);
	return vscode.Disposable.from(
		vscode.languages.registerCodeLensProvider(SQL_DOCUMENTS, provider),
		services.workspace.onDidChangeAnalysis(() => provider.refresh()),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration("tenancy.codeLens")) provider.refresh();
		}),
	);
}
