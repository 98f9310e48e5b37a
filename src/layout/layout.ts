import type { Diagram } from "../core/diagram/diagram";
import type { Positions } from "../protocol/messages";
import { type Block, type Box, joinBlocks, overlaps } from "./boxes";
import { inColumns } from "./columns";
import type { Elk } from "./elk";
import { freePlace, placeNew } from "./free-place";
import { type LayoutEdge, type LayoutTable, layered, TABLE_GAP } from "./layered";
import { packBoxes } from "./pack";
import { type Detail, tableSize } from "./size";

export interface LayoutRequest {
	readonly tables: readonly LayoutTable[];
	/** Without those to the tenant root, which would tie everything to everything. */
	readonly edges: readonly LayoutEdge[];
	/** Places that stay as they are. */
	readonly fixed?: Positions;
}

export interface LayoutOptions {
	/** False when time is up: what isn't placed by then is placed in columns. */
	readonly goOn?: () => boolean;
	/** How many tables of how many have a place within their group. */
	readonly progress?: (done: number, total: number) => void;
}

/** Up to so many tables are one picture; more are drawn group by group. */
const ONE_PICTURE = 24;
/** Between two groups, pixels: their frames with labels stand in it. */
export const GROUP_GAP = 116;
/** Between two parts of a group that no foreign key ties. */
const PART_GAP = 44;
/**
 * So many groups are given to ELK at a time. It has one thread, but waits for two timers a call, each 4 ms in a browser
 * (https://html.spec.whatwg.org/multipage/timers-and-user-prompts.html#timers): waiting together they cost as much as one.
 */
const AT_ONCE = 8;
/** Width to height that screens, and panels beside an editor, share. */
const ASPECT = 1.5;

/** What of a diagram the layout depends on; the foreign keys to the tenant root are left out. */
export function layoutRequest(
	diagram: Pick<Diagram, "tables" | "edges">,
	detail: Detail,
	fixed: Positions = {},
): LayoutRequest {
	const tables = diagram.tables.map((table) => ({ id: table.id, group: table.group, ...tableSize(table, detail) }));
	const edges = diagram.edges.filter((edge) => !edge.tenant).map(({ from, to }) => ({ from, to }));
	return { tables, edges, fixed };
}

/**
 * A place for every table: the upper left corner, in pixels at zoom 1, without overlap, the same each time.
 *
 * Tables that are `fixed` stay there. Where most are, the others find free room near their neighbours and nothing else moves;
 * where few are, everything is laid out and what stands in a fixed one's way makes room.
 */
export async function layoutDiagram(
	elk: Elk,
	{ tables, edges, fixed = {} }: LayoutRequest,
	options: LayoutOptions = {},
): Promise<Positions> {
	const kept = tables.filter((table) => Object.hasOwn(fixed, table.id));
	if (kept.length * 2 > tables.length) return placeNew(tables, edges, fixed);
	const all = await layoutAll(elk, tables, edges, options);
	return kept.length === 0 ? all : makeRoom(tables, all, fixed);
}

/** Without ELK, at once: groups in columns. What is shown when the layout takes too long. */
export function layoutInColumns({ tables, edges, fixed = {} }: LayoutRequest): Positions {
	const groups = byGroup(tables).map((members) => inColumns(members, { aspect: 1, gap: TABLE_GAP }));
	const { positions } = pack(groups, tiesBetween(byGroup(tables), edges), GROUP_GAP);
	return Object.keys(fixed).length === 0 ? positions : makeRoom(tables, positions, fixed);
}

async function layoutAll(
	elk: Elk,
	tables: readonly LayoutTable[],
	edges: readonly LayoutEdge[],
	{ goOn = () => true, progress }: LayoutOptions,
): Promise<Positions> {
	const groups = tables.length <= ONE_PICTURE ? [tables] : byGroup(tables);
	const groupOf = new Map(groups.flatMap((members, i) => members.map((table) => [table.id, i] as const)));
	const inner: LayoutEdge[][] = groups.map(() => []);
	for (const edge of edges) {
		const group = groupOf.get(edge.from);
		if (group !== undefined && group === groupOf.get(edge.to) && edge.from !== edge.to) inner[group]?.push(edge);
	}
	let done = 0;
	const blocks: Block[] = [];
	const queue = groups.entries();
	const placeGroups = async () => {
		for (const [i, members] of queue) {
			blocks[i] = goOn()
				? await layoutGroup(elk, members, inner[i] ?? [])
				: inColumns(members, { aspect: 1, gap: TABLE_GAP });
			done += members.length;
			progress?.(done, tables.length);
		}
	};
	await Promise.all(Array.from({ length: AT_ONCE }, placeGroups));
	return pack(blocks, tiesBetween(groups, edges), GROUP_GAP).positions;
}

/** Each connected part in layers, tables without foreign keys in columns, all packed. */
async function layoutGroup(elk: Elk, tables: readonly LayoutTable[], edges: readonly LayoutEdge[]): Promise<Block> {
	const parts = connectedParts(tables, edges);
	const single = parts.filter((part) => part.tables.length === 1).flatMap((part) => part.tables);
	const several = parts.filter((part) => part.tables.length > 1);
	const blocks = await Promise.all(several.map((part) => layered(elk, part.tables, part.edges)));
	if (single.length > 0) blocks.push(inColumns(single, { aspect: ASPECT, gap: TABLE_GAP }));
	return pack(blocks, [], PART_GAP);
}

function pack(blocks: readonly Block[], ties: readonly { a: number; b: number; weight: number }[], gap: number): Block {
	return joinBlocks(blocks, packBoxes(blocks, ties, { aspect: ASPECT, gap }));
}

function byGroup(tables: readonly LayoutTable[]): LayoutTable[][] {
	const groups = new Map<string, LayoutTable[]>();
	for (const table of tables) {
		const members = groups.get(table.group);
		if (members) members.push(table);
		else groups.set(table.group, [table]);
	}
	return [...groups.values()];
}

function tiesBetween(
	groups: readonly (readonly LayoutTable[])[],
	edges: readonly LayoutEdge[],
): { a: number; b: number; weight: number }[] {
	const groupOf = new Map(groups.flatMap((members, i) => members.map((table) => [table.id, i] as const)));
	const ties = new Map<string, { a: number; b: number; weight: number }>();
	for (const { from, to } of edges) {
		const [a, b] = [groupOf.get(from), groupOf.get(to)];
		if (a === undefined || b === undefined || a === b) continue;
		const key = `${Math.min(a, b)} ${Math.max(a, b)}`;
		const tie = ties.get(key) ?? { a: Math.min(a, b), b: Math.max(a, b), weight: 0 };
		tie.weight++;
		ties.set(key, tie);
	}
	return [...ties.values()];
}

function connectedParts(
	tables: readonly LayoutTable[],
	edges: readonly LayoutEdge[],
): { tables: LayoutTable[]; edges: LayoutEdge[] }[] {
	const top = new Map(tables.map((table) => [table.id, table.id]));
	const find = (id: string): string => {
		let here = id;
		for (let next = top.get(here); next !== undefined && next !== here; next = top.get(here)) {
			top.set(here, top.get(next) ?? next);
			here = next;
		}
		return here;
	};
	for (const { from, to } of edges) top.set(find(from), find(to));
	const parts = new Map<string, { tables: LayoutTable[]; edges: LayoutEdge[] }>();
	for (const table of tables) {
		const key = find(table.id);
		const part = parts.get(key) ?? { tables: [], edges: [] };
		part.tables.push(table);
		parts.set(key, part);
	}
	for (const edge of edges) parts.get(find(edge.from))?.edges.push(edge);
	return [...parts.values()];
}

/** The fixed tables at their places; each other that now stands in the way moves to the nearest free one. */
function makeRoom(tables: readonly LayoutTable[], positions: Positions, fixed: Positions): Positions {
	const result: Record<string, { x: number; y: number }> = { ...positions };
	const boxOf = (table: LayoutTable, place: { readonly x: number; readonly y: number }): Box => ({
		...place,
		width: table.width,
		height: table.height,
	});
	const taken: Box[] = [];
	const others: LayoutTable[] = [];
	for (const table of tables) {
		const place = Object.hasOwn(fixed, table.id) ? fixed[table.id] : undefined;
		if (!place) {
			others.push(table);
			continue;
		}
		result[table.id] = place;
		taken.push(boxOf(table, place));
	}
	const kept = [...taken];
	const inTheWay = others.filter((table) => {
		const here = boxOf(table, positions[table.id] ?? { x: 0, y: 0 });
		const free = !kept.some((box) => overlaps(here, box, 0));
		if (free) taken.push(here);
		return !free;
	});
	for (const table of inTheWay) {
		const place = freePlace(positions[table.id] ?? { x: 0, y: 0 }, table, taken);
		result[table.id] = place;
		taken.push(boxOf(table, place));
	}
	return result;
}
