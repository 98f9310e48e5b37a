import type { Box, Size } from "./boxes";

/** How much two boxes want to be near each other. */
export interface Tie {
	readonly a: number;
	readonly b: number;
	readonly weight: number;
}

/**
 * Places boxes without overlap around the first ones, in a shape close to `aspect` (width / height), tied ones near each other.
 * Each box goes to the best free corner of those that are placed: quadratic corners are few for the tens of groups that we have,
 * and corners keep the edges of boxes in line.
 *
 * @param gap pixels between two boxes
 * @returns the upper left corner of each box, in the order given
 */
export function packBoxes(
	sizes: readonly Size[],
	ties: readonly Tie[],
	{ aspect, gap }: { readonly aspect: number; readonly gap: number },
): { x: number; y: number }[] {
	const tied: { other: number; weight: number }[][] = sizes.map(() => []);
	for (const { a, b, weight } of ties) {
		tied[a]?.push({ other: b, weight });
		tied[b]?.push({ other: a, weight });
	}
	const placed: (Box | null)[] = sizes.map(() => null);
	const boxes: Box[] = [];
	for (const i of placingOrder(sizes, tied)) {
		const size = sizes[i] as Size;
		const near = (tied[i] ?? []).flatMap(({ other, weight }) =>
			placed[other] ? [{ box: placed[other], weight }] : [],
		);
		const box = boxes.length === 0 ? { x: 0, y: 0, ...size } : bestCorner(size, boxes, near, aspect, gap);
		placed[i] = { x: box.x, y: box.y, width: size.width, height: size.height };
		boxes.push(placed[i] as Box);
	}
	return placed.map((box) => ({ x: box?.x ?? 0, y: box?.y ?? 0 }));
}

/** The largest first, then always the one that is tied most to those before it, larger ones before smaller. */
function placingOrder(
	sizes: readonly Size[],
	tied: readonly (readonly { other: number; weight: number }[])[],
): number[] {
	const area = (i: number) => (sizes[i]?.width ?? 0) * (sizes[i]?.height ?? 0);
	const pull = sizes.map(() => 0);
	const left = new Set(sizes.keys());
	const order: number[] = [];
	const mostArea = Math.max(1, ...sizes.map((_, i) => area(i)));
	while (left.size > 0) {
		let best = -1;
		let bestScore = -1;
		for (const i of left) {
			const score = (pull[i] as number) + (2 * area(i)) / mostArea;
			if (score > bestScore) [best, bestScore] = [i, score];
		}
		left.delete(best);
		order.push(best);
		for (const { other, weight } of tied[best] ?? []) pull[other] = (pull[other] as number) + weight;
	}
	return order;
}

function bestCorner(
	size: Size,
	boxes: readonly Box[],
	near: readonly { box: Box; weight: number }[],
	aspect: number,
	gap: number,
): { x: number; y: number } {
	const right = Math.max(...boxes.map((box) => box.x + box.width));
	const bottom = Math.max(...boxes.map((box) => box.y + box.height));
	const left = Math.min(...boxes.map((box) => box.x));
	const top = Math.min(...boxes.map((box) => box.y));
	let best = { x: right + gap, y: top };
	let bestScore = Infinity;
	for (const anchor of boxes) {
		for (const corner of corners(anchor, size, gap)) {
			const width = Math.max(right, corner.x + size.width) - Math.min(left, corner.x);
			const height = Math.max(bottom, corner.y + size.height) - Math.min(top, corner.y);
			const extent = Math.max(width / aspect, height);
			const slack = (width / aspect + height) / 2;
			let pull = 0;
			let weights = 0;
			for (const { box, weight } of near) {
				pull +=
					weight *
					(Math.abs(corner.x + size.width / 2 - box.x - box.width / 2) +
						Math.abs(corner.y + size.height / 2 - box.y - box.height / 2));
				weights += weight;
			}
			const centre =
				Math.abs(corner.x + size.width / 2 - (left + right) / 2) / aspect +
				Math.abs(corner.y + size.height / 2 - (top + bottom) / 2);
			const score = extent + 0.6 * slack + (weights > 0 ? (0.15 * pull) / weights : 0.1 * centre);
			if (score < bestScore && isFree(corner, size, boxes, gap - 0.5)) [best, bestScore] = [corner, score];
		}
	}
	return best;
}

/** Without a box for each try: hundreds of groups have millions of corners to look at. */
function isFree({ x, y }: { x: number; y: number }, size: Size, boxes: readonly Box[], gap: number): boolean {
	const right = x + size.width + gap;
	const bottom = y + size.height + gap;
	for (const box of boxes) {
		const apart = box.x >= right || box.x + box.width + gap <= x || box.y >= bottom || box.y + box.height + gap <= y;
		if (!apart) return false;
	}
	return true;
}

function corners(anchor: Box, size: Size, gap: number): { x: number; y: number }[] {
	const { x, y, width, height } = anchor;
	const [beyond, before] = [x + width + gap, x - size.width - gap];
	const [below, above] = [y + height + gap, y - size.height - gap];
	const [endX, endY] = [x + width - size.width, y + height - size.height];
	return [
		{ x: beyond, y },
		{ x: beyond, y: endY },
		{ x, y: below },
		{ x: endX, y: below },
		{ x: before, y },
		{ x: before, y: endY },
		{ x, y: above },
		{ x: endX, y: above },
		{ x: beyond, y: below },
	];
}
