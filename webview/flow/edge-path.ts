import type { Box } from "../../src/layout/boxes";

/** How far a line goes straight out before it bends; the signs for "many" and "one" stand on that piece. Pixels. */
const STRAIGHT = 18;

/** The side of a table at which a line leaves. */
export type Side = "left" | "right";

export interface Ends {
	readonly sourceX: number;
	readonly sourceY: number;
	readonly sourceSide: Side;
	readonly targetX: number;
	readonly targetY: number;
	readonly targetSide: Side;
}

/** Towards each other where there is room between the tables; both to the right where one stands above the other. */
export function sides(child: Box, parent: Box): readonly [Side, Side] {
	if (child.x + child.width + 2 * STRAIGHT <= parent.x) return ["right", "left"];
	if (parent.x + parent.width + 2 * STRAIGHT <= child.x) return ["left", "right"];
	return ["right", "right"];
}

/** The line of a foreign key, the same that the picture exports draw. */
export function linePath({ sourceX, sourceY, sourceSide, targetX, targetY, targetSide }: Ends): string {
	const [from, to] = [outwards(sourceSide), outwards(targetSide)];
	const [startX, endX] = [sourceX + from * STRAIGHT, targetX + to * STRAIGHT];
	const bend = Math.min(160, Math.max(24, Math.abs(endX - startX) / 2, sourceSide === targetSide ? 60 : 0));
	return `M${sourceX} ${sourceY}H${startX}C${startX + from * bend} ${sourceY} ${endX + to * bend} ${targetY} ${endX} ${targetY}H${targetX}`;
}

/** A crow's foot at the referencing table ("many"), a bar at the referenced one ("one"), with a ring where it may be none. */
export function marksPath(
	{ sourceX, sourceY, sourceSide, targetX, targetY, targetSide }: Ends,
	nullable: boolean,
): string {
	const tip = sourceX + outwards(sourceSide) * 11;
	const bar = targetX + outwards(targetSide) * 6;
	const ring = targetX + outwards(targetSide) * 11;
	const foot = `M${sourceX} ${sourceY - 6}L${tip} ${sourceY}L${sourceX} ${sourceY + 6}`;
	const one = `M${bar} ${targetY - 6}V${targetY + 6}`;
	return nullable ? `${foot}${one}M${ring - 3.5} ${targetY}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0` : foot + one;
}

function outwards(side: Side): 1 | -1 {
	return side === "right" ? 1 : -1;
}
