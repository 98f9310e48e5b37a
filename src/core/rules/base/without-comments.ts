/** SQL with a blank in place of each comment, for a look at its words. */
export function withoutComments(sql: string): string {
	return sql.replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
}
