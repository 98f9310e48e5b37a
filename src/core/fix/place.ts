import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import type { TextEdit } from "../text/edit";
import type { SourceFile } from "../workspace/database";
import { folderOf, joinPath, nameOf } from "../workspace/paths";
import type { Fix } from "./fix";
import { stepsSql } from "./steps";

export interface PlaceOptions {
	readonly title: string;
	readonly edits?: readonly TextEdit[];
	readonly how: "preferred" | "in-place" | "new-migration";
	/** ISO. */
	readonly now: string;
	readonly files: readonly SourceFile[];
}

/** Puts steps where the workspace's tool wants them. */
export function placeFix(database: DatabaseAnalysis, steps: readonly Step[], options: PlaceOptions): Fix {
	const { title, edits, how } = options;
	const last = database.files.at(-1);
	if (!last) return { title, edits: [], newFiles: [], note: null };
	const isDeclarative = database.kind === "declarative" || database.kind === "rails-structure";
	if (how === "in-place" || (how === "preferred" && isDeclarative)) {
		if (edits) return { title, edits, newFiles: [], note: null };
		const byFile = new Map<string, Step[]>();
		for (const step of steps) {
			const file = database.model.tables.get(step.table)?.location.file ?? last.file;
			byFile.set(file, [...(byFile.get(file) ?? []), step]);
		}
		const appended = [...byFile].map(([file, own]): TextEdit => {
			const { text } = database.files.find((each) => each.file === file) ?? last;
			return {
				file,
				span: { start: text.length, end: text.length },
				newText: (text.endsWith("\n") ? "\n" : "\n\n") + stepsSql(own),
			};
		});
		return { title, edits: appended, newFiles: [], note: null };
	}
	const [, digits = "0", , ending = ".sql"] = /^(\d*)(.*?)((?:\.up)?\.sql)$/i.exec(nameOf(last.file)) ?? [];
	const number = String(Number(digits) + 1).padStart(digits.length, "0");
	const slug = title.toLowerCase().replace(/\W+/g, "_");
	const path = joinPath(folderOf(last.file), `${number}_${slug}${ending}`);
	return { title, edits: [], newFiles: [{ path, text: stepsSql(steps) }], note: null };
}
