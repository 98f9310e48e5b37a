/** The median of some runs, in milliseconds: one slow run (a garbage collection, another process) does not count. */
export async function median(runs: number, action: () => unknown): Promise<number> {
	const times: number[] = [];
	for (let i = 0; i < runs; i++) {
		const start = performance.now();
		await action();
		times.push(performance.now() - start);
	}
	return times.sort((a, b) => a - b)[Math.floor(runs / 2)] as number;
}

/** One line: what was measured, how long it took, and that time divided by a reference of the same run. */
export function report(
	what: string,
	milliseconds: number,
	reference: { readonly name: string; readonly milliseconds: number },
): void {
	const time = milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds).toLocaleString("en-US");
	console.log(
		`${what.padEnd(52)} ${time.padStart(8)} ms  ${(milliseconds / reference.milliseconds).toFixed(2).padStart(7)} × ${reference.name}`,
	);
}

export function heading(text: string): void {
	console.log(`\n${text}`);
}
