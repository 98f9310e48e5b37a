import type { Body } from "../sql/body";
import type { Row } from "../sql/plpgsql";
import type { Catalog } from "./catalog";
import { all, decide, partsBetween, type Verdict } from "./conditions";
import { listedPolicies } from "./listed-policies";
import { nameCondition } from "./name-condition";

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
/** Schemas that every database has, and that no loop over tenants' wants. */
const SYSTEM = ["pg_catalog", "pg_toast", "information_schema"];

/**
 * What a query on `information_schema.schemata` or `pg_namespace` finds at this point; null where it is another query, asks for
 * more than can be told, or the files create no schema that is called so: then the ones that it is meant for are created elsewhere.
 */
function listedSchemas(catalog: Catalog, query: string): ListedSchemas | null {
	const where = QUERY.exec(query)?.[1];
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

/** What the loops of a body go through, as far as it is known, by the text of their queries. */
export interface Listed {
	readonly schemas: readonly ListedSchemas[];
	readonly rows: ReadonlyMap<string, readonly Row[]>;
}

/** @param text the statement that the body is of */
export function listedIn(catalog: Catalog, { items }: Body, text: string): Listed {
	const schemas: ListedSchemas[] = [];
	const rows = new Map<string, readonly Row[]>();
	for (const { kind, condition } of items.flatMap(({ branches }) => branches)) {
		const query = kind === "loop" ? /^\S+(?:\s*,\s*\S+)*\s+in\s+([\s\S]+)$/i.exec(condition)?.[1] : undefined;
		if (query === undefined || rows.has(query)) continue;
		const bare = query
			.trim()
			.replace(/^\(([\s\S]*)\)$/, "$1")
			.trim();
		const listed = listedSchemas(catalog, bare);
		if (listed) schemas.push(listed);
		const found =
			listed?.names.map((name): Row => ({ columns: new Map([["", name]]) })) ?? listedPolicies(catalog, bare, text);
		if (found) rows.set(query, found);
	}
	return { schemas, rows };
}

interface Condition {
	readonly test: (name: string) => Verdict;
	/** Whether it asks for nothing but the schema's name. */
	readonly isOfName: boolean;
	readonly pattern: string | null;
}

function conditionOf(catalog: Catalog, text: string): Condition {
	const ofName = nameCondition(text, NAME);
	if (ofName) return { ...ofName, isOfName: true };
	// `EXISTS (SELECT … FROM information_schema.tables WHERE table_schema = nspname AND table_name = 'orders')`
	const own = new RegExp(String.raw`(?<=[=(]\s*)${NAME}(?=\s|\))`, "gi");
	const asked = (name: string) => text.replace(own, `'${name.replaceAll("'", "''")}'`);
	return { test: (name) => decide(catalog, asked(name)), isOfName: false, pattern: null };
}
