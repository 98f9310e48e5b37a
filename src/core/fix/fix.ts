import type { TextEdit } from "../text/edit";

/** A change of files that mends something. The host, the command line and the tests apply the same. */
export interface Fix {
	/** In the imperative, as the lightbulb shows it. */
	readonly title: string;
	/** Of files that are there. */
	readonly edits: readonly TextEdit[];
	/** Migrations to come, in the order in which they run. None of the paths is taken. */
	readonly newFiles: readonly { readonly path: string; readonly text: string }[];
	/** What is left to do by hand, in a sentence; null where nothing is. */
	readonly note: string | null;
}
