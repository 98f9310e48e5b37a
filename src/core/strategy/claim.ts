import type { SourceId } from "./sources";

/** Something that is said, and what it rests on. `code` and **bold** stand in it as in Markdown. */
export interface Claim {
	readonly text: string;
	readonly source: SourceId;
}
