import { createHash } from "node:crypto";
import type { ColumnFacts } from "./facts";

/** Texts that shapes of many kinds accept: a country, a locale, an address, a colour, a path. */
const SHAPES = ["x", "US", "USD", "en", "a@b.example", "#aabbcc", "https://b.example/", "a-b", "A_B", "0", "1", "a.b"];

/**
 * A value of the column's type as PostgreSQL reads it, another for each serial number; null where the type is not known and
 * NULL is allowed.
 *
 * @param attempt other values are tried with each: literals of the checks, then shapes
 */
export function valueFor(column: ColumnFacts, serial: number, attempt: number): string | null {
	const { base, labels, hints } = column;
	if (labels.length > 0) return labels[attempt % labels.length] as string;
	if (base.startsWith("_")) return "{}";
	const hint = attempt < hints.length ? hints[attempt] : undefined;
	switch (base) {
		case "uuid":
			return createHash("md5").update(String(serial)).digest("hex");
		case "int2":
			return boundNumber(hints, attempt) ?? String(attempt < 2 ? (serial % 20_000) + 1 : attempt - 2);
		case "int4":
		case "int8":
		case "oid":
		case "numeric":
		case "float4":
		case "float8":
		case "money":
			return boundNumber(hints, attempt) ?? String(attempt < 2 ? serial % mostOf(column) : attempt - 2);
		case "bool":
			return (attempt % 2 === 0) === column.isOn ? "true" : "false";
		case "date":
			return moment(serial, column, attempt).toISOString().slice(0, 10);
		case "timestamp":
		case "timestamptz":
			return moment(serial, column, attempt).toISOString();
		case "time":
		case "timetz":
			return isLate(column) ? "18:00:00" : "12:00:00";
		case "interval":
			return "1 day";
		case "json":
		case "jsonb":
			return attempt % 2 === 0 ? "{}" : "[]";
		case "inet":
		case "cidr":
			return `10.0.${Math.floor(serial / 250) % 250}.${serial % 250}`;
		case "macaddr":
			return "08:00:2b:01:02:03";
		case "bytea":
			return `\\x${serial.toString(16).padStart(8, "0")}`;
		case "bit":
		case "varbit":
			return "0".repeat(column.length || 1);
		case "tsvector":
		case "hstore":
		case "tsquery":
			return "";
		case "ltree":
			return `a${serial}`;
		case "xml":
			return "<a/>";
		case "point":
			return "(0,0)";
		case "pg_snapshot":
		case "txid_snapshot":
			return `${serial}:${serial + 1}:`;
		case "xid":
		case "xid8":
		case "cid":
			return String(serial);
		case "pg_lsn":
			return "0/1";
		case "tid":
			return "(0,1)";
		case "macaddr8":
			return "08:00:2b:01:02:03:04:05";
		case "jsonpath":
			return "$";
		case "text":
		case "varchar":
		case "bpchar":
		case "citext":
		case "name":
		case "char":
		case "vector":
		case "geometry":
		case "geography":
		case "semver":
			return text(column, serial, hint, attempt);
		default:
			if (/range$/.test(base)) return "empty";
			return column.notNull ? text(column, serial, hint, attempt) : null;
	}
}

/** One of the numbers that checks ask for, in every other attempt once all were tried: other columns may need more of them. */
function boundNumber(hints: readonly string[], attempt: number): string | null {
	const value = attempt < hints.length || attempt % 2 === 0 ? hints[attempt % hints.length] : undefined;
	return value !== undefined && /^\d+$/.test(value) ? value : null;
}

/** One more than what `numeric(5,2)` holds before the point. */
function mostOf({ type }: ColumnFacts): number {
	const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? [];
	return precision === undefined ? Number.MAX_SAFE_INTEGER : 10 ** Math.min(15, Number(precision) - Number(scale));
}

const HOUR = 3_600_000;

/**
 * What ends is in some days and what began was some hours ago, so that "ends after it starts" holds, and policies that ask
 * for what is recent or still valid let the row through; with every other attempt days in a year that is long over.
 */
function moment(serial: number, column: ColumnFacts, attempt: number): Date {
	const late = isLate(column);
	if (attempt % 2 === 1) return new Date(Date.UTC(late ? 2021 : 2020, serial % 12, (serial % 28) + 1, 12));
	const hours = column.base === "date" ? 24 * ((serial % 28) + 1) : (serial % 20) + 1;
	return new Date(Date.now() + hours * HOUR * (late ? 24 : -1));
}

const isLate = ({ name }: ColumnFacts) => /end|expire|until|to$|finish|complete/.test(name);

function text(column: ColumnFacts, serial: number, hint: string | undefined, attempt: number): string {
	// A pattern of LIKE.
	if (hint?.includes("%"))
		return hint.replaceAll("%", serial.toString(36)).replace(/\\(.)|_/g, (_, sign) => sign ?? "x");
	if (hint !== undefined) return hint;
	const shape = SHAPES[(attempt - column.hints.length) % SHAPES.length] ?? "x";
	const long = attempt <= column.hints.length ? `x${serial.toString(36).padStart(4, "0")}` : distinct(shape, serial);
	return column.length > 0 ? long.slice(-column.length) : long;
}

/** The shape with the serial number where it may have one; what is short is a word of a list. */
function distinct(shape: string, serial: number): string {
	if (shape.startsWith("#")) return `#${(serial % 0x1000000).toString(16).padStart(6, "0")}`;
	if (shape.startsWith("https:")) return `${shape}${serial.toString(36)}`;
	return shape.length > 3 ? `${serial.toString(36)}${shape}` : shape;
}
