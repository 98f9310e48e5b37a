import { clusters, type Link } from "./clusters";
import type { DiagramGroup } from "./diagram";

export interface GroupMember {
	readonly id: string;
	readonly schema: string;
	readonly name: string;
}

/** A group that fits one screen with its columns; more than that is a hairball again. */
const LARGEST = 40;
/** Below this a group says little; it joins the group that it is tied to most. */
const SMALLEST = 5;
/** What sharing the first word of a name counts, against 1 for a foreign key to a table that only this one references. */
const NAME_TIE = 0.25;

/**
 * Divides tables into groups that belong together: connected by foreign keys first, by the first word of their names second.
 * A table that many reference (users, files) ties nobody: each key to it counts the less, the more there are.
 * The same input gives the same groups; the largest comes first.
 */
export function groupTables(
	tables: readonly GroupMember[],
	edges: readonly { readonly from: string; readonly to: string }[],
): DiagramGroup[] {
	if (tables.length === 0) return [];
	const position = new Map(tables.map((table, i) => [table.id, i]));
	const links = [...keyLinks(position, edges), ...nameLinks(tables)];
	const nodes = 1 + links.reduce((most, link) => Math.max(most, link.b), tables.length - 1);
	// The nodes that stand for a word are no tables and take no room.
	const sizes = Array.from({ length: nodes }, (_, i) => (i < tables.length ? 1 : 0));
	const found = clusters(sizes, links, LARGEST).slice(0, tables.length);
	const joined = joinSmall(found, links, tables);
	return describe(joined, tables, links);
}

/** One link for each pair of tables with a foreign key, weaker where the referenced table is referenced by many. */
function keyLinks(
	position: ReadonlyMap<string, number>,
	edges: readonly { readonly from: string; readonly to: string }[],
): Link[] {
	const pairs = new Map<string, { a: number; b: number }>();
	const referencing = new Map<number, Set<number>>();
	for (const edge of edges) {
		const [a, b] = [position.get(edge.from), position.get(edge.to)];
		if (a === undefined || b === undefined || a === b) continue;
		pairs.set(`${a} ${b}`, { a, b });
		referencing.set(b, (referencing.get(b) ?? new Set()).add(a));
	}
	return [...pairs.values()].map(({ a, b }) => ({ a, b, weight: 1 / (referencing.get(b)?.size ?? 1) }));
}

/** Tables whose names start alike are tied through a node that stands for the word, so that n names give n links and not n². */
function nameLinks(tables: readonly GroupMember[]): Link[] {
	const words = new Map<string, number[]>();
	tables.forEach((table, i) => {
		const word = `${table.schema} ${firstWord(table.name)}`;
		words.set(word, [...(words.get(word) ?? []), i]);
	});
	const links: Link[] = [];
	let node = tables.length;
	for (const members of words.values()) {
		if (members.length < 2 || members.length > LARGEST) continue;
		for (const member of members) links.push({ a: member, b: node, weight: NAME_TIE });
		node++;
	}
	return links;
}

function firstWord(name: string): string {
	const [word = name] = name.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter(Boolean);
	return word.toLowerCase();
}

/** Small groups join the one that they are tied to most; those tied to none are collected by schema, and where a schema has too few, across schemas. */
function joinSmall(found: readonly number[], links: readonly Link[], tables: readonly GroupMember[]): string[] {
	const group = found.map(String);
	const members = new Map<string, number[]>();
	group.forEach((id, i) => {
		members.set(id, [...(members.get(id) ?? []), i]);
	});
	const move = (from: string, to: string) => {
		const list = members.get(from) ?? [];
		for (const i of list) group[i] = to;
		members.set(to, [...(members.get(to) ?? []), ...list]);
		members.delete(from);
	};
	const neighbours = tableLinks(links, tables.length);
	const small = [...members.keys()].filter((id) => (members.get(id)?.length ?? 0) < SMALLEST);
	for (const id of small) {
		const list = members.get(id) ?? [];
		if (list.length === 0 || list.length >= SMALLEST) continue;
		const ties = new Map<string, number>();
		for (const i of list) {
			for (const [j, weight] of neighbours[i] ?? []) {
				const other = group[j] as string;
				if (other !== id && (members.get(other)?.length ?? 0) + list.length <= LARGEST)
					ties.set(other, (ties.get(other) ?? 0) + weight);
			}
		}
		const best = [...ties].reduce<[string, number] | null>(
			(most, tie) => (most === null || tie[1] > most[1] ? tie : most),
			null,
		);
		if (best) move(id, best[0]);
	}
	const roomFor = (target: string, list: readonly number[]) =>
		(members.get(target)?.length ?? 0) + list.length <= LARGEST;
	for (const [id, list] of [...members]) {
		if (list.length >= SMALLEST) continue;
		const rest = `rest of ${tables[list[0] as number]?.schema}`;
		let target = rest;
		for (let part = 2; !roomFor(target, list); part++) target = `${rest} ${part}`;
		move(id, target);
	}
	for (const [id, list] of [...members]) {
		if (list.length >= SMALLEST) continue;
		const target = [...members.keys()].find(
			(other) => other !== id && other.startsWith("rest") && roomFor(other, list),
		);
		if (target !== undefined) move(id, target);
	}
	return group;
}

/** For each table its neighbours, with the links through a shared word resolved away. */
function tableLinks(links: readonly Link[], count: number): [number, number][][] {
	const result: [number, number][][] = Array.from({ length: count }, () => []);
	const words = new Map<number, number[]>();
	for (const { a, b, weight } of links) {
		if (b >= count) {
			words.set(b, [...(words.get(b) ?? []), a]);
			continue;
		}
		result[a]?.push([b, weight]);
		result[b]?.push([a, weight]);
	}
	for (const members of words.values()) {
		for (const a of members) for (const b of members) if (a !== b) result[a]?.push([b, NAME_TIE / members.length]);
	}
	return result;
}

function describe(group: readonly string[], tables: readonly GroupMember[], links: readonly Link[]): DiagramGroup[] {
	const members = new Map<string, number[]>();
	group.forEach((id, i) => {
		members.set(id, [...(members.get(id) ?? []), i]);
	});
	const inner = new Map<number, number>();
	for (const { a, b } of links) {
		if (b >= tables.length || group[a] !== group[b]) continue;
		inner.set(a, (inner.get(a) ?? 0) + 1);
		// Being referenced makes a table the centre more than referencing does.
		inner.set(b, (inner.get(b) ?? 0) + 2);
	}
	const groups = [...members].map(([key, list]) => {
		const centre = list.reduce((best, i) => ((inner.get(i) ?? 0) > (inner.get(best) ?? 0) ? i : best));
		const label = key.startsWith("rest")
			? "other tables"
			: (commonWord(list.map((i) => tables[i]?.name ?? "")) ?? tables[centre]?.name ?? "");
		return { id: `group ${tables[centre]?.id}`, label, tables: list.map((i) => tables[i]?.id ?? "").sort() };
	});
	groups.sort((a, b) => b.tables.length - a.tables.length || (a.id < b.id ? -1 : 1));
	return distinctLabels(groups);
}

/** The first word that more than half of the names share. */
function commonWord(names: readonly string[]): string | null {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(firstWord(name), (counts.get(firstWord(name)) ?? 0) + 1);
	for (const [word, count] of counts) if (count > names.length / 2 && count > 1) return word;
	return null;
}

function distinctLabels(groups: readonly DiagramGroup[]): DiagramGroup[] {
	const used = new Map<string, number>();
	return groups.map((group) => {
		const count = (used.get(group.label) ?? 0) + 1;
		used.set(group.label, count);
		return count === 1 ? group : { ...group, label: `${group.label} (${count})` };
	});
}
