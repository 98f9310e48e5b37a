import type { Node, TypeName } from "@pgsql/types";
import { quoteIdentifier, quoteQualified } from "../sql/quote";
import type { Catalog } from "./catalog";
import type { TypeRef } from "./drafts";
import { as, constantOf, stringsOf } from "./tree";

/** How `format_type` (src/backend/utils/adt/format_type.c) prints the built-in types whose catalog name differs from SQL's. */
const SQL_NAMES: Readonly<Record<string, string>> = {
	int2: "smallint",
	int4: "integer",
	int8: "bigint",
	float4: "real",
	float8: "double precision",
	bool: "boolean",
	varchar: "character varying",
	timestamptz: "timestamp with time zone",
	timestamp: "timestamp without time zone",
	timetz: "time with time zone",
	time: "time without time zone",
	bit: "bit",
	varbit: "bit varying",
	char: '"char"',
};

/** Types of pg_catalog that keep their name: they hide types of that name in the search path. */
const BUILT_IN = new Set(
	(
		"text uuid json jsonb jsonpath bytea date interval numeric bpchar bit name oid xid xid8 cid tid inet cidr macaddr macaddr8 money point line lseg box path " +
		"polygon circle tsvector tsquery xml int4range int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange " +
		"tsmultirange tstzmultirange datemultirange regclass regproc regprocedure regoper regoperator regtype regrole regnamespace regconfig regdictionary " +
		"regcollation pg_lsn pg_snapshot txid_snapshot refcursor record void trigger event_trigger internal cstring anyelement anyarray anynonarray anyenum " +
		"anyrange anymultirange anycompatible anycompatiblearray anycompatiblenonarray anycompatiblerange anycompatiblemultirange language_handler fdw_handler unknown any"
	).split(" "),
);

const SERIALS: Readonly<Record<string, string>> = {
	serial: "integer",
	serial4: "integer",
	bigserial: "bigint",
	serial8: "bigint",
	smallserial: "smallint",
	serial2: "smallint",
};

/** The integer type of a `serial` pseudo-type, else null. */
export function serialType(type: TypeName | undefined): string | null {
	if (type?.names?.length !== 1 || type.pct_type) return null;
	return SERIALS[stringsOf(type.names)[0] as string] ?? null;
}

/** A function's argument or result type: PostgreSQL keeps no length or precision for those. */
export function resolveArgumentType(catalog: Catalog, type: TypeName | undefined): TypeRef {
	if (stringsOf(type?.names).at(-1) === "bpchar")
		return { named: null, text: "character", array: (type?.arrayBounds?.length ?? 0) > 0 };
	return resolveType(catalog, type?.typmods ? { ...type, typmods: undefined } : type);
}

export function textType(text: string): TypeRef {
	return { named: null, text, array: false };
}

/** What doesn't depend on the schema, cached by tree. */
interface Parsed {
	readonly parts: readonly string[];
	/** The printed built-in type, null where the name must be looked up. */
	readonly builtIn: TypeRef | null;
	readonly modifiers: string;
	readonly array: boolean;
}

const parsed = new WeakMap<TypeName, Parsed>();

/** Whether it was read as a built-in type, whatever else the files create. */
export function isBuiltIn(type: TypeName | undefined): boolean {
	return type !== undefined && (parsed.get(type)?.builtIn ?? null) !== null;
}

/** The type that a TypeName means: a created one through the search path, a built-in, or (of an extension, unknown) as written. */
export function resolveType(catalog: Catalog, type: TypeName | undefined): TypeRef {
	if (!type) return textType("unknown");
	let parse = parsed.get(type);
	if (!parse) {
		parse = parseType(type);
		parsed.set(type, parse);
	}
	if (parse.builtIn) return parse.builtIn;
	const { parts, array, modifiers } = parse;
	if (type.pct_type) {
		const column = columnOfType(catalog, parts);
		if (column) return array ? { ...column, array } : column;
	}
	const named = catalog.find(parts, (key) => catalog.types.get(key)) ?? readableNamed(catalog, parts);
	if (named) return { named, text: "", array };
	return {
		named: null,
		text:
			(parts.length > 1
				? quoteQualified(parts.at(-2) as string, parts.at(-1) as string)
				: quoteIdentifier(parts[0] ?? "")) + modifiers,
		array,
	};
}

function readableNamed(catalog: Catalog, parts: readonly string[]): TypeRef["named"] {
	const relation = catalog.relationNamed(parts);
	return relation?.tag === "table" || relation?.tag === "view" ? relation : null;
}

function columnOfType(catalog: Catalog, parts: readonly string[]): TypeRef | null {
	const relation = catalog.relationNamed(parts.slice(0, -1));
	if (relation?.tag !== "table" && relation?.tag !== "view") return null;
	return relation.columns?.find((column) => column.name === parts.at(-1))?.type ?? null;
}

function parseType(type: TypeName): Parsed {
	const parts = stringsOf(type.names);
	const array = (type.arrayBounds?.length ?? 0) > 0;
	const name = parts.at(-1) ?? "";
	const isCatalog = parts.length === 2 && parts[0] === "pg_catalog";
	const serial = serialType(type);
	if (serial !== null) return { parts, builtIn: { named: null, text: serial, array }, modifiers: "", array };
	if (!type.pct_type && (isCatalog || (parts.length === 1 && (SQL_NAMES[name] !== undefined || BUILT_IN.has(name))))) {
		// PostgreSQL also knows each built-in array type by its element's name after an underscore.
		return { parts, builtIn: { named: null, text: printBuiltIn(name, type.typmods), array }, modifiers: "", array };
	}
	if (
		!type.pct_type &&
		parts.length === 1 &&
		name.startsWith("_") &&
		(SQL_NAMES[name.slice(1)] !== undefined || BUILT_IN.has(name.slice(1)))
	) {
		return {
			parts,
			builtIn: { named: null, text: printBuiltIn(name.slice(1), undefined), array: true },
			modifiers: "",
			array: true,
		};
	}
	const modifiers = (type.typmods ?? []).map((node) => constantOf(node) ?? columnNameOf(node));
	return { parts, builtIn: null, modifiers: modifiers.length > 0 ? `(${modifiers.join(",")})` : "", array };
}

/** `Point` in `geometry(Point,4326)` parses as a column. */
function columnNameOf(node: Node): string {
	return stringsOf(as(node, "ColumnRef")?.fields).join(".");
}

function printBuiltIn(name: string, typmods: readonly Node[] | undefined): string {
	const numbers = (typmods ?? []).map((node) => Number(constantOf(node)));
	const first = numbers[0];
	switch (name) {
		case "bpchar":
			return first === undefined ? "bpchar" : `character(${first})`;
		case "numeric":
			return first === undefined ? "numeric" : `numeric(${first},${numbers[1] ?? 0})`;
		case "interval":
			return printInterval(numbers);
		case "time":
		case "timestamp":
			return `${name}${first === undefined ? "" : `(${Math.min(first, 6)})`} without time zone`;
		case "timetz":
		case "timestamptz":
			return `${name.slice(0, -2)}${first === undefined ? "" : `(${Math.min(first, 6)})`} with time zone`;
	}
	const printed = SQL_NAMES[name] ?? quoteIdentifier(name);
	return first === undefined ? printed : `${printed}(${numbers.join(",")})`;
}

/** Bits of an interval's field mask, `INTERVAL_MASK` in src/include/utils/timestamp.h. */
const INTERVAL_FIELDS: Readonly<Record<number, string>> = {
	[1 << 2]: "year",
	[1 << 1]: "month",
	[1 << 3]: "day",
	[1 << 10]: "hour",
	[1 << 11]: "minute",
	[1 << 12]: "second",
	[(1 << 2) | (1 << 1)]: "year to month",
	[(1 << 3) | (1 << 10)]: "day to hour",
	[(1 << 3) | (1 << 10) | (1 << 11)]: "day to minute",
	[(1 << 3) | (1 << 10) | (1 << 11) | (1 << 12)]: "day to second",
	[(1 << 10) | (1 << 11)]: "hour to minute",
	[(1 << 10) | (1 << 11) | (1 << 12)]: "hour to second",
	[(1 << 11) | (1 << 12)]: "minute to second",
};

function printInterval(numbers: readonly number[]): string {
	const fields = numbers[0] === undefined ? undefined : INTERVAL_FIELDS[numbers[0]];
	const precision = numbers[1] === undefined ? "" : `(${Math.min(numbers[1], 6)})`;
	return `interval${fields ? ` ${fields}` : ""}${precision}`;
}

/**
 * Prints a type as `format_type` does for a reader whose search path is `public`: types of the files that live in
 * another schema are qualified, those in `public` are not.
 */
export function printType(type: TypeRef): string {
	const name = type.named ? quoteQualified(type.named.schema, type.named.name) : type.text;
	return type.array ? `${name}[]` : name;
}

export function sameType(a: TypeRef, b: TypeRef): boolean {
	return a === b || (a.named === b.named && a.array === b.array && (a.named !== null || a.text === b.text));
}
