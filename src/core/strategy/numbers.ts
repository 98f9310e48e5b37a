/** `2,000`; fractions below ten to two digits. Always in the same way, whatever the machine's language is. */
export function number(value: number): string {
	return grouped(Math.abs(value) < 10 ? String(Number(value.toFixed(2))) : value.toFixed(0));
}

function grouped(text: string): string {
	return text.replace(/^-?\d+/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
}

/** `1 tenant`, `2,000 tenants`. */
export function counted(value: number, one: string, many = `${one}s`): string {
	return `${number(value)} ${value === 1 ? one : many}`;
}

/** Gigabytes of 10⁹ bytes, in the unit that reads best. */
export function gigabytes(value: number): string {
	if (value >= 1_000_000) return `${number(value / 1_000_000)} PB`;
	if (value >= 1000) return `${number(value / 1000)} TB`;
	if (value >= 1 || value === 0) return `${number(value)} GB`;
	return `${number(value * 1000)} MB`;
}

/** Whole dollars; cents below ten. */
export function dollars(value: number): string {
	// A price of a GB has tenths of a cent.
	const digits = value < 1 ? value.toFixed(3).replace(/0$/, "") : value.toFixed(value < 10 ? 2 : 0);
	return `$${grouped(digits)}`;
}

/** Minutes as people say them. */
export function duration(minutes: number): string {
	if (minutes < 1) return counted(Math.round(minutes * 60), "second");
	if (minutes < 120) return counted(Math.round(minutes), "minute");
	if (minutes < 48 * 60) return counted(Math.round(minutes / 60), "hour");
	return counted(Math.round(minutes / 60 / 24), "day");
}

/** 0 up to `from`, 1 from `to` on, between them by the logarithm: from 10 to 100 is as far as from 100 to 1,000. */
export function ramp(value: number, from: number, to: number): number {
	if (value <= from) return 0;
	if (value >= to) return 1;
	return Math.log(value / from) / Math.log(to / from);
}
