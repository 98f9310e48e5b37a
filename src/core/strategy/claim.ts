import type { SourceId } from "./sources";

/** Something that is said, and what it rests on. `code` and **bold** stand in it as in Markdown. */
export interface Claim {
	readonly text: string;
	readonly source: SourceId;
}

/** Text that somebody typed, as plain text: what marks code and bold would else end up in it. */
export function plain(text: string): string {
	return text.replaceAll(/[`*]/g, "'").replaceAll(/\s+/g, " ");
}
