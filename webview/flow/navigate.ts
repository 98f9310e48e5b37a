import type { Box } from "../../src/layout/boxes";

export type Direction = "left" | "right" | "up" | "down";

/** How much farther a table that a foreign key leads to may be than another one and still come first. */
const TIED = 3;

/**
 * Where an arrow key leads from one box: to the nearest in that direction, preferring those that a foreign key ties to it.
 * Null where nothing lies there.
 *
 * @param boxes everything that can be reached, by id
 * @param isTied whether a foreign key joins the two
 */
export function nextBox(
	from: string,
	direction: Direction,
	boxes: ReadonlyMap<string, Box>,
	isTied: (id: string) => boolean,
): string | null {
	const start = boxes.get(from);
	if (!start) return null;
	let best: string | null = null;
	let least = Infinity;
	for (const [id, box] of boxes) {
		if (id === from) continue;
		const { along, across } = distances(start, box, direction);
		// Only what lies more in the direction than beside it.
		if (along <= 0 || across > along * 2 + 60) continue;
		const distance = (along + 2 * across) / (isTied(id) ? TIED : 1);
		if (distance < least) [best, least] = [id, distance];
	}
	return best;
}

/** Gaps between two boxes: along the direction (centre to centre), and beside it (0 where they overlap). */
function distances(from: Box, to: Box, direction: Direction): { along: number; across: number } {
	const dx = to.x + to.width / 2 - from.x - from.width / 2;
	const dy = to.y + to.height / 2 - from.y - from.height / 2;
	const besideX = Math.max(0, Math.abs(dx) - (from.width + to.width) / 2);
	const besideY = Math.max(0, Math.abs(dy) - (from.height + to.height) / 2);
	switch (direction) {
		case "left":
			return { along: -dx, across: besideY };
		case "right":
			return { along: dx, across: besideY };
		case "up":
			return { along: -dy, across: besideX };
		case "down":
			return { along: dy, across: besideX };
		default:
			return direction satisfies never;
	}
}

/** The box whose middle is nearest to a point; null where there are none. */
export function nearestBox(
	point: { readonly x: number; readonly y: number },
	boxes: ReadonlyMap<string, Box>,
): string | null {
	let best: string | null = null;
	let least = Infinity;
	for (const [id, box] of boxes) {
		const distance = Math.hypot(box.x + box.width / 2 - point.x, box.y + box.height / 2 - point.y);
		if (distance < least) [best, least] = [id, distance];
	}
	return best;
}
