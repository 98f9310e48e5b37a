import type { Step } from "../../core/emit/step";
import type { Fix } from "../../core/fix/fix";
import type { TextEdit } from "../../core/text/edit";
import type { DatabaseEntry } from "../adapters/databases";

export type How = "preferred" | "in-place";

/** Steps as a change of the database's files. The title names a new migration, so it stays in English. */
export async function placeSteps(
	{ folder, database }: Pick<DatabaseEntry, "folder" | "database">,
	what: { readonly title: string; readonly steps: readonly Step[]; readonly edits?: readonly TextEdit[] },
	how: How = "preferred",
): Promise<Fix> {
	const { placeFix } = await import("../../core/fix/place");
	const { title, steps, edits } = what;
	return placeFix(database, steps, {
		title,
		...(edits && { edits }),
		how,
		now: new Date().toISOString(),
		files: folder.sources,
	});
}

/** Whether the database's files describe it as it is to be, and are changed themselves; else fixes are new migrations. */
export function isDescribed({ database }: Pick<DatabaseEntry, "database">): boolean {
	return database.kind === "declarative" || database.kind === "rails-structure";
}
