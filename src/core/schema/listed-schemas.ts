import type { Body } from "../sql/body";
import type { Catalog } from "./catalog";
import { all, decide, partsBetween, type Verdict } from "./conditions";

/** The schemas that a query lists by their names, as a loop goes through them that does the same to each tenant's. */
export interface ListedSchemas {
	readonly names: readonly string[];
	/** What all of them are called like, as in `LIKE 'tenant\_%'`; null where the query says otherwise which ones it wants. */
	readonly pattern: string | null;
}

const NAME = String.raw`(?:\w+\.)?(?:schema_name|nspname)(?:::\w+)?`;
const QUERY = new RegExp(
	String.raw`^select\s+(?:distinct\s+)?${NAME}(?:\s+as\s+\w+)?\s+from\s+(?:pg_catalog\.|information_schema\.)?(?:schemata|pg_namespace)(?:\s+(?:as\s+)?(?!where\b)\w+)?\s+where\s+([\s\S]*?)(?:\s+order\s+by\s+[\w.\s,]+)?$`,
	"i",
);
const LIKE = new RegExp(String.raw`^${NAME}\s+(not\s+)?like\s+'([^']*)'(?:\s+escape\s+'\\')?$`, "i");
const IN = new RegExp(String.raw`^${NAME}\s+(not\s+)?in\s*\(((?:\s*'[^']*'\s*,?)+)\)$`, "i");
const EQUAL = new RegExp(String.raw`^${NAME}\s*(=|<>|!=)\s*'([^']*)'$`, "i");

/** Schemas that every database has, and that no loop over tenants' wants. */
const SYSTEM = ["pg_catalog", "pg_toast", "information_schema"];

/**
 * What a query on `information_schema.schemata` or `pg_namespace` finds at this point; null where it is another query, asks for
 * more than can be told, or the files create no schema that is called so: then the ones that it is meant for are created elsewhere.
 */
function listedSchemas(catalog: Catalog, query: string): ListedSchemas | null {
	const where = QUERY.exec(
		query
			.trim()
			.replace(/^\(([\s\S]*)\)$/, "$1")
			.trim(),
	)?.[1];
	if (where === undefined) return null;
	const conditions = partsBetween(where, "and").map((text) => conditionOf(catalog, text.trim()));
	const called = ["public", ...SYSTEM, ...catalog.schemas.keys()].filter((name) =>
		conditions.every(({ isOfName, test }) => !isOfName || test(name)),
	);
	if (called.length === 0 || called.some((name) => SYSTEM.includes(name))) return null;
	const verdicts = called.map((name) => all(conditions.map(({ test }) => test(name))));
	if (verdicts.includes(null)) return null;
	const pattern = conditions.find((condition) => condition.pattern)?.pattern ?? null;
	return { names: called.filter((_, index) => verdicts[index]), pattern };
}

/** What is known of the queries that a body's loops go through, by their text. */
export function listedIn(catalog: Catalog, { items }: Body): ReadonlyMap<string, ListedSchemas> {
	const found = new Map<string, ListedSchemas>();
	for (const { kind, condition } of items.flatMap(({ branches }) => branches)) {
		const query = kind === "loop" ? /^\S+\s+in\s+([\s\S]+)$/i.exec(condition)?.[1] : undefined;
		if (query === undefined || found.has(query)) continue;
		const listed = listedSchemas(catalog, query);
		if (listed) found.set(query, listed);
	}
	return found;
}

interface Condition {
	readonly test: (name: string) => Verdict;
	/** Whether it asks for nothing but the schema's name. */
	readonly isOfName: boolean;
	readonly pattern: string | null;
}

function conditionOf(catalog: Catalog, text: string): Condition {
	const ofName = (test: Condition["test"], pattern: string | null = null) => ({ test, isOfName: true, pattern });
	const like = LIKE.exec(text);
	if (like) {
		const [, not, pattern = ""] = like;
		const matches = likeness(pattern);
		return not ? ofName((name) => !matches.test(name)) : ofName((name) => matches.test(name), pattern);
	}
	const list = IN.exec(text);
	if (list) {
		const names = [...(list[2] ?? "").matchAll(/'([^']*)'/g)].map(([, name]) => name ?? "");
		return ofName((name) => names.includes(name) === (list[1] === undefined));
	}
	const equal = EQUAL.exec(text);
	if (equal) return ofName((name) => (name === equal[2]) === (equal[1] === "="));
	// `EXISTS (SELECT … FROM information_schema.tables WHERE table_schema = nspname AND table_name = 'orders')`
	const own = new RegExp(String.raw`(?<=[=(]\s*)${NAME}(?=\s|\))`, "gi");
	const asked = (name: string) => text.replace(own, `'${name.replaceAll("'", "''")}'`);
	return { test: (name) => decide(catalog, asked(name)), isOfName: false, pattern: null };
}

/** https://www.postgresql.org/docs/current/functions-matching.html#FUNCTIONS-LIKE */
function likeness(pattern: string): RegExp {
	const source = pattern.replace(/\\(.)|[%_]|[^\w\s]/g, (found, escaped: string | undefined) => {
		if (escaped !== undefined) return /\w/.test(escaped) ? escaped : `\\${escaped}`;
		return found === "%" ? ".*" : found === "_" ? "." : `\\${found}`;
	});
	return new RegExp(`^${source}$`, "s");
}
