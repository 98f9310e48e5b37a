import type { QName } from "../../schema/model";
import type { Location } from "../../text/span";

export type ObjectKind = "extension" | "type" | "sequence" | "function" | "table" | "view";

export interface PrintOptions {
	/** Whether an object is printed; without it all are. The key is that of the model's map. */
	readonly include?: (kind: ObjectKind, key: string) => boolean;
	/**
	 * The schema in which an object is printed, and found by what names it; null where its name stands alone, to be found
	 * through the search path. Without it everything stays where it is.
	 */
	readonly schemaOf?: (object: QName) => string | null;
	/** Row security and policies; printed unless false. */
	readonly policies?: boolean;
	/** GRANTs on tables, views and sequences, whose roles must exist; left out unless true. */
	readonly grants?: boolean;
	/** SQL that takes the place of the search path that functions are pinned to, such as `"tenant", shared`. */
	readonly functionPath?: string;
	/** Whether it begins with SET statements that the rest relies on; it does unless false. */
	readonly session?: boolean;
}

/** Something of the files that what is printed does not have. */
export interface LeftOut {
	/** `the publication live`. */
	readonly what: string;
	/** One sentence. */
	readonly why: string;
	readonly location: Location;
}
