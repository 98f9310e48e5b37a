import type { Fix } from "../../core/fix/fix";
import { applyEdits } from "../../core/text/edit";
import type { Workspace } from "../load";
import type { Change } from "./apply";

/** What becomes of which file. */
export function changesOf({ files }: Pick<Workspace, "files">, fixes: readonly Fix[]): Change[] {
	const edits = fixes.flatMap((each) => each.edits);
	const edited = [...new Set(edits.map(({ file }) => file))].map((path): Change => {
		const before = files.find((file) => file.path === path)?.text ?? "";
		return {
			path,
			before,
			after: applyEdits(
				before,
				edits.filter(({ file }) => file === path),
			),
		};
	});
	const created = fixes.flatMap(({ newFiles }) =>
		newFiles.map(({ path, text }): Change => ({ path, before: null, after: text })),
	);
	return [...edited, ...created];
}
