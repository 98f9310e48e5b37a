import type * as vscode from "vscode";
import type { DatabaseAnalysis } from "../../core/analyze";
import type { Table } from "../../core/schema/model";
import type { TableTenancy } from "../../core/tenancy/scope";
import { nearestFirst } from "../../core/workspace/paths";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import type { WorkspaceAnalysis } from "../analysis/workspace-analysis";

/** A database of the workspace: its id is unique over all folders and stays the same from one analysis to the next. */
export interface DatabaseEntry {
	readonly id: string;
	readonly label: string;
	readonly folder: FolderAnalysis;
	readonly database: DatabaseAnalysis;
}

/** Which table, as plain data: what commands take as their argument. */
export interface TableRef {
	/** The workspace folder's URI. */
	readonly folder: string;
	readonly database: string;
	/** Qualified key. */
	readonly table: string;
}

export interface TableEntry extends DatabaseEntry {
	readonly key: string;
	readonly table: Table;
	readonly tenancy: TableTenancy;
}

/** All databases, in the order of the folders. With one folder a database's id is its path in it. */
export function databasesOf(workspace: WorkspaceAnalysis): DatabaseEntry[] {
	const { folders } = workspace;
	return folders.flatMap((folder) =>
		(folder.analysis?.databases ?? []).map((database) => {
			const { name } = folder.folder;
			if (folders.length === 1)
				return { id: database.path, label: database.path === "." ? name : database.path, folder, database };
			return {
				id: `${folder.folder.index}:${database.path}`,
				label: database.path === "." ? name : `${name}/${database.path}`,
				folder,
				database,
			};
		}),
	);
}

export function tablesOf(entry: DatabaseEntry): TableEntry[] {
	return [...entry.database.model.tables].flatMap(([key, table]) => {
		const tenancy = entry.database.tenancy.tables.get(key);
		return tenancy ? [{ ...entry, key, table, tenancy }] : [];
	});
}

export function refOf({ folder, database, key }: Pick<TableEntry, "folder" | "database" | "key">): TableRef {
	return { folder: folder.folder.uri.toString(), database: database.path, table: key };
}

/** The table that a reference names now; undefined when an edit has removed it. */
export function findTable(workspace: WorkspaceAnalysis, ref: TableRef): TableEntry | undefined {
	const entry = databasesOf(workspace).find(
		({ folder, database }) => folder.folder.uri.toString() === ref.folder && database.path === ref.database,
	);
	return entry && tablesOf(entry).find(({ key }) => key === ref.table);
}

export function isTableRef(value: unknown): value is TableRef {
	const ref = value as Partial<Record<keyof TableRef, unknown>> | null | undefined;
	return typeof ref?.folder === "string" && typeof ref.database === "string" && typeof ref.table === "string";
}

/** The database that a file belongs to, else the one that lies nearest to it. */
export function databaseFor(workspace: WorkspaceAnalysis, uri: vscode.Uri): DatabaseEntry | undefined {
	const folder = workspace.folderOf(uri);
	const path = folder?.pathOf(uri);
	if (!folder || path === null || path === undefined) return undefined;
	const entries = databasesOf(workspace).filter((entry) => entry.folder === folder);
	return (
		entries.find(({ database }) => database.indexes.has(path)) ??
		nearestFirst(entries, path, ({ database }) => database.path)[0]
	);
}
