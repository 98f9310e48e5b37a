/** By UTF-16 code unit: the same on every machine, and without the tables of a locale, which take 10 ms to load. */
export function compareText(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
