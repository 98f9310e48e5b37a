import { Lexer } from "../text/lexer";
import type { OrderedFile, SourceFile } from "./database";

/** How a tool that keeps both directions in one file marks them: lines, matched from their start. */
export interface Markers {
	readonly up: RegExp;
	readonly down: RegExp;
	/** Whether a file without the first mark runs up to the second. Otherwise what is not marked doesn't run. */
	readonly runsUnmarked: boolean;
}

/** The file with the ranges that run on the way up. Without any mark: all of it. */
export function upParts(file: SourceFile, markers: Markers): OrderedFile {
	const { path, text } = file;
	const marks = marksIn(text, markers);
	if (marks.length === 0) return { path, text };
	const up: { start: number; end: number }[] = [];
	let start = markers.runsUnmarked && !marks.some((mark) => mark.up) ? 0 : -1;
	for (const mark of marks) {
		if (start >= 0 && !mark.up) {
			up.push({ start, end: mark.start });
			start = -1;
		} else if (start < 0 && mark.up) start = mark.end;
	}
	if (start >= 0) up.push({ start, end: text.length });
	return { path, text, up };
}

function marksIn(text: string, { up, down }: Markers): { up: boolean; start: number; end: number }[] {
	const marks: { up: boolean; start: number; end: number }[] = [];
	const line = /^.*$/gm;
	for (let match = line.exec(text); match; match = line.exec(text)) {
		const [content] = match;
		if (content === "") line.lastIndex++;
		if (!content.includes("--")) continue;
		const isUp = up.test(content);
		if (isUp || down.test(content)) marks.push({ up: isUp, start: match.index, end: match.index + content.length });
	}
	// The usual file has one of each, in this order; only then is it sure that none is quoted in a function's body.
	if (
		marks.length <= 1 ||
		(marks.length === 2 && marks[0]?.up && !marks[1]?.up && !text.slice(0, marks[1]?.start).includes("$"))
	)
		return marks;
	const comments = commentStarts(text);
	return marks.filter(
		({ start, end }) => comments === null || comments.some((comment) => start <= comment && comment < end),
	);
}

/** Where comments begin; null where a quote that is never closed makes that unknowable. */
function commentStarts(text: string): number[] | null {
	const starts: number[] = [];
	const lexer = new Lexer(text);
	for (let kind = lexer.next(); kind !== "end"; kind = lexer.next()) {
		if (!lexer.terminated) return null;
		if (kind === "comment") starts.push(lexer.start);
	}
	return starts;
}
