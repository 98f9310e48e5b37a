/** Times in UTC as digits, `20240131093000`, from years to as fine as there are digits. By their length: what one more unit is, in milliseconds. */
const UNITS: Readonly<Record<number, number>> = { 8: 86_400_000, 12: 60_000, 14: 1_000, 17: 1 };

/** Milliseconds since 1970 of a time in digits; null where the digits are no time. */
export function timeOfDigits(digits: string): number | null {
	if (UNITS[digits.length] === undefined) return null;
	const at = (start: number, end: number) => Number(digits.slice(start, end) || "0");
	const [year, month, day, hour, minute, second] = [at(0, 4), at(4, 6), at(6, 8), at(8, 10), at(10, 12), at(12, 14)];
	const isTime =
		year >= 1970 &&
		year < 2200 &&
		month >= 1 &&
		month <= 12 &&
		day >= 1 &&
		day <= 31 &&
		hour < 24 &&
		minute < 60 &&
		second < 60;
	if (!isTime) return null;
	return (daysUntil(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second) * 1_000 + at(14, 17);
}

/** The time in that many digits. */
export function digitsOfTime(time: number, length: number): string {
	const days = Math.floor(time / 86_400_000);
	const rest = time - days * 86_400_000;
	const parts = [Math.floor(rest / 3_600_000), Math.floor(rest / 60_000) % 60, Math.floor(rest / 1_000) % 60].map(
		(part) => String(part).padStart(2, "0"),
	);
	return `${dateOfDays(days)}${parts.join("")}${String(rest % 1_000).padStart(3, "0")}`.slice(0, length);
}

/** The next time that has other digits. */
export function oneLater(time: number, length: number): number {
	return time + (UNITS[length] ?? 1_000);
}

/** Milliseconds since 1970 of `2024-01-31T09:30:00.000Z`. */
export function timeOfIso(iso: string): number {
	const digits = iso.replace(/\D/g, "").slice(0, 17).padEnd(17, "0");
	const time = timeOfDigits(digits);
	if (time === null) throw new RangeError(`${iso} is no ISO time`);
	return time;
}

/** Days from 1970 to a date, by counting from 1 March, so that a leap day is the year's last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms"). */
function daysUntil(year: number, month: number, day: number): number {
	const marchYear = month > 2 ? year : year - 1;
	const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
	const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
	return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

function dateOfDays(days: number): string {
	let year = 1970 + Math.floor(days / 365.2425);
	while (daysUntil(year + 1, 1, 1) <= days) year++;
	while (daysUntil(year, 1, 1) > days) year--;
	let month = 12;
	while (daysUntil(year, month, 1) > days) month--;
	const day = days - daysUntil(year, month, 1) + 1;
	return `${year}${String(month).padStart(2, "0")}${String(day).padStart(2, "0")}`;
}
