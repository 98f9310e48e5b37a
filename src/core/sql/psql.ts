/**
 * psql's meta-commands (https://www.postgresql.org/docs/current/app-psql.html): a backslash outside of quotes, up to the
 * end of the line. They never reach the server.
 */

/** Those that send the statement before them, as a semicolon does. */
const ENDING =
	/\\(?:;|g(?:x|desc|exec|set)?(?![a-z])|watch(?![a-z])|crosstabview(?![a-z])|bind(?:_named)?(?![a-z])|parse(?![a-z]))/y;

export function isEndingCommand(text: string, backslash: number): boolean {
	ENDING.lastIndex = backslash;
	return ENDING.test(text);
}

/** Behind the meta-command that begins at `backslash`: at the line's end, or behind the `\;` that only ends a statement. */
export function metaCommandEnd(text: string, backslash: number, limit: number): number {
	if (text[backslash + 1] === ";") return backslash + 2;
	const lineEnd = text.indexOf("\n", backslash);
	return lineEnd < 0 || lineEnd > limit ? limit : lineEnd;
}
