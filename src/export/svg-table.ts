import type { DiagramColumn, DiagramTable } from "../core/diagram/diagram";
import { type Detail, HEADER_HEIGHT, ROW_HEIGHT, shortType, shownColumns, tableSize } from "../layout/size";
import { LOCK_ICON, SCOPE_ICONS } from "./icons";
import { SCOPE_WORDS } from "./scope-style";
import { shorten, textWidth } from "./text-width";
import { escapeXml } from "./xml";

/** Where a table stands and which columns it shows, so that lines can end at them. */
export interface Box {
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	/** The middle of each shown column's row, relative to `y`. */
	readonly rows: ReadonlyMap<string, number>;
}

export function tableBox(table: DiagramTable, at: { readonly x: number; readonly y: number }, detail: Detail): Box {
	const { columns } = shownColumns(table, detail);
	const rows = new Map(
		detail === "header" ? [] : columns.map((column, i) => [column.name, rowTop(i) + ROW_HEIGHT / 2]),
	);
	return { x: at.x, y: at.y, ...tableSize(table, detail), rows };
}

function rowTop(i: number): number {
	return HEADER_HEIGHT + i * ROW_HEIGHT;
}

/** A frame and a header band in the scope's colour with its icon and word, then the columns. */
export function drawTable(table: DiagramTable, box: Box, detail: Detail): string {
	const { width, height } = box;
	const word = SCOPE_WORDS[table.scope];
	const second = [
		table.schema === "public" ? null : table.schema,
		word,
		table.partitions.length > 0 ? `${table.partitions.length} partitions` : null,
	]
		.filter((part) => part !== null)
		.join(" · ");
	const nameWidth = width - 36 - (table.rls.enabled ? 26 : 10);
	const parts = [
		`<g class="${table.scope}" transform="translate(${box.x} ${box.y})">`,
		`<title>${escapeXml(`${table.id} — ${word}. ${table.reason}${table.rls.enabled ? " Row-level security is on." : ""}`)}</title>`,
		`<rect class="body" width="${width}" height="${height}" rx="6"/>`,
		`<path class="band" d="${headerShape(width, detail === "header" || height <= HEADER_HEIGHT)}"/>`,
		`<path class="icon" transform="translate(10 8)" d="${SCOPE_ICONS[table.scope]}"/>`,
		`<text class="name" x="34" y="21">${escapeXml(shorten(table.name, nameWidth, 14))}</text>`,
		`<text class="small word" x="34" y="38">${escapeXml(shorten(second, width - 44, 10))}</text>`,
		...(table.rls.enabled ? [`<path class="icon" transform="translate(${width - 26} 8)" d="${LOCK_ICON}"/>`] : []),
		...(detail === "header" ? [] : rows(table, width, detail)),
		`<rect class="frame" width="${width}" height="${height}" rx="6"/>`,
		"</g>",
	];
	return parts.join("");
}

function headerShape(width: number, closed: boolean): string {
	const top = `M0 ${HEADER_HEIGHT}V6a6 6 0 0 1 6-6H${width - 6}a6 6 0 0 1 6 6V${HEADER_HEIGHT}`;
	return closed
		? `M0 6a6 6 0 0 1 6-6H${width - 6}a6 6 0 0 1 6 6V${HEADER_HEIGHT - 6}a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6z`
		: `${top}z`;
}

function rows(table: DiagramTable, width: number, detail: Detail): string[] {
	const { columns, hidden } = shownColumns(table, detail);
	const drawn = columns.map((column, i) => row(column, i, width));
	if (hidden > 0)
		drawn.push(
			`<text class="small" x="34" y="${rowTop(columns.length) + 15}">… ${hidden} more ${hidden === 1 ? "column" : "columns"}</text>`,
		);
	return drawn;
}

function row(column: DiagramColumn, i: number, width: number): string {
	const y = rowTop(i);
	const sign = column.primaryKey ? "PK" : column.references !== null ? "FK" : "";
	const type = `${shortType(column.type)}${column.notNull ? "" : "?"}`;
	const room = width - 44;
	const name = shorten(column.name, Math.max(room - textWidth(type, 11) - 8, room * 0.55), 12);
	const shownType = shorten(type, room - textWidth(name, 12) - 8, 11);
	return [
		i > 0 ? `<path class="rule" d="M1 ${y}H${width - 1}"/>` : "",
		column.tenant ? `<rect class="mark" x="1" y="${y + 2}" width="4" height="${ROW_HEIGHT - 4}"/>` : "",
		sign === "" ? "" : `<text class="small" x="11" y="${y + 15}">${sign}</text>`,
		`<text x="34" y="${y + 15}">${escapeXml(name)}</text>`,
		`<text class="type" x="${width - 10}" y="${y + 15}" text-anchor="end">${escapeXml(shownType)}</text>`,
	].join("");
}
