import { count, oneLine } from "../output";

/** What `tenancy fix` did and what it left, for people. */
export interface FixReport {
	/** The rule of each finding that was mended. */
	readonly mended: readonly string[];
	/** The rule of each finding that can be mended once somebody decides. */
	readonly toDecide: readonly string[];
	/** The rule of each finding that only a person can mend. */
	readonly byHand: readonly string[];
	/** What is left to do for what was written. */
	readonly notes: readonly string[];
	/** Paths as the user sees them; null where nothing was to be written, as with --dry-run. */
	readonly written: readonly string[] | null;
}

export function fixText({ mended, toDecide, byHand, notes, written }: FixReport): string {
	const lines = [
		...(written ?? []).map((path) => `Wrote ${oneLine(path)}`),
		mended.length === 0
			? "Nothing to mend without a decision."
			: `${written === null ? "Would mend" : "Mended"} ${count(mended.length, "finding")}: ${byRule(mended)}.`,
		...(toDecide.length > 0
			? [`${count(toDecide.length, "finding")} can be mended once you decide: ${byRule(toDecide)}.`]
			: []),
		...(toDecide.length > 0 ? [`  To decide for the offered fix: tenancy fix --rule ${toDecide.toSorted()[0]}`] : []),
		...(byHand.length > 0 ? [`${count(byHand.length, "finding")} can only be mended by hand: ${byRule(byHand)}.`] : []),
		...notes.map((note) => `To do: ${oneLine(note)}`),
	];
	return `${lines.join("\n")}\n`;
}

/** `rls-disabled 2, rls-not-forced 1`, the most frequent first. */
function byRule(rules: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + 1);
	return [...counts]
		.sort(([ruleA, a], [ruleB, b]) => b - a || (ruleA < ruleB ? -1 : 1))
		.map(([rule, n]) => `${rule} ${n}`)
		.join(", ");
}
