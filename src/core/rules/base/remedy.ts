import type { Step } from "../../emit/step";
import type { TextEdit } from "../../text/edit";

/** SQL that mends a finding, wherever it is put: `core/fix` makes a migration or an edit of it. */
export interface Remedy {
	/** In the imperative, as VS Code's lightbulb shows it: "Enable row-level security on orders". */
	readonly title: string;
	/** In the order in which they run. */
	readonly steps: readonly Step[];
	/**
	 * False where it needs a decision: it changes what the application can do, or there is more than one right answer.
	 * Fix-all leaves those alone.
	 */
	readonly automatic: boolean;
	/** The same as changes of the statements themselves, for files that describe the schema. Without it the steps are added there. */
	readonly edits?: readonly TextEdit[];
}

/** Of findings that no rule knows how to mend. One function, so that it can be told from those that make some. */
export const noRemedies = (): readonly Remedy[] => [];
