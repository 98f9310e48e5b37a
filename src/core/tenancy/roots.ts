import { type Column, qualified, type SchemaModel, type Table } from "../schema/model";
import { type Candidate, reach, weigh } from "./candidate";
import { considered } from "./considered";
import { leadsSmallDatabase } from "./key-heads";
import { climb, descend, outermostFirst, prune } from "./levels";
import { isOpenList } from "./open-list";
import type { People } from "./people";
import { isUnique, keyType, type References, sameKind } from "./references";
import { isAmbiguousNoun, isReferenceNoun, snake } from "./vocabulary";

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
	/** Other tables with the very same key, a person's profile beside the login: what points at one of them names the tenant, too. */
	readonly twins?: readonly string[];
}

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
		const held = () => reach(candidate.table, references, people) / tables.length;
		if (!isTenant(candidate, tables.length, held)) continue;
		if (isOpenList(candidate, model, references, people)) continue;
		// Groups of people that have rights and nothing else are no tenants, unless their name or a policy says so.
		if (candidate.weight >= 5 || candidate.policed > 0 || ownsContent(candidate, model, references))
			accepted.set(candidate.table, candidate);
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

/** Whether it has rows that are more than its members and what it is joined with. */
function ownsContent({ carriers, membership }: Candidate, model: SchemaModel, references: References): boolean {
	return [...carriers.keys()].some((from) => {
		const table = model.tables.get(from);
		return table !== undefined && from !== membership && !isJoin(table, references);
	});
}

/** Whether a table's rows only join rows of others: all else in them are their own key, dates and switches. */
function isJoin(table: Table, references: References): boolean {
	const own = references.of(qualified(table));
	const joined = new Set(own.flatMap(({ columns }) => columns));
	const rest = table.columns.filter(({ name }) => !joined.has(name) && !table.primaryKey?.columns.includes(name));
	return own.length >= 2 && rest.every(({ type }) => /^(timestamp|date|boolean)/.test(type));
}

/**
 * The judgement: how much structure is asked for depends on how plainly the name speaks.
 * @param total how many tables are considered
 * @param held the part of all tables that lead to it, however few carry its column
 */
function isTenant(c: Candidate, total: number, held: () => number): boolean {
	const n = c.carriers.size;
	const isHeld = () => held() >= 0.5;
	const structural = c.membership !== null || c.peopleCarry || c.policed >= 2 || c.policed / n >= 0.5;
	if (isReferenceNoun(c.noun) && c.weight === 0) return false;
	if (c.weight >= 5) return n >= 1 && (c.share >= 0.15 || (n >= 2 && (structural || isHeld())));
	if (isAmbiguousNoun(c.noun)) {
		// An account or a customer may be what the product is about rather than who owns its data.
		// Half of a large schema points at what owns it; an order or a ledger has fewer parts.
		return n >= 2 && ((structural && c.share >= 0.2) || (c.share >= (n >= 15 ? 0.45 : 0.6) && c.leading > 0));
	}
	if (c.weight >= 2 && n >= total / 2 && leadsSmallDatabase(total, n, c.leading, c.heads)) return true;
	if (c.weight >= 2) return n >= 2 && ((structural && (c.share >= 0.2 || isHeld())) || (c.share >= 0.5 && n >= 4));
	// Its name says nothing, but every login belongs to one, keys begin with it, and half of all tables lead to it: no list to choose from is so.
	if (c.peopleCarry && n >= 4 && c.leading / n >= 0.5 && isHeld()) return true;
	// Beside what each person has alone, drives and boards that people share with roles are the smaller part.
	if (c.areJoined && n >= 4 && c.share >= 0.2 && held() >= 0.25) return true;
	return n >= 4 && ((structural && c.share >= 0.4) || (!c.owned && c.share >= 0.6 && c.leading / n >= 0.5));
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

/** Whether a column that has no foreign key may mean the root: same kind of type as its key, or as what the root itself calls so. */
export function fitsRoot(model: SchemaModel, root: Root, { name, type }: Pick<Column, "name" | "type">): boolean {
	const table = root.table === null ? undefined : model.tables.get(root.table);
	if (!table || keyType(table) === "" || sameKind(keyType(table), type, model.types)) return true;
	return namesakes(table, root).some((own) => snake(own.name) === snake(name) && sameKind(own.type, type, model.types));
}

/** What a root itself calls as others call its key, each tenant with one of its own: `tenants.tenant_id`, a name for outside beside `id`. */
export function namesakes(table: Table, { columns }: Root): readonly Column[] {
	const names = columns.map(snake);
	return table.columns.filter(({ name }) => names.includes(snake(name)) && isUnique(table, [name]));
}
