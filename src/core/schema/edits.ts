import type { SqlFile, Statement } from "../sql/statement";
import { subjectsOf } from "./file-subjects";
import type { Subject } from "./subject";

/** A statement, and what it is about. */
export interface AboutStatement {
	readonly statement: Statement;
	readonly subject: Subject;
}

/** How a file's statements differ from those before. */
export interface Edit {
	/** Those with another text, which stand together in the file, as they were and as they are. */
	readonly before: readonly AboutStatement[];
	readonly after: readonly AboutStatement[];
	/** Those with the same text in another place. */
	readonly moved: readonly AboutStatement[];
}

/** Both files are bounded (`subjectsOf`). */
export function editBetween(before: SqlFile, after: SqlFile): Edit {
	const old = before.statements;
	const now = after.statements;
	let start = 0;
	while (start < old.length && start < now.length && isSameAt(old[start], now[start], true)) start++;
	let end = 0;
	const most = Math.min(old.length, now.length) - start;
	while (end < most && isSameAt(old.at(-1 - end), now.at(-1 - end), false)) end++;
	const isMoved = end > 0 && old.at(-1)?.span.start !== now.at(-1)?.span.start;
	return {
		before: about(before, start, old.length - end),
		after: about(after, start, now.length - end),
		moved: isMoved ? about(after, now.length - end, now.length) : [],
	};
}

function about(file: SqlFile, start: number, end: number): AboutStatement[] {
	const { subjects } = subjectsOf(file);
	return file.statements
		.slice(start, end)
		.map((statement, i) => ({ statement, subject: subjects[start + i] as Subject }));
}

function isSameAt(a: Statement | undefined, b: Statement | undefined, inPlace: boolean): boolean {
	return a?.text === b?.text && (!inPlace || a?.span.start === b?.span.start);
}
