import type { DiagramEdge } from "../core/diagram/diagram";
import { HEADER_HEIGHT } from "../layout/size";
import type { Box } from "./svg-table";
import { escapeXml } from "./xml";

/** How far a line goes straight out before it bends; the signs for "many" and "one" stand on that piece. */
const STRAIGHT = 18;

/** The side of a table that a line leaves from: +1 to the right, -1 to the left. */
type Side = 1 | -1;

/**
 * A foreign key, from the column's row to the key's row: a crow's foot at the referencing table, a bar at the referenced one
 * (a ring before it where the column may be NULL, and the line is dashed). Empty where a table is not drawn.
 * A key `across` groups is faint: there are many, and they run far.
 */
export function drawEdge(edge: DiagramEdge, boxes: ReadonlyMap<string, Box>, across: boolean): string {
	const [child, parent] = [boxes.get(edge.from), boxes.get(edge.to)];
	if (!child || !parent) return "";
	const [childSide, parentSide] = sides(child, parent);
	const from = { x: childSide === 1 ? child.x + child.width : child.x, y: child.y + rowOf(child, edge.columns) };
	const to = { x: parentSide === 1 ? parent.x + parent.width : parent.x, y: parent.y + rowOf(parent, edge.toColumns) };
	const a = { x: from.x + childSide * STRAIGHT, y: from.y };
	const b = { x: to.x + parentSide * STRAIGHT, y: to.y };
	const bend = Math.min(160, Math.max(24, Math.abs(b.x - a.x) / 2, childSide === parentSide ? 60 : 0));
	const line = `M${from.x} ${from.y}H${a.x}C${a.x + childSide * bend} ${a.y} ${b.x + parentSide * bend} ${b.y} ${b.x} ${b.y}H${to.x}`;
	const tip = from.x + childSide * 11;
	const foot = `M${from.x} ${from.y - 6}L${tip} ${from.y}L${from.x} ${from.y + 6}`;
	const bar = to.x + parentSide * 6;
	const ring = edge.nullable ? `<circle class="edge end" cx="${to.x + parentSide * 12}" cy="${to.y}" r="4"/>` : "";
	const words = `${edge.from} (${edge.columns.join(", ")}) → ${edge.to} (${edge.toColumns.join(", ")}), on delete ${edge.onDelete}`;
	return `<g${across ? ' class="across"' : ""}><title>${escapeXml(words)}</title><path class="edge${edge.nullable ? " maybe" : ""}" d="${line}"/><path class="edge" d="${foot}M${bar} ${to.y - 6}V${to.y + 6}"/>${ring}</g>`;
}

/** Towards each other where there is room between the tables; both to the right where one stands above the other. */
function sides(child: Box, parent: Box): readonly [Side, Side] {
	if (child.x + child.width + 2 * STRAIGHT <= parent.x) return [1, -1];
	if (parent.x + parent.width + 2 * STRAIGHT <= child.x) return [-1, 1];
	return [1, 1];
}

/** The row of the first column that is shown, else the middle of the header. */
function rowOf(box: Box, columns: readonly string[]): number {
	for (const column of columns) {
		const row = box.rows.get(column);
		if (row !== undefined) return row;
	}
	return Math.min(box.height, HEADER_HEIGHT) / 2;
}
