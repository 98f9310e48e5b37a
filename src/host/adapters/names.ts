import * as vscode from "vscode";
import type { DatabaseAnalysis } from "../../core/analyze";
import type { Column, Table, View } from "../../core/schema/model";
import type { NameResolver, ResolvedName } from "../../core/schema/name-resolver";
import type { SqlFile } from "../../core/sql/statement";
import { LineIndex, placeOf } from "../../core/text/line-index";
import type { WorkspaceAnalysis } from "../analysis/workspace-analysis";
import { type DatabaseEntry, databaseFor } from "./databases";
import { rangeOf } from "./ranges";

/** What a name at the cursor stands for. */
export interface NameAtCursor {
	readonly entry: DatabaseEntry;
	readonly file: SqlFile;
	readonly name: ResolvedName;
	readonly range: vscode.Range;
	/** A view has no columns that we know of. */
	readonly target: Table | View;
	readonly column: Column | null;
}

const resolvers = new WeakMap<DatabaseAnalysis, Promise<NameResolver>>();

/** Made once for each analysis of a database, when the first name is asked for. */
export function resolverOf(database: DatabaseAnalysis): Promise<NameResolver> {
	let resolver = resolvers.get(database);
	if (!resolver) {
		resolver = import("../../core/schema/name-resolver").then(
			({ NameResolver: Resolver }) => new Resolver(database.files, database.model),
		);
		resolvers.set(database, resolver);
	}
	return resolver;
}

/** The table or column that is named at a position; null where there is none that the schema knows. */
export async function nameAt(
	workspace: WorkspaceAnalysis,
	document: vscode.TextDocument,
	position: vscode.Position,
): Promise<NameAtCursor | null> {
	const folder = workspace.folderOf(document.uri);
	await folder?.ensure();
	const entry = databaseFor(workspace, document.uri);
	const file = folder?.read(document);
	if (!entry || !file) return null;
	const name = (await resolverOf(entry.database)).nameAt(file, document.offsetAt(position));
	if (!name) return null;
	const { model } = entry.database;
	const table = model.tables.get(name.table);
	const target = table ?? model.views.get(name.table);
	if (!target) return null;
	const { span } = name.location;
	const range = new vscode.Range(document.positionAt(span.start), document.positionAt(span.end));
	return {
		entry,
		file,
		name,
		range,
		target,
		column: table?.columns.find((column) => column.name === name.column) ?? null,
	};
}

/** Every place that names it, in the database's files and in the folder's others. */
export async function referencesOf({ entry, name }: NameAtCursor): Promise<readonly vscode.Location[]> {
	const { folder, database } = entry;
	const others = folder.otherFiles();
	const found = (await resolverOf(database)).references([...database.files, ...others], name.table, name.column);
	const indexes = new Map(database.indexes);
	return found.map(({ location }) => {
		const text = others.find(({ file }) => file === location.file)?.text;
		const index = indexes.get(location.file) ?? new LineIndex(text ?? "");
		indexes.set(location.file, index);
		return new vscode.Location(folder.uriOf(location.file), rangeOf(placeOf(location, index)));
	});
}
