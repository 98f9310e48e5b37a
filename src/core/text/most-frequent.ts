import { compareText } from "./compare";

/** The text that is there most often, the first of those that are there equally often; undefined where there is none. */
export function mostFrequent(texts: readonly string[]): string | undefined {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** What was counted, the most frequent first; among equals by code unit. */
export function byFrequency(counts: ReadonlyMap<string, number>): string[] {
	return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0])).map(([text]) => text);
}
