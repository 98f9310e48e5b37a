import * as vscode from "vscode";
import type { Column } from "../../core/schema/model";
import { qualified } from "../../core/schema/model";
import { type DatabaseEntry, refOf, type TableEntry, tablesOf } from "../adapters/databases";
import { commandLink, escapeMarkdown, tableSummary } from "../adapters/markdown";
import { nameAt } from "../adapters/names";
import { scopeCodicon, scopeWord } from "../adapters/scope-look";
import { SQL_DOCUMENTS } from "../adapters/sql-documents";
import type { Services } from "../services";

/** Whose data the table holds, and why; of a column its type and whether it tells the tenant. */
export function registerHover({ workspace }: Services): vscode.Disposable {
	return vscode.languages.registerHoverProvider(SQL_DOCUMENTS, {
		async provideHover(document, position) {
			const found = await nameAt(workspace, document, position);
			if (!found) return undefined;
			const { entry, name, column, range } = found;
			const table = tablesOf(entry).find(({ key }) => key === name.table);
			if (!table) return new vscode.Hover(viewText(entry, name.table), range);
			return new vscode.Hover(column ? columnText(table, column) : tableText(table), range);
		},
	});
}

function tableText(entry: TableEntry): vscode.MarkdownString {
	return withLinks(tableSummary(entry), entry);
}

function withLinks(text: vscode.MarkdownString, entry: TableEntry): vscode.MarkdownString {
	const links = [commandLink(vscode.l10n.t("Show in diagram"), "tenancy.showInDiagram", refOf(entry))];
	if (vscode.workspace.isTrusted) links.push(commandLink(vscode.l10n.t("Mark…"), "tenancy.markTable", refOf(entry)));
	// Only these two may run from here, whatever the SQL says.
	text.isTrusted = { enabledCommands: ["tenancy.showInDiagram", "tenancy.markTable"] };
	return text.appendMarkdown(`\n\n${links.join(" · ")}`);
}

function columnText(entry: TableEntry, column: Column): vscode.MarkdownString {
	const { key, table, tenancy } = entry;
	const text = new vscode.MarkdownString("", true);
	const nullable = column.notNull ? " NOT NULL" : "";
	const value = column.default === null ? "" : ` DEFAULT ${column.default}`;
	text.appendCodeblock(`${column.name} ${column.type}${nullable}${value}`, "sql");
	const facts: string[] = [];
	if (column.name === tenancy.tenantColumn)
		facts.push(vscode.l10n.t("The tenant column: it says which tenant a row belongs to."));
	if (table.primaryKey?.columns.includes(column.name)) facts.push(vscode.l10n.t("Part of the primary key."));
	for (const foreignKey of table.foreignKeys.filter(({ columns }) => columns.includes(column.name))) {
		facts.push(vscode.l10n.t("References {0}.", qualified(foreignKey.references)));
	}
	if (column.comment !== null) facts.push(column.comment);
	if (facts.length > 0) text.appendMarkdown(`${facts.map(escapeMarkdown).join("\n\n")}\n\n`);
	text.appendMarkdown(`${scopeCodicon(tenancy.scope)} **${scopeWord(tenancy.scope)}** · ${escapeMarkdown(key)}`);
	return withLinks(text, entry);
}

/** A view has no scope of its own: it shows whose rows the tables have that it reads. */
function viewText(entry: DatabaseEntry, key: string): vscode.MarkdownString {
	const text = new vscode.MarkdownString("", true);
	const view = entry.database.model.views.get(key);
	text
		.appendMarkdown(
			`**${view?.kind === "materialized" ? vscode.l10n.t("Materialized view") : vscode.l10n.t("View")}** · `,
		)
		.appendMarkdown(escapeMarkdown(key))
		.appendMarkdown("\n\n");
	for (const read of view?.reads ?? []) {
		const scope = entry.database.tenancy.tables.get(read)?.scope;
		text
			.appendMarkdown("- ")
			.appendMarkdown(escapeMarkdown(read))
			.appendMarkdown(scope ? `: ${scopeCodicon(scope)} ${scopeWord(scope)}\n` : "\n");
	}
	return text;
}
