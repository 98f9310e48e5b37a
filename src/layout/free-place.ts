import type { Positions } from "../protocol/messages";
import { around, type Box, overlaps, type Size } from "./boxes";
import { type LayoutEdge, type LayoutTable, TABLE_GAP } from "./layered";

/** Steps in which free room is looked for, pixels. */
const STEP = 40;
/** Rings of steps around the wanted place; beyond them the table goes below everything. */
const RINGS = 60;

/** The free place nearest to where the box should be; below everything where there is none in reach. */
export function freePlace(
	wanted: { readonly x: number; readonly y: number },
	size: Size,
	taken: readonly Box[],
): { x: number; y: number } {
	const reach = RINGS * STEP;
	const near = taken.filter((box) =>
		overlaps(
			{ x: wanted.x - reach, y: wanted.y - reach, width: size.width + 2 * reach, height: size.height + 2 * reach },
			box,
			TABLE_GAP,
		),
	);
	const isFree = (x: number, y: number) => !near.some((box) => overlaps({ x, y, ...size }, box, TABLE_GAP - 1));
	for (let ring = 0; ring <= RINGS; ring++) {
		for (let along = -ring; along <= ring; along++) {
			for (const [dx, dy] of [
				[ring, along],
				[along, ring],
				[along, -ring],
				[-ring, along],
			] as const) {
				const [x, y] = [wanted.x + dx * STEP, wanted.y + dy * STEP];
				if (isFree(x, y)) return { x, y };
			}
		}
	}
	const all = around(taken);
	return { x: all.x, y: all.y + all.height + 2 * TABLE_GAP };
}

/**
 * Gives places to the tables that have none and moves no other: each goes beside the tables that it is tied to by foreign keys,
 * else beside its group, else below everything.
 */
export function placeNew(tables: readonly LayoutTable[], edges: readonly LayoutEdge[], fixed: Positions): Positions {
	const positions: Record<string, { x: number; y: number }> = {};
	const boxes = new Map<string, Box>();
	const put = (table: LayoutTable, place: { x: number; y: number }) => {
		positions[table.id] = place;
		boxes.set(table.id, { ...place, width: table.width, height: table.height });
	};
	const waiting: LayoutTable[] = [];
	for (const table of tables) {
		const place = Object.hasOwn(fixed, table.id) ? fixed[table.id] : undefined;
		if (place) put(table, place);
		else waiting.push(table);
	}
	const byId = new Map(tables.map((table) => [table.id, table]));
	const neighbours = new Map<string, { id: string; parent: boolean }[]>(tables.map((table) => [table.id, []]));
	for (const { from, to } of edges) {
		if (from === to || !byId.has(from) || !byId.has(to)) continue;
		neighbours.get(from)?.push({ id: to, parent: true });
		neighbours.get(to)?.push({ id: from, parent: false });
	}
	while (waiting.length > 0) {
		// First those that already have a neighbour to stand beside.
		const ties = waiting.map((table) => neighbours.get(table.id)?.filter(({ id }) => boxes.has(id)).length ?? 0);
		const [table] = waiting.splice(ties.indexOf(Math.max(...ties)), 1) as [LayoutTable];
		const beside = (neighbours.get(table.id) ?? []).flatMap(({ id, parent }) =>
			boxes.has(id) ? [{ box: boxes.get(id) as Box, parent }] : [],
		);
		put(table, freePlace(wantedPlace(table, beside, tables, boxes), table, [...boxes.values()]));
	}
	return positions;
}

function wantedPlace(
	table: LayoutTable,
	beside: readonly { box: Box; parent: boolean }[],
	tables: readonly LayoutTable[],
	boxes: ReadonlyMap<string, Box>,
): { x: number; y: number } {
	if (beside.length > 0) {
		// Right of what it references, left of what references it, as the layers have it.
		const xs = beside.map(({ box, parent }) =>
			parent ? box.x + box.width + 2 * TABLE_GAP : box.x - table.width - 2 * TABLE_GAP,
		);
		const ys = beside.map(({ box }) => box.y);
		return { x: mean(xs), y: mean(ys) };
	}
	const group = around(
		tables.flatMap((other) => (other.group === table.group && boxes.has(other.id) ? [boxes.get(other.id) as Box] : [])),
	);
	const all = group.width > 0 ? group : around([...boxes.values()]);
	return { x: all.x, y: all.y + all.height + TABLE_GAP };
}

function mean(numbers: readonly number[]): number {
	return Math.round(numbers.reduce((sum, value) => sum + value, 0) / numbers.length);
}
