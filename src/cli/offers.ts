import type { DatabaseAnalysis } from "../core/analyze";
import { placeFix } from "../core/fix/place";
import type { Finding } from "../core/rules/base/rule";
import { LineIndex, placeOf } from "../core/text/line-index";
import type { Place } from "../core/text/span";
import type { Workspace } from "./load";

/** A change of a file as formats show it: what stands at the place becomes the text. */
export interface Replacement {
	readonly place: Place;
	readonly text: string;
}

/** What mends a finding. */
export interface Offer {
	readonly title: string;
	readonly preferred: boolean;
	/** What it changes in files that are there; null where it writes new ones. Not in JSON, which has no functions. */
	readonly replacements: () => readonly Replacement[] | null;
}

/** What is offered for a finding, the best first. */
export function offersFor({ files, show }: Workspace, database: DatabaseAnalysis, finding: Finding): Offer[] {
	return finding.remedies().map(({ title, steps, edits }, i) => ({
		title,
		preferred: i === 0,
		replacements: () => {
			const fix = placeFix(database, steps, { title, edits, how: "preferred", now: new Date().toISOString(), files });
			if (fix.newFiles.length > 0) return null;
			return fix.edits.map(({ file, span, newText }) => {
				const text = files.find(({ path }) => path === file)?.text ?? "";
				const index = database.indexes.get(file) ?? new LineIndex(text);
				return { place: { ...placeOf({ file, span }, index), file: show(file) }, text: newText };
			});
		},
	}));
}

/** What is offered for a finding in a query: changes of the file that holds it. */
export function offersForQuery({ show }: Workspace, index: LineIndex, finding: Finding): Offer[] {
	return finding.remedies().map(({ title, edits = [] }, i) => ({
		title,
		preferred: i === 0,
		replacements: () =>
			edits.map(({ file, span, newText }) => ({
				place: { ...placeOf({ file, span }, index), file: show(file) },
				text: newText,
			})),
	}));
}
