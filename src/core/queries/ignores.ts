import { covers, type Ignore } from "../rules/base/ignores";
import type { Location } from "../text/span";
import type { Query } from "./query";

/** In SQL's comments, and in those of the languages around it. The words must begin the comment. */
const COMMENT = /(?:--|\/\/|#|\/\*|\{\/\*)[ \t]*tenancy-ignore[ \t]+([\w-]+)[^\n]*/g;

/**
 * The comments of a file that silence rules. One covers the next line that is not itself such a comment, and every query that
 * begins there; the call may begin there, and its text further down.
 */
export function queryIgnores(file: string, text: string, queries: readonly Query[]): Ignore[] {
	if (!text.includes("tenancy-ignore")) return [];
	const begun = queries
		.flatMap(({ span, call }) => [span.start, call?.at ?? span.start].map((at) => ({ at, end: span.end })))
		.sort((a, b) => a.at - b.at);
	const coveredFrom = coveredLines(text);
	let first = 0;
	return [...text.matchAll(COMMENT)].map((match): Ignore => {
		const span = { start: match.index, end: match.index + match[0].length };
		const lineEnd = coveredFrom(span.end);
		while (first < begun.length && (begun[first] as (typeof begun)[0]).at < span.start) first++;
		let until = lineEnd;
		for (let i = first; i < begun.length && i - first < MOST_COVERED; i++) {
			const { at, end } = begun[i] as (typeof begun)[0];
			if (at > lineEnd) break;
			until = Math.max(until, end);
		}
		return { rule: match[1] ?? "", location: { file, span }, until };
	});
}

/** Tells which of a file's comments silences a rule at a place. */
export function finderOf(ignores: readonly Ignore[]): (rule: string, place: Location) => Ignore | undefined {
	const byRule = new Map<string, Ignore[]>();
	for (const each of ignores) {
		const list = byRule.get(each.rule);
		if (list) list.push(each);
		else byRule.set(each.rule, [each]);
	}
	return (rule, place) => {
		const list = byRule.get(rule) ?? [];
		let low = 0;
		let high = list.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((list[middle] as Ignore).location.span.start <= place.span.start) low = middle + 1;
			else high = middle;
		}
		return list.slice(Math.max(0, low - MOST_ABOVE), low).findLast((each) => covers(each, place));
	};
}

/** Nobody writes more comments of one rule above a line. */
const MOST_ABOVE = 50;

/** No line has the beginnings of more queries. */
const MOST_COVERED = 1_000;

/** Tells where the next line ends that is no comment, and not empty; each line is looked at once. */
function coveredLines(text: string): (from: number) => number {
	/** From each of these offsets on it is the line that ends there. */
	let known = { from: 0, to: -1, lineEnd: 0 };
	return (from) => {
		if (known.from <= from && from < known.to) return known.lineEnd;
		let lineEnd = text.indexOf("\n", from);
		let start = from;
		do {
			start = lineEnd + 1;
			lineEnd = start === 0 ? text.length : text.indexOf("\n", start);
			if (lineEnd < 0) lineEnd = text.length;
		} while (lineEnd < text.length && /^\s*(?:(?:--|\/\/|#|\/\*|\*).*)?$/.test(text.slice(start, lineEnd)));
		// Every comment before that line is about it.
		known = { from, to: start - 1, lineEnd };
		return lineEnd;
	};
}
