import type { Step } from "../../core/emit/step";
import type { Fix } from "../../core/fix/fix";
import type { Way } from "../../core/fix/ways";
import type { TextEdit } from "../../core/text/edit";
import type { DatabaseEntry } from "../adapters/databases";

/** Steps as a change of the database's files. The title names a new migration, so it stays in English. */
export async function placeSteps(
	{ folder, database }: Pick<DatabaseEntry, "folder" | "database">,
	what: { readonly title: string; readonly steps: readonly Step[]; readonly edits?: readonly TextEdit[] },
	how: Way | "preferred" = "preferred",
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
