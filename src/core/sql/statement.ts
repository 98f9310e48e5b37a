import type { Node } from "@pgsql/types";
import type { Problem, Span } from "../text/span";
import type { Include } from "../workspace/database";

/**
 * One SQL statement of a file. The tree's `location` fields are UTF-16 offsets
 * relative to `span.start` (converted once, here in `sql/`), so a cached tree
 * serves wherever the same text stands.
 */
export interface Statement {
	/** From the first token to the end of the last, without comments around and without `;`. */
	readonly span: Span;
	readonly text: string;
	/** The single-key node, e.g. `{ CreateStmt: … }`; null where the parser rejected the text. */
	readonly node: Node | null;
	/** The comment lines directly above the statement, markers stripped; used for `@tenancy` and `tenancy-ignore`. */
	readonly leadingComments: readonly Comment[];
}

export interface Comment {
	readonly span: Span;
	readonly text: string;
}

/** A file's text, split and parsed. Never throws for bad SQL: what failed is in `problems`. */
export interface SqlFile {
	readonly file: string;
	readonly text: string;
	readonly statements: readonly Statement[];
	readonly problems: readonly Problem[];
	/** The files that psql runs in the middle of this one; `sessionsOf` puts them there. */
	readonly includes?: readonly Include[];
	/** No migration, but run by hand once they have run. */
	readonly byHand?: true;
}
