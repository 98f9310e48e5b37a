import * as vscode from "vscode";
import type { DatabaseAnalysis } from "../../core/analyze";
import { placeOf } from "../../core/text/line-index";
import type { Location, Place } from "../../core/text/span";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import type { TableEntry } from "./databases";

/** A 1-based place as VS Code counts, from 0. */
export function rangeOf(place: Omit<Place, "file">): vscode.Range {
	return new vscode.Range(place.line - 1, place.column - 1, place.endLine - 1, place.endColumn - 1);
}

/** Where a location of a database's model stands in the workspace. */
export function locationOf(folder: FolderAnalysis, database: DatabaseAnalysis, location: Location): vscode.Location {
	const index = database.indexes.get(location.file);
	if (!index) throw new Error(`No line index for ${location.file}`);
	return new vscode.Location(folder.uriOf(location.file), rangeOf(placeOf(location, index)));
}

/** Where a table's name stands in the statement that is in force. */
export function placeOfTable({ database, table }: Pick<TableEntry, "database" | "table">): Place {
	const index = database.indexes.get(table.nameLocation.file);
	if (!index) throw new Error(`No line index for ${table.nameLocation.file}`);
	return placeOf(table.nameLocation, index);
}
