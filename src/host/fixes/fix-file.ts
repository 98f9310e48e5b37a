import type { Fix } from "../../core/fix/fix";
import type { DatabaseEntry } from "../adapters/databases";
import { placeSteps } from "./place-steps";

/** What mends all that a file's findings need no decision for; null where that changes another file, or nothing. */
export async function fixFile(entry: DatabaseEntry, path: string): Promise<Fix | null> {
	const { analyzer } = entry.folder;
	if (!analyzer) return null;
	const { fixAll } = await import("../../core/fix/fix-all");
	const { model } = entry.database;
	const { steps } = fixAll(analyzer, entry.database, ({ location, table }) => {
		const own = table === null ? undefined : model.tables.get(table);
		return location.file === path && (own === undefined || own.location.file === path);
	});
	if (steps.length === 0) return null;
	const fix = await placeSteps(entry, { title: "Fix all tenancy problems", steps });
	return fix.newFiles.length === 0 && fix.edits.every(({ file }) => file === path) ? fix : null;
}
