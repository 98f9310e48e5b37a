import type { TypeRef } from "./drafts";
import { textType } from "./type-name";
import { BOOLEAN, DATE, DOUBLE, INTEGER, INTERVAL, NUMBERS, plain, TEXT, TIMESTAMP } from "./well-known-types";

const COMPARISONS = new Set([
	"=",
	"<>",
	"!=",
	"<",
	">",
	"<=",
	">=",
	"~",
	"~*",
	"!~",
	"!~*",
	"@>",
	"<@",
	"?",
	"?|",
	"?&",
	"&&",
	"@@",
	"@?",
	"-|-",
]);
/** The type that an operator gives; `left` is undefined for a prefix operator. Null where it can't be told. */
export function operatorType(
	operator: string,
	left: TypeRef | null | undefined,
	right: TypeRef | null,
): TypeRef | null {
	if (COMPARISONS.has(operator)) return BOOLEAN;
	if (operator === "->>" || operator === "#>>") return TEXT;
	if (operator === "->" || operator === "#>" || operator === "#-") return left ?? null;
	if (operator === "||")
		return left && (left.array || /^jsonb|bytea|tsvector/.test(left.text)) ? left : right?.array ? right : TEXT;
	if (left === undefined) return right;
	return left && right ? arithmeticType(plain(left), plain(right), operator) : null;
}

function arithmeticType(left: string, right: string, operator: string): TypeRef | null {
	const rank = Math.max(NUMBERS.indexOf(left), NUMBERS.indexOf(right));
	if (NUMBERS.includes(left) && NUMBERS.includes(right))
		return NUMBERS[rank] === "real" && left !== right ? DOUBLE : textType(NUMBERS[rank] as string);
	if (left === "date" && right === "date") return INTEGER;
	if (left.startsWith("timestamp") && right.startsWith("timestamp")) return INTERVAL;
	if (left.startsWith("timestamp") && right === "interval") return textType(left);
	if (left === "date" && right === "interval") return TIMESTAMP;
	if (left === "date" && right === "integer") return DATE;
	if (left === "interval") return right.startsWith("timestamp") && operator === "+" ? textType(right) : INTERVAL;
	return null;
}
