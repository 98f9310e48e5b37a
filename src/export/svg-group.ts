import type { Diagram } from "../core/diagram/diagram";
import { overlaps } from "../layout/boxes";
import type { Box } from "./svg-table";
import { shorten } from "./text-width";
import { escapeXml } from "./xml";

/** What a group's tables lie within, with room for its label above them. */
export interface Frame {
	readonly label: string;
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

const PADDING = 28;
const LABEL = 30;

/** A frame for each group of a diagram that is laid out group by group; none where frames would overlap and mean nothing. */
export function groupFrames(diagram: Diagram, boxes: ReadonlyMap<string, Box>): Frame[] {
	const frames = diagram.groups.flatMap(({ label, tables }): Frame[] => {
		const members = tables.flatMap((id) => boxes.get(id) ?? []);
		if (members.length === 0) return [];
		const left = Math.min(...members.map((box) => box.x)) - PADDING;
		const top = Math.min(...members.map((box) => box.y)) - PADDING - LABEL;
		const right = Math.max(...members.map((box) => box.x + box.width)) + PADDING;
		const bottom = Math.max(...members.map((box) => box.y + box.height)) + PADDING;
		return [{ label: `${label} · ${members.length}`, x: left, y: top, width: right - left, height: bottom - top }];
	});
	if (frames.length < 2) return [];
	const apart = frames.every((frame, i) => frames.slice(i + 1).every((other) => !overlaps(frame, other, 0)));
	return apart ? frames : [];
}

export function drawFrame({ label, x, y, width, height }: Frame): string {
	const text = escapeXml(shorten(label, width - 2 * PADDING, 18));
	return `<rect class="group" x="${x}" y="${y}" width="${width}" height="${height}" rx="12"/><text class="label" x="${x + PADDING}" y="${y + 34}">${text}</text>`;
}
