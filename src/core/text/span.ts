/** A half-open range of UTF-16 code units in a file's text: `text.slice(start, end)`. */
export interface Span {
	readonly start: number;
	readonly end: number;
}

/** A span in a named file. `file` is the path relative to the workspace, with `/`. */
export interface Location {
	readonly file: string;
	readonly span: Span;
}

/** A location as people and the command line's JSON see it; lines and columns are 1-based, columns in UTF-16 units. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
}

/** Something that the user should know about a place in their SQL. */
export interface Problem {
	readonly location: Location;
	readonly message: string;
	/**
	 * `syntax`: PostgreSQL's grammar rejects the statement, it counts as failed.
	 * `dynamic`: it changes the schema in a way that can't be followed by reading.
	 * `unresolved`: it names something that no earlier statement creates.
	 * `unsupported`: understood as SQL, but its effect on the schema isn't modelled.
	 * `config`: a setting that can't be used.
	 */
	readonly kind: "syntax" | "dynamic" | "unresolved" | "unsupported" | "config";
	readonly severity: "error" | "warning" | "info";
}
