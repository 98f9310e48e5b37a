import type { Block, Size } from "./boxes";

/**
 * Boxes in columns of about equal height, each box in the column that is shortest so far; the block's shape comes close
 * to `aspect` (width / height). Needs no ELK: it is what tables without foreign keys get, and everything when time is up.
 */
export function inColumns(
	boxes: readonly ({ readonly id: string } & Size)[],
	{ aspect, gap }: { readonly aspect: number; readonly gap: number },
): Block {
	if (boxes.length === 0) return { width: 0, height: 0, positions: {} };
	const columnWidth = Math.max(...boxes.map((box) => box.width)) + gap;
	const area = boxes.reduce((sum, box) => sum + columnWidth * (box.height + gap), 0);
	const count = Math.max(1, Math.min(boxes.length, Math.round(Math.sqrt(area * aspect) / columnWidth)));
	const heights = new Array<number>(count).fill(0);
	const positions: Record<string, { x: number; y: number }> = {};
	for (const box of boxes) {
		const column = heights.indexOf(Math.min(...heights));
		positions[box.id] = { x: column * columnWidth, y: heights[column] as number };
		heights[column] = (heights[column] as number) + box.height + gap;
	}
	const used = heights.filter((height) => height > 0).length;
	return { width: used * columnWidth - gap, height: Math.max(...heights) - gap, positions };
}
