import * as vscode from "vscode";
import { nameAt, referencesOf } from "../adapters/names";
import { locationOf } from "../adapters/ranges";
import { SQL_DOCUMENTS } from "../adapters/sql-documents";
import type { Services } from "../services";

/** Go to definition, and find all references, of tables, views and columns. */
export function registerNavigation({ workspace }: Services): vscode.Disposable {
	const definitions: vscode.DefinitionProvider = {
		async provideDefinition(document, position) {
			const found = await nameAt(workspace, document, position);
			if (!found) return undefined;
			const { entry, target, column, range } = found;
			const { uri, range: name } = locationOf(entry.folder, entry.database, (column ?? target).nameLocation);
			const whole = locationOf(entry.folder, entry.database, (column ?? target).location);
			const targetRange = whole.uri.toString() === uri.toString() && whole.range.contains(name) ? whole.range : name;
			return [{ originSelectionRange: range, targetUri: uri, targetRange, targetSelectionRange: name }];
		},
	};
	const references: vscode.ReferenceProvider = {
		async provideReferences(document, position, { includeDeclaration }) {
			const found = await nameAt(workspace, document, position);
			if (!found) return undefined;
			const { entry, target, column } = found;
			const definition = locationOf(entry.folder, entry.database, (column ?? target).nameLocation);
			const all = await referencesOf(found);
			return includeDeclaration
				? [...all]
				: all.filter(
						({ uri, range }) => uri.toString() !== definition.uri.toString() || !range.isEqual(definition.range),
					);
		},
	};
	return vscode.Disposable.from(
		vscode.languages.registerDefinitionProvider(SQL_DOCUMENTS, definitions),
		vscode.languages.registerReferenceProvider(SQL_DOCUMENTS, references),
	);
}
