import type { Box } from "./boxes";

interface Placed extends Box {
	readonly id: string;
}

/** How often columns are drawn towards their neighbours, to and fro; more changes nothing that one sees. */
const ROUNDS = 4;

/**
 * Moves boxes that ELK put in layers closer together. ELK keeps room for each long line in each layer that it crosses; ours run
 * behind the tables, so that room would stay empty. Order and layers are ELK's; within a layer each box comes as
 * near to the middle of its neighbours as the others let it.
 *
 * @param links pairs of ids
 * @param gap pixels between boxes of a column, and between two columns
 */
export function tighten(
	boxes: readonly Placed[],
	links: readonly (readonly [string, string])[],
	gap: { readonly row: number; readonly column: number },
): Placed[] {
	const columns = columnsOf(boxes);
	const neighbours = new Map<string, string[]>(boxes.map((box) => [box.id, []]));
	for (const [a, b] of links) {
		neighbours.get(a)?.push(b);
		neighbours.get(b)?.push(a);
	}
	const columnOf = new Map(columns.flatMap((column, i) => column.map((box) => [box.id, i] as const)));
	const middle = new Map<string, number>();
	for (const column of columns) stack(column, () => 0, gap.row, middle);
	for (let round = 0; round < ROUNDS; round++) {
		const rightwards = round % 2 === 0;
		const order = rightwards ? columns.keys() : [...columns.keys()].reverse();
		for (const i of order) {
			const wanted = (box: Placed): number => {
				const all = neighbours.get(box.id) ?? [];
				const before = all.filter((id) => {
					const other = columnOf.get(id) ?? 0;
					return round < ROUNDS - 1 ? (rightwards ? other < i : other > i) : other !== i;
				});
				const places = (before.length > 0 ? before : [box.id]).map((id) => middle.get(id) ?? 0).sort((a, b) => a - b);
				const half = places.length / 2;
				return ((places[Math.ceil(half) - 1] ?? 0) + (places[Math.floor(half)] ?? 0)) / 2;
			};
			stack(columns[i] ?? [], wanted, gap.row, middle);
		}
	}
	let x = 0;
	const result: Placed[] = [];
	for (const column of columns) {
		for (const box of column) result.push({ ...box, x, y: (middle.get(box.id) ?? 0) - box.height / 2 });
		x += Math.max(...column.map((box) => box.width)) + gap.column;
	}
	const top = Math.min(...result.map((box) => box.y));
	return result.map((box) => ({ ...box, y: Math.round(box.y - top) }));
}

/** ELK's layers, left to right, each from top to bottom: boxes of one layer overlap in x, those of two don't. */
function columnsOf(boxes: readonly Placed[]): Placed[][] {
	const columns: Placed[][] = [];
	let right = Number.NEGATIVE_INFINITY;
	for (const box of [...boxes].sort((a, b) => a.x - b.x)) {
		if (box.x >= right) columns.push([]);
		columns.at(-1)?.push(box);
		right = Math.max(right, box.x + box.width);
	}
	return columns.map((column) => column.sort((a, b) => a.y - b.y));
}

/**
 * Gives the boxes of a column the middles that are nearest to the wanted ones in sum of squares, in order and without overlap:
 * isotonic regression by pooling adjacent violators (Barlow et al., "Statistical Inference under Order Restrictions", 1972).
 */
function stack(
	column: readonly Placed[],
	wanted: (box: Placed) => number,
	gap: number,
	middle: Map<string, number>,
): void {
	let offset = 0;
	const pools: { sum: number; count: number }[] = [];
	const offsets = column.map((box, i) => {
		const last = column[i - 1];
		if (last) offset += (last.height + box.height) / 2 + gap;
		return offset;
	});
	column.forEach((box, i) => {
		let pool = { sum: wanted(box) - (offsets[i] ?? 0), count: 1 };
		for (let last = pools.at(-1); last && last.sum / last.count >= pool.sum / pool.count; last = pools.at(-1)) {
			pools.pop();
			pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
		}
		pools.push(pool);
	});
	let i = 0;
	for (const { sum, count } of pools) {
		for (const end = i + count; i < end; i++) middle.set((column[i] as Placed).id, sum / count + (offsets[i] ?? 0));
	}
}
