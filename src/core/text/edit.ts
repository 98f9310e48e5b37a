import type { Span } from "./span";

/** One replacement in a named file; an empty span inserts. */
export interface TextEdit {
	/** Relative to the workspace, with `/`. */
	readonly file: string;
	/** UTF-16 offsets in the text before any of the edits. */
	readonly span: Span;
	readonly newText: string;
}

/**
 * The text after all edits, whose spans all count in the text as it was. Insertions at the same place keep their order.
 * @throws RangeError when two edits overlap or one lies outside of the text: whoever made them has a bug, and half an edit corrupts a file.
 */
export function applyEdits(text: string, edits: readonly Pick<TextEdit, "span" | "newText">[]): string {
	const inOrder = edits
		.map((edit, order) => ({ ...edit, order }))
		.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end || a.order - b.order);
	let result = "";
	let done = 0;
	for (const { span, newText } of inOrder) {
		if (span.end < span.start || span.end > text.length)
			throw new RangeError(`Edit ${span.start}..${span.end} lies outside of a text of ${text.length} characters`);
		if (span.start < done)
			throw new RangeError(`Edit ${span.start}..${span.end} overlaps the one before it, which ends at ${done}`);
		result += text.slice(done, span.start) + newText;
		done = span.end;
	}
	return result + text.slice(done);
}
