import { qualified, type SchemaModel, type Table } from "../schema/model";
import { compareText } from "../text/compare";
import { byFrequency } from "../text/most-frequent";
import { reach, weigh } from "./candidate";
import { considered } from "./considered";
import { nearKey, plainKey } from "./free-key";
import { isOpenList } from "./open-list";
import type { People } from "./people";
import { isNotNull, type References } from "./references";
import { polymorphic } from "./shared";
import { headNoun, isAmbiguousNoun, isPersonNoun, referenceNoun, snake, tenantWeight, wordsOf } from "./vocabulary";

/**
 * What comes nearest to a tenant in a database where nothing was found to be one, as a sentence; "" where nothing does. It is
 * too little to decide by, but whoever knows the product sees at once whether it was missed.
 */
export function nearest(model: SchemaModel, references: References, people: People): string {
	const tables = considered(model);
	const elsewhere = references.targets.filter((name) => !model.tables.has(name));
	const names = [...tables.map(qualified), ...elsewhere];
	// Of several that are called alike, the one that something points at is meant, or the one that is called nothing else.
	const [best] = names
		.flatMap((name) => nearness(name, model.tables.get(name), tables, references, people) ?? [])
		.sort(
			(a, b) =>
				b.score - a.score ||
				Number(b.isFound) - Number(a.isFound) ||
				wordsOf(a.name).length - wordsOf(b.name).length ||
				compareText(a.name, b.name),
		);
	const plain = plainKey(model);
	if (plain && plain.carriers > (best?.carriers ?? 1))
		return ` The nearest to it is \`${plain.columns[0]}\`, which ${plain.carriers} of ${tables.length} tables have: too few to tell. If it names whom the data belongs to, name it under "tenantColumns" in \`tenancy.config.json\`.`;
	if (!best) return "";
	// Which columns point at a root that a person names is only known of those that are called after its primary key.
	const column = best.isFound ? "" : ` and \`${best.column}\` under "tenantColumns"`;
	return ` The nearest to it is \`${best.name}\`, whose rows ${best.carriers} of ${tables.length} tables name (\`${best.column}\`): too few to tell. If its rows are whom the data belongs to, name it under "roots"${column} in \`tenancy.config.json\`.`;
}

/** How near a table comes, which may be created elsewhere; null where it is not called after whoever owns rows, or hardly any table names it. */
function nearness(
	name: string,
	table: Table | undefined,
	tables: readonly Table[],
	references: References,
	people: People,
) {
	const noun = headNoun(table?.name ?? name);
	const weight = tenantWeight(noun);
	if (weight < 3 || isAmbiguousNoun(noun) || people.isPerson(name)) return null;
	const keys = table ? keysOf(table) : [];
	const names = new Set(keys.flatMap((key) => (wordsOf(key)[0] === noun ? [key] : [`${noun}_${key}`])));
	const counts = new Map<string, number>();
	let carriers = 0;
	for (const other of tables) {
		const columns = other.columns.filter((column) => isNamed(column.name, noun, names));
		if (other === table || columns.length === 0) continue;
		carriers++;
		for (const column of columns) counts.set(column.name, (counts.get(column.name) ?? 0) + 1);
	}
	const [column] = byFrequency(counts);
	if (column === undefined || carriers < 2) return null;
	const isFound = references.to(name).some(({ columns }) => columns.length === 1 && columns[0] === column);
	return { name, column, carriers, isFound, score: carriers * weight };
}

function isNamed(column: string, noun: string, names: ReadonlySet<string>): boolean {
	return referenceNoun(column) === noun || names.has(snake(column));
}

/** The columns of which each tells the table's rows apart by itself. */
function keysOf(table: Table): string[] {
	const keys = [table.primaryKey, ...table.uniques, ...table.indexes.filter((i) => i.unique && i.where === null)];
	return keys.flatMap((key) => (key?.columns.length === 1 && key.columns[0] ? [snake(key.columns[0])] : []));
}

/**
 * People whose table is elsewhere, as where another service logs them in, by the column that names them in many tables, as a
 * sentence; "" where no column does.
 */
export function peopleElsewhere(model: SchemaModel, references: References): string {
	const tables = considered(model);
	const counts = new Map<string, number>();
	for (const table of tables) {
		const known = new Set(references.of(qualified(table)).flatMap(({ columns }) => columns));
		for (const { name } of table.columns)
			if (!known.has(name) && isNotNull(table, name) && polymorphic(table)?.id !== name && isCalledPerson(name))
				counts.set(name, (counts.get(name) ?? 0) + 1);
	}
	const [best = ""] = byFrequency(counts);
	const carriers = counts.get(best) ?? 0;
	if (carriers === 0 || carriers * 2 < tables.length) return "";
	return ` But in ${carriers} of ${tables.length} ${tables.length === 1 ? "table" : "tables"} each row names its owner in \`${best}\`, and these files have no table of such owners. If one must not see another's rows, each is a tenant: name that column under "tenantColumns" in \`tenancy.config.json\`.`;
}

/** `user_id`, `clerk_user_id`, `owner_id`. */
function isCalledPerson(column: string): boolean {
	const noun = (referenceNoun(column) ?? "").split("_").at(-1) ?? "";
	return noun === "owner" || isPersonNoun(noun);
}

/** Where a good part of the tables leads to a table of groups that may be customers, or only parts of one: what to do if they are. */
export function ofGroups(model: SchemaModel, references: References, people: People): string {
	const near = nearRoot(model, references, people);
	if (!near) return "";
	if (near.isOpen)
		return ` \`${near.table}\` is called like one, and ${near.reached} of ${near.total} tables lead to it (by \`${near.column}\`), but whoever is signed in sees all its rows, and no login belongs to one: they are taken for what the product is about, as the companies that its owner sells to. If they must not see each other's data, they are the tenants: name \`${near.table}\` under "roots" in \`tenancy.config.json\`.`;
	return ` But ${near.reached} of ${near.total} tables lead to \`${near.table}\` (by \`${near.column}\`). If its rows are customers who must not see each other's data, they are the tenants: name \`${near.table}\` under "roots" in \`tenancy.config.json\`.`;
}

/** What a database without a root has that is most like one, for a person to decide. */
interface NearRoot {
	readonly table: string;
	readonly column: string;
	/** How many tables have rows that each lead to one of its rows. */
	readonly reached: number;
	readonly total: number;
	/** Row-level security shows its rows to all who are signed in. */
	readonly isOpen: boolean;
}

/** A table that is plainly called after a group, or that people join with roles, with a good part of the schema below it; null where there is none. */
function nearRoot(model: SchemaModel, references: References, people: People): NearRoot | null {
	const tables = considered(model);
	let best: NearRoot | null = null;
	for (const name of tables.map(qualified)) {
		const candidate = weigh(name, model, references, people, tables.length);
		const { weight, noun, carriers, columns, areJoined } = candidate;
		if ((weight < 3 && !areJoined) || isAmbiguousNoun(noun) || carriers.size < 3 || people.isPerson(name)) continue;
		const reached = reach(name, references, people);
		if (reached >= tables.length / 4 && reached > (best?.reached ?? 0))
			best = {
				table: name,
				column: columns[0] as string,
				reached,
				total: tables.length,
				isOpen: isOpenList(candidate, model, references, people),
			};
	}
	return best;
}

/** Where most rows name something that another database may list, as a service's own does: what to do if that is the tenant. */
export function ofKey(model: SchemaModel): string {
	const near = nearKey(model);
	if (!near) return "";
	const who = near.total === 1 ? "the one table names" : `${near.carriers} of ${near.total} tables name`;
	return ` But ${who} in \`${near.column}\`, in every row, what no table here lists. If those are customers who must not see each other's data, they are the tenants: name \`${near.column}\` under "tenantColumns" in \`tenancy.config.json\`.`;
}

/** Where files are called after tenants, as those that are run once for each: what to do if they are. */
export function ofFiles(model: SchemaModel): string {
	const file = considered(model)
		.map(({ location }) => location.file)
		.find((path) => /(?<![a-z]|multi[-_ ])tenants?(?![a-z])/i.test(path));
	if (file === undefined) return "";
	return ` But \`${file}\` is called after tenants. If each tenant gets these tables in a schema of its own, say \`"mode": "schema"\` in \`tenancy.config.json\`; in a database of its own, there is nothing to say.`;
}
