import { factOf } from "../schema/facts";
import { qualified, type SchemaModel, type Table } from "../schema/model";
import { compareText } from "../text/compare";
import { byFrequency } from "../text/most-frequent";
import { ownName } from "./column-prefix";
import { isAuditColumn } from "./logins";
import type { People } from "./people";
import { keyType, type Reference, type References, sameKind } from "./references";
import {
	headNoun,
	isAmbiguousNoun,
	isLedger,
	isReferenceNoun,
	referenceNoun,
	tenantWeight,
	wordsOf,
} from "./vocabulary";

/** A table whose rows are tenants, and the columns by which other tables say so. */
export interface Root {
	/** Qualified key; null where the tenant key stands free, without a table of tenants. */
	readonly table: string | null;
	/** Columns that mean this root, as the tables spell them, the commonest first. */
	readonly columns: readonly string[];
	/** How many tables carry such a column. */
	readonly carriers: number;
	/** How many tables have a policy that reads such a column. */
	readonly policed: number;
	/** What spoke for it, for the reason. */
	readonly evidence: string;
	/** Of a free-standing key: a table that lists the tenants although no foreign key can point at it, by the column that names them. */
	readonly list?: { readonly table: string; readonly column: string };
}

/** What the tables say about a candidate, counted once. */
interface Candidate {
	readonly table: string;
	readonly noun: string;
	readonly weight: number;
	readonly columns: readonly string[];
	/** Tables that carry the column, with the reference. */
	readonly carriers: ReadonlyMap<string, Reference>;
	readonly share: number;
	/** Carriers with a composite key or index that leads with the column, and with a policy that reads it. */
	readonly leading: number;
	readonly policed: number;
	readonly membership: string | null;
	/** People themselves carry it: each login belongs to one row of the candidate. */
	readonly peopleCarry: boolean;
	/** Its own rows name a tenant of another kind, whose table may not be in these files. */
	readonly owned: boolean;
}

/** Tables that can hold tenants' data at all; ledgers and partitions can't, or say it through their parent. */
export function considered(model: SchemaModel): readonly Table[] {
	let tables = consideredOf.get(model);
	if (!tables) {
		tables = [...model.tables.values()].filter(isConsidered);
		consideredOf.set(model, tables);
	}
	return tables;
}

const consideredOf = new WeakMap<SchemaModel, readonly Table[]>();
const isConsidered = factOf((t: Table) => !t.partitionOf && !isLedger(t.name) && t.persistence !== "temporary");

/**
 * Finds the roots: by what references what, how many tables carry the column, keys, policies and members;
 * by name second. The outermost level first. Empty where nothing speaks of tenants.
 */
export function findRoots(model: SchemaModel, references: References, people: People): Root[] {
	const tables = considered(model);
	const candidates = new Map<string, Candidate>();
	// A table of tenants may be created elsewhere: what points at it still says that it is one.
	const external = references.targets.filter((name) => !model.tables.has(name));
	for (const name of [...tables.map(qualified), ...external]) {
		if (references.to(name).length === 0) continue;
		const candidate = weigh(name, model, references, people, tables.length);
		if (candidate.carriers.size > 0) candidates.set(candidate.table, candidate);
	}
	const accepted = new Map<string, Candidate>();
	for (const candidate of candidates.values()) {
		if (people.isPerson(candidate.table)) continue;
		const isHeld = () => reach(candidate.table, references, people) / tables.length >= 0.5;
		if (isTenant(candidate, isHeld)) accepted.set(candidate.table, candidate);
	}
	climb(accepted, candidates, references, people);
	prune(accepted, references, tables.length);
	descend(accepted, candidates, references, people, tables.length);
	return outermostFirst([...accepted.values()], references).map((c) => ({
		table: c.table,
		columns: c.columns,
		carriers: c.carriers.size,
		policed: c.policed,
		evidence: evidenceOf(c, tables.length),
	}));
}

function weigh(name: string, model: SchemaModel, references: References, people: People, total: number): Candidate {
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
		policed: counted.policed,
		membership: people.membershipOf(name),
		peopleCarry: [...carriers.values()].some((carrier) => carrier.notNull && people.isIdentity(carrier.from)),
		owned: isOwned(model.tables.get(name)),
	};
}

/** Whether the table's rows name a tenant of a plain kind. */
function isOwned(table: Table | undefined): boolean {
	return table?.columns.some((c) => tenantWeight(referenceNoun(c.name) ?? "") >= 5) === true;
}

type Counted = Pick<Candidate, "noun" | "weight" | "columns" | "carriers" | "leading" | "policed">;

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
	let policed = 0;
	for (const from of carriers.keys()) {
		const carrier = model.tables.get(from);
		if (!carrier) continue;
		if (leads(carrier, spelled)) leading++;
		if (carrier.policies.some((p) => p.usesColumns.some((c) => spelled.has(c)))) policed++;
	}
	return {
		noun,
		// One column may be called after anything; several tables agreeing on it name the thing.
		weight: Math.max(tenantWeight(noun), carriers.size >= 3 ? tenantWeight(own) : 0),
		columns: byFrequency(spelled),
		carriers,
		leading,
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
function reach(name: string, references: References, people: People): number {
	const found = new Set([name]);
	for (const at of found)
		for (const r of references.to(at)) if (r.declared && r.notNull && !people.isPerson(r.from)) found.add(r.from);
	return found.size - 1;
}

/** What a database without a root has that is most like one, for a person to decide. */
export interface NearRoot {
	readonly table: string;
	readonly column: string;
	/** How many tables have rows that each lead to one of its rows. */
	readonly reached: number;
	readonly total: number;
}

/** A table that is plainly called after a group, with a good part of the schema below it; null where there is none. */
export function nearRoot(model: SchemaModel, references: References, people: People): NearRoot | null {
	const tables = considered(model);
	let best: NearRoot | null = null;
	for (const name of tables.map(qualified)) {
		const { weight, noun, carriers, columns } = weigh(name, model, references, people, tables.length);
		if (weight < 3 || isAmbiguousNoun(noun) || carriers.size < 3 || people.isPerson(name)) continue;
		const reached = reach(name, references, people);
		if (reached >= tables.length / 4 && reached > (best?.reached ?? 0))
			best = { table: name, column: columns[0] as string, reached, total: tables.length };
	}
	return best;
}

/**
 * The judgement: how much structure is asked for depends on how plainly the name speaks.
 * @param isHeld whether half of all tables lead to it, however few carry its column
 */
function isTenant(c: Candidate, isHeld: () => boolean): boolean {
	const n = c.carriers.size;
	const structural = c.membership !== null || c.peopleCarry || c.policed >= 2 || c.policed / n >= 0.5;
	if (isReferenceNoun(c.noun) && c.weight === 0) return false;
	if (c.weight >= 5) return n >= 1 && (c.share >= 0.15 || (n >= 2 && (structural || isHeld())));
	if (isAmbiguousNoun(c.noun)) {
		// An account or a customer may be what the product is about rather than who owns its data.
		// Half of a large schema points at what owns it; an order or a ledger has fewer parts.
		return n >= 2 && ((structural && c.share >= 0.2) || (c.share >= (n >= 15 ? 0.45 : 0.6) && c.leading > 0));
	}
	if (c.weight >= 2) return n >= 2 && ((structural && (c.share >= 0.2 || isHeld())) || (c.share >= 0.5 && n >= 4));
	// Its name says nothing, but every login belongs to one, keys begin with it, and half of all tables lead to it: no list to choose from is so.
	if (c.peopleCarry && n >= 4 && c.leading / n >= 0.5 && isHeld()) return true;
	return n >= 4 && ((structural && c.share >= 0.4) || (!c.owned && c.share >= 0.6 && c.leading / n >= 0.5));
}

/** A root that itself belongs to something tenant-like has that above it: project › organization. */
function climb(
	accepted: Map<string, Candidate>,
	candidates: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
): void {
	const queue = [...accepted.keys()];
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		for (const reference of references.of(name)) {
			const above = candidates.get(reference.target);
			if (!above || accepted.has(above.table) || people.isPerson(above.table)) continue;
			const plain = above.weight >= 3 && !isAmbiguousNoun(above.noun);
			if (
				above.membership !== null
					? above.weight >= 2 || reference.notNull
					: plain && (reference.notNull || above.weight >= 5)
			) {
				accepted.set(above.table, above);
				queue.push(above.table);
			}
		}
	}
}

/** A candidate below another one is a level of its own only where tables rely on it alone. */
function prune(accepted: Map<string, Candidate>, references: References, total: number): void {
	for (const candidate of [...accepted.values()].sort((a, b) => a.carriers.size - b.carriers.size)) {
		const above = references.of(candidate.table).some((r) => {
			const other = accepted.get(r.target);
			return other !== undefined && other !== candidate && !isBelow(other, candidate, references);
		});
		if (above && !standsAlone(candidate, accepted, references, total)) accepted.delete(candidate.table);
	}
}

/** Whether it belongs to the candidate that points back at it, as at an organization's default project. */
function isBelow(other: Candidate, candidate: Candidate, references: References): boolean {
	return (
		other.weight < candidate.weight && references.of(other.table).some((r) => r.notNull && r.target === candidate.table)
	);
}

/** Below a root: a table that others use as their tenant because they carry no column of a level above. */
function descend(
	accepted: Map<string, Candidate>,
	candidates: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
	total: number,
): void {
	for (let grown = true; grown; ) {
		grown = false;
		for (const candidate of candidates.values()) {
			if (accepted.has(candidate.table) || people.isPerson(candidate.table)) continue;
			const below = references
				.of(candidate.table)
				.some(
					(r) => r.notNull && accepted.has(r.target) && accepted.get(r.target)?.carriers.get(candidate.table) === r,
				);
			if (!below && !belowOrPersonal(candidate, accepted, references, people)) continue;
			if (!standsAlone(candidate, accepted, references, total)) continue;
			accepted.set(candidate.table, candidate);
			grown = true;
		}
	}
}

/**
 * What belongs to a group or to a person alone, so that either may be NULL (a site of a team, or of somebody's own): a level
 * where nearly everything in it is found by it, which an ordinary table with children is not.
 */
function belowOrPersonal(
	candidate: Candidate,
	accepted: ReadonlyMap<string, Candidate>,
	references: References,
	people: People,
): boolean {
	const own = references.of(candidate.table).filter((r) => !r.notNull && r.columns.length === 1);
	return (
		candidate.leading / candidate.carriers.size >= 0.5 &&
		own.some((r) => accepted.get(r.target)?.carriers.get(candidate.table) === r) &&
		own.some((r) => people.isPerson(r.target) && !isAuditColumn(r.columns))
	);
}

function standsAlone(
	candidate: Candidate,
	accepted: ReadonlyMap<string, Candidate>,
	references: References,
	total: number,
): boolean {
	const { table } = candidate;
	// That a table also names a level further in says nothing against this one.
	const inner = new Set(
		[...accepted.keys()].filter((name) => references.of(name).some((r) => r.notNull && r.target === table)),
	);
	const others = [...accepted.values()].filter((root) => root.table !== table && !inner.has(root.table));
	let alone = 0;
	for (const from of candidate.carriers.keys()) if (!others.some((root) => root.carriers.has(from))) alone++;
	const members = candidate.membership !== null;
	// Most who point at it may name the tenant themselves; then it is one of the tenant's tables, with children.
	const relied = alone / candidate.carriers.size >= 0.3;
	if (candidate.weight >= 3)
		return (
			(alone >= 3 &&
				relied &&
				!isAmbiguousNoun(candidate.noun) &&
				(candidate.carriers.size >= 6 || candidate.share >= 0.3)) ||
			(members && alone >= 1 && candidate.carriers.size >= 3)
		);
	return alone >= 4 && alone / total >= (candidate.weight >= 2 ? 0.2 : 0.35);
}

function outermostFirst(roots: Candidate[], references: References): Candidate[] {
	const depth = (c: Candidate, seen: ReadonlySet<string>): number => {
		const above = references
			.of(c.table)
			.flatMap((r) => roots.filter((other) => other.table === r.target && !seen.has(other.table)));
		return above.length === 0
			? 0
			: 1 + Math.max(...above.map((other) => depth(other, new Set([...seen, other.table]))));
	};
	return roots
		.map((c) => ({ c, depth: depth(c, new Set([c.table])) }))
		.sort((a, b) => a.depth - b.depth || b.c.carriers.size - a.c.carriers.size || compareText(a.c.table, b.c.table))
		.map(({ c }) => c);
}

function evidenceOf(c: Candidate, total: number): string {
	// Where each table puts its own name before the column's, one of them stands for all.
	const like = c.columns.length > 2 && c.columns.length === c.carriers.size ? " and the like" : "";
	const parts = [`${c.carriers.size} of ${total} tables point at it with \`${c.columns[0]}\`${like}`];
	if (c.peopleCarry) parts.push("every login belongs to one of its rows");
	else if (c.membership) parts.push(`\`${c.membership}\` says which people belong to it`);
	if (c.policed > 0) parts.push(`policies of ${c.policed} tables check that column`);
	return parts.join("; ");
}

/** Whether a column that has no foreign key may mean the root: same kind of type as its key. */
export function fitsRoot(model: SchemaModel, root: Root, type: string): boolean {
	const table = root.table === null ? undefined : model.tables.get(root.table);
	return !table || keyType(table) === "" || sameKind(keyType(table), type, model.types);
}
