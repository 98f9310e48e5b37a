import type { Ignore } from "../rules/base/ignores";
import type { Query } from "./query";

/** In SQL's comments, and in those of the languages around it. The words must begin the comment. */
const COMMENT = /(?:--|\/\/|#|\/\*|\{\/\*)[ \t]*tenancy-ignore[ \t]+([\w-]+)[^\n]*/g;

/**
 * The comments of a file that silence rules. One covers the next line that is not itself such a comment, and every query that
 * begins there; the call may begin there, and its text further down.
 */
export function queryIgnores(file: string, text: string, queries: readonly Query[]): Ignore[] {
	if (!text.includes("tenancy-ignore")) return [];
	return [...text.matchAll(COMMENT)].map((match): Ignore => {
		const span = { start: match.index, end: match.index + match[0].length };
		let lineEnd = text.indexOf("\n", span.end);
		let from = lineEnd + 1;
		do {
			from = lineEnd + 1;
			lineEnd = from === 0 ? text.length : text.indexOf("\n", from);
			if (lineEnd < 0) lineEnd = text.length;
		} while (lineEnd < text.length && /^\s*(?:(?:--|\/\/|#|\/\*|\*).*)?$/.test(text.slice(from, lineEnd)));
		const begun = queries.filter(
			({ span: { start }, call }) =>
				(start >= span.start && start <= lineEnd) || (call && call.at >= span.start && call.at <= lineEnd),
		);
		return {
			rule: match[1] ?? "",
			location: { file, span },
			until: Math.max(lineEnd, ...begun.map((query) => query.span.end)),
		};
	});
}
