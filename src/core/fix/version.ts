import { compareDigits, compareNumbered } from "../workspace/paths";
import { digitsOfTime, oneLater, timeOfDigits, timeOfIso } from "./calendar";

/** What a tool's own command would use where no file shows a style: `20240131093000`. */
const DEFAULT_DIGITS = 14;

/** Behind the time, Diesel's newer command writes four zeros: `2024-01-31-093000-0000`. */
const DATED_END = "-0000";
const DATED = /^\d{4}-\d{2}-\d{2}-\d{6}(?=-0000$)/;

/**
 * The versions of the next migrations, written as the greatest of those that are there: a time in digits
 * (`20240131093000`, `2024_01_31_093000`), in seconds or milliseconds since 1970, or a number of the same width. Each
 * is greater than all before it.
 *
 * @param taken all versions in use
 * @param now an ISO time
 * @param compare the tool's order of versions
 */
export function nextVersions(
	taken: readonly string[],
	now: string,
	count: number,
	compare: (a: string, b: string) => number = compareNumbered,
): string[] {
	const versions: string[] = [];
	let last = [...taken].sort(compare).at(-1) ?? null;
	for (let i = 0; i < count; i++) {
		last = nextVersion(last, timeOfIso(now));
		versions.push(last);
	}
	return versions;
}

function nextVersion(last: string | null, now: number): string {
	if (last === null) return digitsOfTime(now, DEFAULT_DIGITS);
	const [dated = ""] = DATED.exec(last) ?? [];
	if (dated !== "") return `${nextVersion(dated, now)}${DATED_END}`;
	const digits = last.replace(/\D/g, "");
	const later = laterTime(digits, now);
	if (later !== null) return withSeparators(later, last);
	const [, start = "", number = ""] = /^(.*?)(\d+)$/s.exec(last) ?? [];
	return `${start}${plusOne(number)}`;
}

/** The time as digits in the style of these, and greater; null where they are a plain number. */
function laterTime(digits: string, now: number): string | null {
	const time = timeOfDigits(digits);
	if (time !== null) return digitsOfTime(Math.max(now, oneLater(time, digits.length)), digits.length);
	// A date and a number of that day.
	if (digits.length === 10 && timeOfDigits(digits.slice(0, 8)) !== null)
		return greater(`${digitsOfTime(now, 8)}01`, digits);
	if (/^1\d{9}$/.test(digits)) return greater(String(Math.floor(now / 1_000)), digits);
	if (/^1\d{12}$/.test(digits)) return greater(String(now), digits);
	return null;
}

function greater(wanted: string, last: string): string {
	return compareDigits(wanted, last) > 0 ? wanted : plusOne(last);
}

function plusOne(digits: string): string {
	return (BigInt(digits) + 1n).toString().padStart(digits.length, "0");
}

function withSeparators(digits: string, model: string): string {
	let used = 0;
	return model.replace(/\d/g, () => digits[used++] ?? "");
}

/**
 * The version that a file's name begins with: its digits, and further ones behind separators where all of them are a
 * date or time, or a version in parts (`1.2`). Empty where it begins with none.
 */
export function leadingVersion(name: string): string {
	const [first = ""] = /^\d+/.exec(name) ?? [];
	const [parts = ""] = /^\d+(?:[-_.]\d+)+(?![0-9A-Za-z])/.exec(name) ?? [];
	const dotted = /^\d+(?:\.\d+)+$/.test(parts);
	return parts !== "" && (dotted || DATED.test(parts) || timeOfDigits(parts.replace(/\D/g, "")) !== null)
		? parts
		: first;
}
