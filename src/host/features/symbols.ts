import * as vscode from "vscode";
import type { OutlineItem, OutlineKind } from "../../core/sql/outline";
import { databasesOf } from "../adapters/databases";
import { locationOf } from "../adapters/ranges";
import { scopeWord } from "../adapters/scope-look";
import { SQL_DOCUMENTS } from "../adapters/sql-documents";
import type { Services } from "../services";

const KINDS: Readonly<Record<OutlineKind, vscode.SymbolKind>> = {
	schema: vscode.SymbolKind.Namespace,
	table: vscode.SymbolKind.Class,
	column: vscode.SymbolKind.Field,
	constraint: vscode.SymbolKind.Key,
	view: vscode.SymbolKind.Interface,
	function: vscode.SymbolKind.Function,
	policy: vscode.SymbolKind.Property,
	trigger: vscode.SymbolKind.Event,
	index: vscode.SymbolKind.Key,
	type: vscode.SymbolKind.Enum,
	sequence: vscode.SymbolKind.Number,
	role: vscode.SymbolKind.Object,
	extension: vscode.SymbolKind.Package,
};

/** The outline of a SQL file, and Go to Symbol in Workspace. */
export function registerSymbols({ workspace }: Services): vscode.Disposable {
	const inDocument: vscode.DocumentSymbolProvider = {
		async provideDocumentSymbols(document) {
			const folder = workspace.folderOf(document.uri);
			await folder?.ensure();
			const file = folder?.read(document);
			if (!file) return [];
			const { outline } = await import("../../core/sql/outline");
			return outline(file).map((item) => toSymbol(document, item));
		},
	};
	const inWorkspace: vscode.WorkspaceSymbolProvider = {
		async provideWorkspaceSymbols(query) {
			await workspace.ensureAll();
			const wanted = [...query.toLowerCase().replace(/\s/g, "")];
			const matches = (name: string) => isSubsequence(wanted, name.toLowerCase());
			return databasesOf(workspace).flatMap(({ folder, database }) => {
				const { tables, views, functions } = database.model;
				const container = (key: string, schema: string) => {
					const scope = database.tenancy.tables.get(key)?.scope;
					return scope ? `${schema} · ${scopeWord(scope)}` : schema;
				};
				const symbols: vscode.SymbolInformation[] = [];
				for (const [key, { schema, name, nameLocation, columns }] of tables) {
					if (matches(name))
						symbols.push(
							new vscode.SymbolInformation(
								name,
								vscode.SymbolKind.Class,
								container(key, schema),
								locationOf(folder, database, nameLocation),
							),
						);
					// Columns are many: they are only offered for something typed.
					for (const column of wanted.length > 1 ? columns : []) {
						if (matches(column.name))
							symbols.push(
								new vscode.SymbolInformation(
									column.name,
									vscode.SymbolKind.Field,
									key,
									locationOf(folder, database, column.nameLocation),
								),
							);
					}
				}
				for (const { schema, name, nameLocation } of views.values())
					if (matches(name))
						symbols.push(
							new vscode.SymbolInformation(
								name,
								vscode.SymbolKind.Interface,
								schema,
								locationOf(folder, database, nameLocation),
							),
						);
				for (const { schema, name, location } of functions.values())
					if (matches(name))
						symbols.push(
							new vscode.SymbolInformation(
								name,
								vscode.SymbolKind.Function,
								schema,
								locationOf(folder, database, location),
							),
						);
				return symbols;
			});
		},
	};
	return vscode.Disposable.from(
		vscode.languages.registerDocumentSymbolProvider(SQL_DOCUMENTS, inDocument, { label: vscode.l10n.t("Tenancy") }),
		vscode.languages.registerWorkspaceSymbolProvider(inWorkspace),
	);
}

function toSymbol(document: vscode.TextDocument, item: OutlineItem): vscode.DocumentSymbol {
	const range = ({ start, end }: { readonly start: number; readonly end: number }) =>
		new vscode.Range(document.positionAt(start), document.positionAt(end));
	const symbol = new vscode.DocumentSymbol(
		item.name || "?",
		item.detail,
		KINDS[item.kind],
		range(item.span),
		range(item.nameSpan),
	);
	symbol.children = item.children.map((child) => toSymbol(document, child));
	return symbol;
}

/** VS Code itself ranks; a provider has to be generous (WorkspaceSymbolProvider's documentation). */
function isSubsequence(wanted: readonly string[], name: string): boolean {
	let at = 0;
	for (const letter of wanted) {
		at = name.indexOf(letter, at) + 1;
		if (at === 0) return false;
	}
	return true;
}
