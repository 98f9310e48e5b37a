/**
 * VS Code shows no more problems of one `DiagnosticCollection.set` than these, and leaves the files behind them out without a word;
 * of one file it shows 1,000, and says so (`_maxDiagnosticsTotal` in its extHostDiagnostics.ts).
 */
const MOST_AT_ONCE = 1100;

/** All entries, in batches that are each shown whole. */
export function inBatches<Entry extends readonly [unknown, readonly unknown[] | undefined]>(
	entries: readonly Entry[],
): Entry[][] {
	const batches: Entry[][] = [];
	let size = Number.POSITIVE_INFINITY;
	for (const entry of entries) {
		const own = entry[1]?.length ?? 0;
		if (size + own > MOST_AT_ONCE) {
			batches.push([]);
			size = 0;
		}
		batches.at(-1)?.push(entry);
		size += own;
	}
	return batches;
}
