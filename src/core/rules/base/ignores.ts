import type { SqlFile } from "../../sql/statement";
import type { Location, Problem } from "../../text/span";

/** A comment `-- tenancy-ignore RULE: why` that silences a rule for what follows it. */
export interface Ignore {
	readonly rule: string;
	/** The comment. */
	readonly location: Location;
	/** What it covers: from the comment to the end of the line or statement below it. */
	readonly until: number;
}

const COMMENT = /--[ \t]*tenancy-ignore[ \t]+([\w-]+)[^\n]*/g;

/**
 * The ignores of the files. One that stands directly above a statement covers the whole statement, as people see it;
 * one inside a statement covers the next line.
 */
export function ignoresOf(files: readonly SqlFile[]): Ignore[] {
	return files.flatMap(({ file, text, statements }) => {
		if (!text.includes("tenancy-ignore")) return [];
		return [...text.matchAll(COMMENT)].map((match): Ignore => {
			const span = { start: match.index, end: match.index + match[0].length };
			const below = statements.find(({ leadingComments }) =>
				leadingComments.some((comment) => comment.span.start === span.start),
			);
			const nextLine = text.indexOf("\n", span.end + 1);
			return {
				rule: match[1] ?? "",
				location: { file, span },
				until: below?.span.end ?? (nextLine < 0 ? text.length : nextLine),
			};
		});
	});
}

/** Whether an ignore silences what reading the SQL reported: `sql-dynamic`, `sql-unresolved` and so on. */
export function silences(ignore: Ignore, { kind, location }: Problem): boolean {
	return ignore.rule === `sql-${kind}` && covers(ignore, location);
}

/** Whether the ignore covers a place. */
export function covers({ location, until }: Ignore, place: Location): boolean {
	return place.file === location.file && place.span.start >= location.span.start && place.span.start < until;
}
