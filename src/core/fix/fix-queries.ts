import type { Analyzer } from "../analyze";
import type { Remedy } from "../rules/base/remedy";
import type { Finding } from "../rules/base/rule";
import { applyEdits } from "../text/edit";
import type { SourceFile } from "../workspace/database";
import type { ChooseRemedy } from "./fix-all";

/** A file as it is once its queries are mended. */
export interface FixedQueries {
	readonly text: string;
	readonly mended: readonly { readonly finding: Finding; readonly remedy: Remedy }[];
	/** What is wrong in the new text. */
	readonly left: readonly Finding[];
}

/**
 * Mends the queries of a file, one finding after the other: two of one statement may want the same place, or the same parameter.
 * A remedy after which there is as much to mend as before is not taken.
 *
 * @param wanted which findings are to be mended
 */
export function fixQueries(
	analyzer: Pick<Analyzer, "checkQueries">,
	{ path, text: original }: SourceFile,
	wanted: (finding: Finding) => boolean,
	choose: ChooseRemedy,
): FixedQueries {
	const findingsIn = (text: string) => analyzer.checkQueries({ path, text })?.findings ?? [];
	const mendable = (findings: readonly Finding[]) =>
		findings.filter(wanted).flatMap((finding) => {
			const remedy = choose(finding);
			return remedy?.edits && remedy.edits.length > 0 ? [{ finding, remedy, edits: remedy.edits }] : [];
		});
	const mended: FixedQueries["mended"][number][] = [];
	let text = original;
	let left = findingsIn(text);
	for (let passedOver = 0; ; ) {
		const here = mendable(left);
		const next = here[passedOver];
		if (!next) return { text, mended, left };
		const after = applyEdits(text, next.edits);
		const leftThen = findingsIn(after);
		if (mendable(leftThen).length < here.length) {
			text = after;
			left = leftThen;
			mended.push(next);
		} else passedOver++;
	}
}
