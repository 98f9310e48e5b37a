import type { SchemaModel, Table } from "../schema/model";
import { byFrequency } from "../text/most-frequent";
import { ownName } from "./column-prefix";
import { headsOf } from "./key-heads";
import type { People } from "./people";
import type { Reference, References } from "./references";
import { headNoun, referenceNoun, tenantWeight, wordsOf } from "./vocabulary";

/** What the tables say about a candidate, counted once. */
export interface Candidate {
	readonly table: string;
	readonly noun: string;
	readonly weight: number;
	readonly columns: readonly string[];
	/** Tables that carry the column, with the reference. */
	readonly carriers: ReadonlyMap<string, Reference>;
	readonly share: number;
	/** Carriers with a composite key or index that leads with the column, and with a policy that reads it. */
	readonly leading: number;
	/** How many keys and indexes of several columns begin with it, in all carriers together. */
	readonly heads: number;
	readonly policed: number;
	readonly membership: string | null;
	/** The membership is called after it, and has roles: people share what is in it. */
	readonly areJoined: boolean;
	/** People themselves carry it: each login belongs to one row of the candidate. */
	readonly peopleCarry: boolean;
	/** Its own rows name a tenant of another kind, whose table may not be in these files. */
	readonly owned: boolean;
}

/** @param total how many tables are considered */
export function weigh(
	name: string,
	model: SchemaModel,
	references: References,
	people: People,
	total: number,
): Candidate {
	const counted = countCarriers(name, model, references);
	const { carriers } = counted;
	return {
		table: name,
		noun: counted.noun,
		weight: counted.weight,
		columns: counted.columns,
		carriers,
		share: total > 1 ? carriers.size / (total - 1) : 0,
		leading: counted.leading,
		heads: counted.heads,
		policed: counted.policed,
		membership: people.membershipOf(name),
		areJoined: people.areJoined(name),
		peopleCarry: [...carriers.values()].some((carrier) => carrier.notNull && people.isIdentity(carrier.from)),
		owned: isOwned(model.tables.get(name)),
	};
}

/** Whether the table's rows name a tenant of a plain kind. */
function isOwned(table: Table | undefined): boolean {
	return table?.columns.some((c) => tenantWeight(referenceNoun(c.name) ?? "") >= 5) === true;
}

type Counted = Pick<Candidate, "noun" | "weight" | "columns" | "carriers" | "leading" | "heads" | "policed">;

/** What was counted for each candidate, and of which references: a table that is the same gives the same ones. */
const lastCounted = new WeakMap<Table, { readonly to: readonly Reference[]; readonly counted: Counted }>();

function countCarriers(name: string, model: SchemaModel, references: References): Counted {
	const table = model.tables.get(name);
	const to = references.to(name);
	const last = table && lastCounted.get(table);
	if (last && last.to.length === to.length && last.to.every((reference, i) => reference === to[i])) return last.counted;
	const counted = countAnew(name, table, to, model);
	if (table) lastCounted.set(table, { to, counted });
	return counted;
}

function countAnew(name: string, table: Table | undefined, to: readonly Reference[], model: SchemaModel): Counted {
	const spellings = new Map<string, { reference: Reference; column: string }[]>();
	for (const reference of to) {
		const column = reference.columns.length === 1 ? reference.columns[0] : tenantPart(reference, table);
		if (column === undefined || reference.from === name) continue;
		const key = ownName(model.tables.get(reference.from), column);
		const list = spellings.get(key);
		if (list) list.push({ reference, column });
		else spellings.set(key, [{ reference, column }]);
	}
	const [commonest] = byFrequency(new Map([...spellings].map(([key, list]) => [key, countTables(list)])));
	const carriers = new Map<string, Reference>();
	const spelled = new Map<string, number>();
	const own = commonest ? (referenceNoun(commonest) ?? commonest) : "";
	const full = wordsOf(bareName(name)).join("_");
	for (const [key, list] of spellings) {
		const meant = referenceNoun(key) ?? key;
		if (key !== commonest && meant !== own && meant !== full) continue;
		for (const { reference, column } of list) {
			if (carriers.has(reference.from)) continue;
			carriers.set(reference.from, reference);
			spelled.set(column, (spelled.get(column) ?? 0) + 1);
		}
	}
	const noun = headNoun(table?.name ?? name);
	let leading = 0;
	let heads = 0;
	let policed = 0;
	for (const from of carriers.keys()) {
		const carrier = model.tables.get(from);
		if (!carrier) continue;
		if (leads(carrier, spelled)) leading++;
		for (const column of spelled.keys()) heads += headsOf(carrier, column);
		if (carrier.policies.some((p) => p.usesColumns.some((c) => spelled.has(c)))) policed++;
	}
	return {
		noun,
		// One column may be called after anything; several tables agreeing on it name the thing.
		weight: Math.max(tenantWeight(noun), carriers.size >= 3 ? tenantWeight(own) : 0),
		columns: byFrequency(spelled),
		carriers,
		leading,
		heads,
		policed,
	};
}

/** Of a composite key to a root, the part that is the root's own key. */
function tenantPart(reference: Reference, root: Table | undefined): string | undefined {
	const key = root?.primaryKey?.columns;
	const at = key?.length === 1 ? reference.to.indexOf(key[0] as string) : -1;
	return at < 0 ? undefined : reference.columns[at];
}

function bareName(table: string): string {
	return table.slice(table.indexOf(".") + 1);
}

function countTables(list: readonly { readonly reference: Reference }[]): number {
	return new Set(list.map(({ reference }) => reference.from)).size;
}

function leads(table: Table, columns: ReadonlyMap<string, number>): boolean {
	const first = (key: readonly (string | null)[]) => key.length > 1 && key[0] !== null && columns.has(key[0] as string);
	return (
		(table.primaryKey !== null && first(table.primaryKey.columns)) ||
		table.uniques.some((k) => first(k.columns)) ||
		table.indexes.some((i) => first(i.columns))
	);
}

/** How many tables have rows that each lead to the candidate, over whatever lies between; not over people, who may belong to several. */
export function reach(name: string, references: References, people: People): number {
	const found = new Set([name]);
	for (const at of found)
		for (const r of references.to(at)) if (r.declared && r.notNull && !people.isPerson(r.from)) found.add(r.from);
	return found.size - 1;
}
