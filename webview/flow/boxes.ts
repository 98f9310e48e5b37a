import type { DiagramTable } from "../../src/core/diagram/diagram";
import type { Box } from "../../src/layout/boxes";
import { type Detail, HEADER_HEIGHT, ROW_HEIGHT, shownColumns, tableSize } from "../../src/layout/size";
import type { Positions } from "../../src/protocol/messages";

/** Where each table stands and how big it is; tables without a position are left out. */
export function tableBoxes(tables: readonly DiagramTable[], positions: Positions, detail: Detail): Map<string, Box> {
	const boxes = new Map<string, Box>();
	for (const table of tables) {
		const place = Object.hasOwn(positions, table.id) ? positions[table.id] : undefined;
		if (place) boxes.set(table.id, { x: place.x, y: place.y, ...tableSize(table, detail) });
	}
	return boxes;
}

/** The middle of a column's row, below the table's upper edge; the middle of the header for a column that isn't shown. Pixels. */
export function rowMiddle(table: DiagramTable, detail: Detail, column: string): number {
	const row = shownColumns(table, detail).columns.findIndex(({ name }) => name === column);
	return row < 0 ? HEADER_HEIGHT / 2 : HEADER_HEIGHT + (row + 0.5) * ROW_HEIGHT;
}
