import { automaticRemedy, type ChooseRemedy } from "../../core/fix/fix-all";
import { fixQueries } from "../../core/fix/fix-queries";
import type { Finding } from "../../core/rules/base/rule";
import { LineIndex, placeOf } from "../../core/text/line-index";
import { isRelevantPath } from "../../core/workspace/relevant";
import type { Workspace } from "../load";
import type { Change } from "./apply";

export interface MendedQueries {
	readonly changes: readonly Change[];
	readonly mended: readonly Finding[];
	/** What was asked for and is still there. */
	readonly left: readonly Finding[];
	/** What the program has to do besides, such as to pass one more value. */
	readonly notes: readonly string[];
}

/**
 * Mends the application's queries, for the databases as they will be: else a second run would find more to do, or see that
 * row-level security does by then what a query was changed for.
 *
 * @param schema the changes of the schema that go with it
 * @param wanted which findings are to be mended, by database
 * @param decided also what needs a decision
 */
export function mendQueries(
	{ analyzer, files, configText, queries, show }: Workspace,
	schema: readonly Change[],
	wanted: readonly ((finding: Finding) => boolean)[],
	decided: boolean,
): MendedQueries {
	if (schema.length > 0) {
		const after = new Map([
			...files.map(({ path, text }) => [path, text] as const),
			...schema.map(({ path, after: text }) => [path, text] as const),
		]);
		const relevant = [...after].filter(([path]) => isRelevantPath(path)).sort(([a], [b]) => (a < b ? -1 : 1));
		analyzer.analyze(
			relevant.map(([path, text]) => ({ path, text })),
			configText,
		);
	}
	const isWanted = (finding: Finding) => wanted.some((one) => one(finding));
	const choose: ChooseRemedy = decided ? (finding) => finding.remedies()[0] : automaticRemedy;
	const all = queries.flatMap(({ file }) => {
		const source = files.find(({ path }) => path === file);
		return source ? [{ source, fixed: fixQueries(analyzer, source, isWanted, choose) }] : [];
	});
	return {
		changes: all.flatMap(({ source: { path, text }, fixed }) =>
			fixed.text === text ? [] : [{ path, before: text, after: fixed.text }],
		),
		mended: all.flatMap(({ fixed }) => fixed.mended.map(({ finding }) => finding)),
		left: all.flatMap(({ fixed }) => fixed.left.filter(isWanted)),
		notes: all.flatMap(({ source, fixed }) => {
			const index = new LineIndex(source.text);
			return fixed.mended.flatMap(({ finding, remedy }) => {
				if (remedy.automatic) return [];
				const { line } = placeOf(finding.location, index);
				return [`${show(source.path)}:${line} ${remedy.title}`];
			});
		}),
	};
}
