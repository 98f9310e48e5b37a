/** A condition of a catalog query that asks for nothing but a name. */
export interface NameCondition {
	readonly test: (name: string) => boolean;
	/** What names are to be like, as in `LIKE 'tenant\_%'`; null where it says otherwise which ones it wants. */
	readonly pattern: string | null;
}

/**
 * Reads `name = 'a'`, `name IN ('a', 'b')`, `name = ANY (ARRAY['a'])`, `name LIKE 'a%'` and their negations; null for anything else.
 * @param column a regular expression for the column as the query may write it
 */
export function nameCondition(text: string, column: string): NameCondition | null {
	const match = (rest: string) => new RegExp(String.raw`^${column}\s*${rest}$`, "i").exec(text);
	const like = match(String.raw`\b(not\s+)?like\s+'([^']*)'(?:\s+escape\s+'\\')?`);
	if (like) {
		const [, not, pattern = ""] = like;
		const matches = likeness(pattern);
		return { test: (name) => matches.test(name) === (not === undefined), pattern: not ? null : pattern };
	}
	const list =
		match(String.raw`\b(not\s+)?in\s*\(((?:\s*'[^']*'\s*,?)+)\)`) ??
		match(String.raw`=(\s)?\s*any\s*\(\s*array\s*\[((?:\s*'[^']*'\s*,?)+)\](?:::\w+\[\])?\s*\)`);
	if (list) {
		const isNegated = /\S/.test(list[1] ?? "");
		const names = [...(list[2] ?? "").matchAll(/'([^']*)'/g)].map(([, name]) => name ?? "");
		return { test: (name) => names.includes(name) !== isNegated, pattern: null };
	}
	const equal = match(String.raw`(=|<>|!=)\s*'([^']*)'`);
	return equal ? { test: (name) => (name === equal[2]) === (equal[1] === "="), pattern: null } : null;
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function likeness(pattern: string): RegExp {
	const source = pattern.replace(/\\(.)|[%_]|[^\w\s]/g, (found, escaped: string | undefined) => {
		if (escaped !== undefined) return /\w/.test(escaped) ? escaped : `\\${escaped}`;
		return found === "%" ? ".*" : found === "_" ? "." : `\\${found}`;
	});
	return new RegExp(`^${source}$`, "s");
}
