import type { Row } from "../sql/plpgsql";
import type { Catalog } from "./catalog";
import { partsBetween } from "./conditions";
import { nameCondition } from "./name-condition";

const COLUMN = String.raw`(?:\w+\.)?(\w+)(?:::\w+)?`;
const QUERY =
	/^select\s+(?:distinct\s+)?([\w.:*,\s]+?)\s+from\s+(?:pg_catalog\.)?pg_policies(?:\s+(?:as\s+)?(?!where\b)\w+)?\s+where\s+([\s\S]*?)(?:\s+order\s+by\s+[\w.\s,]+)?$/i;
const ITEM = new RegExp(String.raw`^${COLUMN}(?:\s+(?:as\s+)?(\w+))?$`, "i");
const NAMES = ["schemaname", "tablename", "policyname"] as const;
type Name = (typeof NAMES)[number];

/**
 * The policies that a query on `pg_policies` finds at this point, as what clears tables of all theirs goes through them; null
 * where it is another query, asks for more than names, or names no tables.
 * @param text the statement that holds the query; where a loop around says which table, it names those
 */
export function listedPolicies(catalog: Catalog, query: string, text: string): readonly Row[] | null {
	const [, items = "", where = ""] = QUERY.exec(query) ?? [];
	const columns = columnsOf(items);
	if (columns === null) return null;
	const conditions: { readonly column: Name; readonly test: (name: string) => boolean }[] = [];
	let outer: string | undefined;
	let isListing = false;
	for (const part of partsBetween(where, "and").map((each) => each.trim())) {
		const column = NAMES.find((name) => new RegExp(String.raw`^(?:\w+\.)?${name}\b`, "i").test(part));
		const condition = column && nameCondition(part, String.raw`(?:\w+\.)?${column}(?:::\w+)?`);
		const variable = column === "tablename" ? /=\s*(\w+)(?:::\w+)?$/.exec(part)?.[1] : undefined;
		if (condition) conditions.push({ column, test: condition.test });
		else if (variable !== undefined && outer === undefined) outer = variable.toLowerCase();
		else return null;
		if (column === "tablename") isListing ||= outer !== undefined || !/<>|!=|\bnot\b|\blike\b/i.test(part);
	}
	// Where it goes through whatever tables there are, it depends on names that nothing here says.
	if (!isListing) return null;
	const named = new Set([...(outer === undefined ? query : text).matchAll(/'([^']*)'/g)].map(([, name = ""]) => name));
	for (const name of named) catalog.reach(name);
	const tables = [...catalog.tables].filter(({ name }) => named.has(name));
	if (outer !== undefined && tables.length === 0) return null;
	return tables.flatMap((table) =>
		table.policies.flatMap((policy): Row[] => {
			const found = { schemaname: table.schema, tablename: table.name, policyname: policy.name };
			if (!conditions.every(({ column, test }) => test(found[column]))) return [];
			const row = new Map(columns.map(({ name, column }) => [name, found[column]]));
			return [outer === undefined ? { columns: row } : { columns: row, only: { variable: outer, value: table.name } }];
		}),
	);
}

/** The columns of the SELECT list by what they are called there; null where it holds anything else. */
function columnsOf(items: string): { readonly name: string; readonly column: Name }[] | null {
	if (items.trim() === "*") return NAMES.map((column) => ({ name: column, column }));
	const columns = items.split(",").map((item) => {
		const [, own = "", name = own] = ITEM.exec(item.trim()) ?? [];
		const column = NAMES.find((each) => each === own.toLowerCase());
		return column ? { name: name.toLowerCase(), column } : null;
	});
	return columns.every((column) => column !== null) ? columns : null;
}
