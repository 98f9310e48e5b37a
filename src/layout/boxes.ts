import type { Positions } from "../protocol/messages";

export interface Size {
	readonly width: number;
	readonly height: number;
}

export interface Box extends Size {
	readonly x: number;
	readonly y: number;
}

/** Tables with their places relative to the block's upper left corner. */
export interface Block extends Size {
	readonly positions: Positions;
}

export function overlaps(a: Box, b: Box, gap: number): boolean {
	return (
		a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap
	);
}

/** Whether any two of them cover each other. */
export function haveOverlap(boxes: readonly Box[]): boolean {
	const fromLeft = [...boxes].sort((a, b) => a.x - b.x);
	return fromLeft.some((box, i) => {
		for (let next = i + 1; next < fromLeft.length && (fromLeft[next] as Box).x < box.x + box.width; next++)
			if (overlaps(box, fromLeft[next] as Box, 0)) return true;
		return false;
	});
}

/** The smallest box around all; at 0, 0 with no size where there are none. */
export function around(boxes: readonly Box[]): Box {
	if (boxes.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
	let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
	for (const box of boxes) {
		left = Math.min(left, box.x);
		top = Math.min(top, box.y);
		right = Math.max(right, box.x + box.width);
		bottom = Math.max(bottom, box.y + box.height);
	}
	return { x: left, y: top, width: right - left, height: bottom - top };
}

/** One block of several, each at its place. */
export function joinBlocks(
	blocks: readonly Block[],
	places: readonly { readonly x: number; readonly y: number }[],
): Block {
	const positions: Record<string, { x: number; y: number }> = {};
	const boxes: Box[] = [];
	blocks.forEach((block, i) => {
		const { x, y } = places[i] as { x: number; y: number };
		boxes.push({ x, y, width: block.width, height: block.height });
		for (const [id, place] of Object.entries(block.positions)) positions[id] = { x: x + place.x, y: y + place.y };
	});
	const { x: left, y: top, width, height } = around(boxes);
	for (const id of Object.keys(positions)) {
		const place = positions[id] as { x: number; y: number };
		positions[id] = { x: place.x - left, y: place.y - top };
	}
	return { width, height, positions };
}
