import type { Span } from "../text/span";
import type { Comment } from "./statement";

/**
 * The comments that speak of the statement at `statementStart`: those directly above it or on its line, with no blank
 * line between them and it. A comment behind the statement before, on that one's last line, isn't among them.
 * @param comments all since the statement before, in order
 */
export function commentsAbove(text: string, comments: readonly Span[], statementStart: number): Comment[] {
	const above: Comment[] = [];
	let next = statementStart;
	for (let index = comments.length - 1; index >= 0; index--) {
		const span = comments[index] as Span;
		if (isBlankLineIn(text, span.end, next) || isBehindStatement(text, span.start)) break;
		above.unshift({ span, text: stripMarkers(text.slice(span.start, span.end)) });
		next = span.start;
	}
	return above;
}

function isBlankLineIn(text: string, start: number, end: number): boolean {
	return /\n[ \t\r]*\n/.test(text.slice(start, end));
}

function isBehindStatement(text: string, start: number): boolean {
	const lineStart = text.lastIndexOf("\n", start - 1) + 1;
	return text.slice(lineStart, start).includes(";");
}

/** `-- a` and `/* a *\/` become `a`; a block's lines lose the stars that begin them. */
function stripMarkers(comment: string): string {
	if (comment.startsWith("--")) return comment.slice(2).trim();
	return comment
		.slice(2, comment.endsWith("*/") ? -2 : undefined)
		.split("\n")
		.map((line) => line.trim().replace(/^\*+ ?/, ""))
		.join("\n")
		.trim();
}
