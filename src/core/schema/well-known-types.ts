import type { TypeRef } from "./drafts";
import { printType, textType } from "./type-name";

/** Built-in types that expressions have, and how they combine. */

export const BOOLEAN = textType("boolean");
export const TEXT = textType("text");
/** The type of a NULL that nothing beside it gives a type. */
export const NULL_TYPE = textType("text");
export const INTEGER = textType("integer");
export const BIGINT = textType("bigint");
export const NUMERIC = textType("numeric");
export const DOUBLE = textType("double precision");
export const DATE = textType("date");
export const TIMESTAMP = textType("timestamp without time zone");
export const TIMESTAMPTZ = textType("timestamp with time zone");
export const INTERVAL = textType("interval");

/** From the narrowest: an operation on two has the wider's type. */
export const NUMBERS = ["smallint", "integer", "bigint", "numeric", "real", "double precision"];

/** The printed type without length or precision. */
export function plain(type: TypeRef): string {
	return printType(type).replace(/\([^)]*\)/, "");
}

/** What functions give of a column's type: `numeric` of `numeric(10,2)`, `text` of character types. */
export function withoutModifier(type: TypeRef): TypeRef {
	if (type.named || type.array) return type;
	const name = plain(type);
	if (name === "character varying") return TEXT;
	return name === type.text ? type : textType(name);
}

export function arrayOf(type: TypeRef | null): TypeRef | null {
	return type && { ...type, array: true };
}
