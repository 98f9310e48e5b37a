import { qualified, type SchemaModel, type Table } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import { considered } from "./considered";
import { headsOf, leads, leadsSmallDatabase } from "./key-heads";
import { isNotNull, keyType, nounByOwnKey, ownKeyNames, sameKind } from "./references";
import type { Root } from "./roots";
import {
	headNoun,
	isAmbiguousNoun,
	isPlacementColumn,
	referenceNoun,
	snake,
	tenantWeight,
	wordsOf,
} from "./vocabulary";

/** Where a column name occurs that no foreign key explains. */
interface Spread {
	readonly tables: Table[];
	readonly types: Set<string>;
	readonly columns: Map<string, number>;
	bound: number;
	/** Tables that have a key of several columns which begins with it. */
	leading: number;
	/** How many keys and indexes of several columns begin with it. */
	heads: number;
	/** Tables in which it can't be NULL. */
	filled: number;
}

/**
 * A tenant key without a table of tenants: a column that many tables carry, by a policy that compares it to a
 * session setting, by its place at the head of composite keys, or by its name.
 */
export function findFreeKey(model: SchemaModel): Root | null {
	const tables = considered(model);
	const spread = new Map<string, Spread>();
	for (const table of tables) {
		const keyed = new Set(table.foreignKeys.flatMap((k) => k.columns));
		for (const column of table.columns) {
			if (keyed.has(column.name) || isPlacementColumn(column.name)) continue;
			const key = snake(column.name);
			const entry: Spread = spread.get(key) ?? {
				tables: [],
				types: new Set(),
				columns: new Map(),
				bound: 0,
				leading: 0,
				heads: 0,
				filled: 0,
			};
			spread.set(key, entry);
			entry.tables.push(table);
			entry.types.add(column.type);
			entry.columns.set(column.name, (entry.columns.get(column.name) ?? 0) + 1);
			if (table.policies.some((p) => p.usesColumns.includes(column.name) && p.usesSettings.length > 0)) entry.bound++;
			if (leads(table, column.name)) entry.leading++;
			entry.heads += headsOf(table, column.name);
			if (isNotNull(table, column.name)) entry.filled++;
		}
	}
	const keyNames = ownKeyNames(model);
	const listed = new Set(tables.map((table) => wordsOf(table.name).join("_")));
	const heads = new Set(tables.map((table) => headNoun(table.name)));
	let best: { key: string; score: number } | null = null;
	for (const [key, entry] of spread) {
		const count = entry.tables.length;
		// Without the suffix of a key, a noun names a tenant only where keys begin with it.
		const named = nounByOwnKey(key, keyNames)?.noun ?? referenceNoun(key);
		const noun = named ?? (tenantWeight(key) >= (entry.leading >= 3 ? 2 : 5) ? key : "");
		const weight = isAmbiguousNoun(noun) ? tenantWeight(noun) - 2 : tenantWeight(noun);
		const share = count / Math.max(1, tables.length);
		const consistent = [...entry.types].every((type) => sameKind(type, [...entry.types][0] as string, model.types));
		const fits =
			consistent &&
			((entry.bound >= 1 && entry.bound / count >= 0.5) ||
				(weight >= 5 && (count >= 2 ? share >= 0.15 : tables.length <= 3)) ||
				(weight >= 2 && count >= 3 && share >= 0.3) ||
				// Beside commerce such a noun means a tenant where nearly every row has one, keys begin with it, and what it names is kept elsewhere.
				(tenantWeight(noun) >= 2 &&
					count >= 3 &&
					share >= 0.75 &&
					entry.filled === count &&
					entry.heads >= 2 &&
					!heads.has(noun)) ||
				(weight >= 2 && share > 0.5 && leadsSmallDatabase(tables.length, count, entry.leading, entry.heads)) ||
				// A key of a table that is there was weighed as a root, and found to be none.
				(entry.leading >= 3 && entry.leading / tables.length >= 0.5 && (weight > 0 || !listed.has(noun))));
		const score = entry.bound * 10 + entry.leading * 3 + count * (1 + weight);
		if (fits && (best === null || score > best.score)) best = { key, score };
	}
	const entry = best && spread.get(best.key);
	if (!entry) return null;
	const columns = [...entry.columns].sort((a, b) => b[1] - a[1]).map(([name]) => name);
	const type = [...entry.types][0] as string;
	const root = tableOf(best?.key ?? "", type, tables, model.types);
	const list = root ? undefined : listOf(best?.key ?? "", type, tables, model.types);
	const listing = list
		? `\`${list.table}\` lists the tenants, though by a key of its own that no foreign key of theirs can point at`
		: "no table lists the tenants";
	const how =
		entry.bound > 0
			? `policies of ${entry.bound} compare it with a setting of the session`
			: entry.leading > 0
				? `keys of ${entry.leading} begin with it`
				: "its name says so";
	if (root)
		return {
			table: qualified(root),
			columns,
			carriers: entry.tables.length,
			policed: entry.bound,
			evidence: `${entry.tables.length} of ${tables.length} tables name it in \`${columns[0]}\`; ${how}`,
		};
	return {
		table: null,
		columns,
		carriers: entry.tables.length,
		policed: entry.bound,
		evidence: `${entry.tables.length} of ${tables.length} tables carry \`${columns[0]}\`; ${how}; ${listing}`,
		...(list ? { list } : {}),
	};
}

/** What a database without a root names in most of its rows and lists nowhere, for a person to decide. */
export interface NearKey {
	readonly column: string;
	readonly carriers: number;
	readonly total: number;
}

/** A column called after whoever owns rows, without which half of the tables have no row; null where there is none. */
export function nearKey(model: SchemaModel): NearKey | null {
	const tables = considered(model);
	const heads = new Set(tables.map((table) => headNoun(table.name)));
	const counts = new Map<string, number>();
	for (const table of tables) {
		const listed = table.foreignKeys.filter((key) => model.tables.has(qualified(key.references)));
		const keyed = new Set(listed.flatMap((key) => key.columns));
		for (const { name } of table.columns) {
			const noun = referenceNoun(name) ?? "";
			if (tenantWeight(noun) >= 2 && !heads.has(noun) && !keyed.has(name) && isNotNull(table, name))
				counts.set(name, (counts.get(name) ?? 0) + 1);
		}
	}
	const [column = ""] = byFrequency(counts);
	const carriers = counts.get(column) ?? 0;
	return carriers > 0 && carriers >= tables.length / 2 ? { column, carriers, total: tables.length } : null;
}

/** A column that hardly means anything but whom a row belongs to, as the tables spell it, the commonest first, and how many have it. */
export interface PlainKey {
	readonly columns: readonly string[];
	readonly carriers: number;
}

/** The commonest column with so plain a name; null where no table has one. */
export function plainKey(model: SchemaModel): PlainKey | null {
	const spelled = new Map<string, Map<string, number>>();
	for (const table of considered(model))
		for (const { name } of table.columns) {
			const noun = referenceNoun(name) ?? "";
			if (tenantWeight(noun) < 5) continue;
			const counts = spelled.get(noun) ?? new Map<string, number>();
			spelled.set(noun, counts.set(name, (counts.get(name) ?? 0) + 1));
		}
	const sum = (counts: ReadonlyMap<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
	const [noun] = byFrequency(new Map([...spelled].map(([each, counts]) => [each, sum(counts)])));
	const counts = noun === undefined ? undefined : spelled.get(noun);
	return counts ? { columns: byFrequency(counts), carriers: sum(counts) } : null;
}

/** The table of tenants, though too few point at it to find it by that. */
function tableOf(key: string, type: string, tables: readonly Table[], types: SchemaModel["types"]): Table | undefined {
	const noun = referenceNoun(key) ?? wordsOf(key).join("_");
	const called = tables.filter((table) => wordsOf(table.name).join("_") === noun);
	return called.find((table) => table.primaryKey?.columns.length === 1 && sameKind(keyType(table), type, types));
}

/** A table called after the tenants whose key has more columns than their name (`PRIMARY KEY (shard, id)`), or that has none. */
function listOf(key: string, type: string, tables: readonly Table[], types: SchemaModel["types"]): Root["list"] {
	const noun = referenceNoun(key) ?? key;
	for (const table of tables) {
		if (wordsOf(table.name).join("_") !== noun || table.primaryKey?.columns.length === 1) continue;
		const column = table.columns.find((c) => ["id", key].includes(snake(c.name)) && sameKind(c.type, type, types));
		if (column && isNotNull(table, column.name)) return { table: qualified(table), column: column.name };
	}
	return undefined;
}
