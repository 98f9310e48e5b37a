import type { DiagramColumn, DiagramTable } from "../core/diagram/diagram";

/** How much of a table is drawn: all columns, its keys and its tenant column, or its name alone. */
export const DETAILS = ["full", "keys", "header"] as const;
export type Detail = (typeof DETAILS)[number];

/** Pixels at zoom 1, shared by the panel and the picture exports so that both draw a table alike. */
export const HEADER_HEIGHT = 48;
export const ROW_HEIGHT = 22;
/** Below the last row. */
export const FOOT_HEIGHT = 6;
const MIN_WIDTH = 200;
const MAX_WIDTH = 340;
/** A table is as wide as a step of this, so that columns of tables line up. */
const WIDTH_STEP = 20;
/** The widest that common interface fonts draw a letter on average, at the 12 px of a row and the bold 13 px of a name. */
const ROW_LETTER = 6.6;
const NAME_LETTER = 7.4;
/** Key icon, gap before the type, mark for NOT NULL, padding. */
const ROW_EXTRAS = 66;
/** Scope icon, badges, padding. */
const NAME_EXTRAS = 64;
/** More rows than this say nothing at a glance; the rest is counted in one last row and listed in the details. */
const MAX_ROWS: Readonly<Record<Detail, number>> = { full: 30, keys: 12, header: 0 };

/**
 * The columns that are drawn as rows, and how many are left out. Keys come first: the primary key, the tenant column, foreign keys,
 * then the rest in the table's order, so that what ties a table to others is never among those left out.
 */
export function shownColumns(table: DiagramTable, detail: Detail): ShownColumns {
	const known = SHOWN[detail].get(table);
	if (known) return known;
	const ranked = RANKS.flatMap((isRank) => table.columns.filter(isRank));
	const columns = (detail === "keys" ? ranked.filter(isKey) : ranked).slice(0, MAX_ROWS[detail]);
	const shown = { columns, hidden: table.columns.length - columns.length };
	SHOWN[detail].set(table, shown);
	return shown;
}

interface ShownColumns {
	readonly columns: readonly DiagramColumn[];
	readonly hidden: number;
}

/** Asked for each table and each end of a line in every frame while a table is dragged. */
const SHOWN: Readonly<Record<Detail, WeakMap<DiagramTable, ShownColumns>>> = {
	full: new WeakMap(),
	keys: new WeakMap(),
	header: new WeakMap(),
};

/** A column that a line can start or end at, or that names the tenant. */
export function isKey(column: DiagramColumn): boolean {
	return column.primaryKey || column.tenant || column.references !== null;
}

const RANKS: readonly ((column: DiagramColumn) => boolean)[] = [
	(column) => column.primaryKey,
	(column) => !column.primaryKey && column.tenant,
	(column) => !column.primaryKey && !column.tenant && column.references !== null,
	(column) => !isKey(column),
];

/**
 * How much room a table takes, in pixels at zoom 1: a header, a row for each shown column, and one for
 * "… more columns" when some are left out. The same for every zoom, so that nothing moves when detail is dropped.
 */
export function tableSize(table: DiagramTable, detail: Detail): { readonly width: number; readonly height: number } {
	const { columns, hidden } = shownColumns(table, detail);
	const name = table.name.length * NAME_LETTER + NAME_EXTRAS;
	const rows = columns.map((column) => (column.name.length + shortType(column.type).length) * ROW_LETTER + ROW_EXTRAS);
	const wanted = Math.max(MIN_WIDTH, name, ...rows);
	const width = Math.min(MAX_WIDTH, Math.ceil(wanted / WIDTH_STEP) * WIDTH_STEP);
	if (detail === "header") return { width, height: HEADER_HEIGHT };
	const rowCount = columns.length + (hidden > 0 ? 1 : 0);
	return { width, height: HEADER_HEIGHT + rowCount * ROW_HEIGHT + (rowCount > 0 ? FOOT_HEIGHT : 0) };
}

const SHORT_TYPES: readonly (readonly [RegExp, string])[] = [
	[/^timestamp(\(\d+\))? with time zone/, "timestamptz$1"],
	[/^timestamp(\(\d+\))? without time zone/, "timestamp$1"],
	[/^time(\(\d+\))? with time zone/, "timetz$1"],
	[/^time(\(\d+\))? without time zone/, "time$1"],
	[/^character varying/, "varchar"],
	[/^character(?=\(|$|\[)/, "char"],
	[/^double precision/, "float8"],
];

/** The type by PostgreSQL's shorter name, where it has one: `timestamp with time zone` → `timestamptz`. */
export function shortType(type: string): string {
	for (const [long, short] of SHORT_TYPES)
		if (long.test(type))
			return type.replace(long, (_, precision: string | undefined) => short.replace("$1", precision ?? ""));
	return type;
}
