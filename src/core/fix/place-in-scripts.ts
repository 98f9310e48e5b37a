import type { DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import type { SqlFile } from "../sql/statement";
import type { TextEdit } from "../text/edit";
import type { SourceFile } from "../workspace/database";
import { nameOf } from "../workspace/paths";
import { filesOfSteps } from "./file-of-step";
import { partsOf } from "./parts";
import { comment, lineEnd, paragraphs, upScript, withLineEnds } from "./script";

/** Which steps a migration can take, and which stand in the scripts that are run by hand once the migrations have run. */
interface Divided {
	readonly migration: readonly Step[];
	readonly scripts: ReadonlyMap<SqlFile, readonly Step[]>;
}

/**
 * A step that builds on what such a script makes goes to the end of it: where all migrations run one after the other, as for a
 * new database, none of them can take it.
 */
export function divide(database: Pick<DatabaseAnalysis, "files" | "model">, steps: readonly Step[]): Divided {
	if (!database.files.some(({ byHand }) => byHand)) return { migration: steps, scripts: new Map() };
	const places = filesOfSteps(database, steps).map((place) => database.files[place]);
	return {
		migration: steps.filter((_, i) => !places[i]?.byHand),
		scripts: new Map(
			database.files
				.filter((file) => file.byHand && places.includes(file))
				.map((file) => [file, steps.filter((_, i) => places[i] === file)]),
		),
	};
}

/** Adds steps to the end of scripts that are run by hand. */
export function placeInScripts(
	scripts: Divided["scripts"],
	title: string,
	files: readonly SourceFile[],
): { readonly edits: readonly TextEdit[]; readonly note: string | null } {
	const edits = [...scripts].map(([script, steps]): TextEdit => {
		const text = files.find(({ path }) => path === script.file)?.text ?? script.text;
		const blocks = partsOf(steps, "file").flatMap((part) => upScript(part, "session"));
		const added = `${text === "" || text.endsWith("\n") ? "" : "\n"}\n${paragraphs([comment(title), ...blocks])}`;
		const end = { start: text.length, end: text.length };
		return { file: script.file, span: end, newText: withLineEnds(added, lineEnd(text)) };
	});
	if (edits.length === 0) return { edits, note: null };
	const names = edits.map(({ file }) => `\`${nameOf(file)}\``).join(" and ");
	return {
		edits,
		note: `What was added to ${names} has to be run by hand, once the migrations have run: it changes what was made there.`,
	};
}
