import type { Analyzer, DatabaseAnalysis } from "../analyze";
import { PHASES, type Step } from "../emit/step";
import type { Remedy } from "../rules/base/remedy";
import type { Finding } from "../rules/base/rule";
import { joinPolicies } from "./join-policies";
import { stepsSql } from "./steps";

/** More rounds than any schema needs; a fix that its own rule finds wrong would go on for ever. */
const MOST_ROUNDS = 40;

export interface FixedAll {
	/** In the order in which they run. */
	readonly steps: readonly Step[];
	/** What was mended, and what came to light and was mended on the way. */
	readonly mended: readonly Finding[];
	/** The database as it is after all steps. */
	readonly after: DatabaseAnalysis;
}

/** Which of a finding's remedies is taken; undefined takes none. */
export type ChooseRemedy = (finding: Finding) => Remedy | undefined;

/** The best of those that need no decision. */
export const automaticRemedy: ChooseRemedy = (finding) => finding.remedies().find(({ automatic }) => automatic);

/**
 * Mends what needs no decision, again and again until nothing of it is left: a new tenant column may ask for an index, and
 * its foreign keys for the tenant.
 *
 * @param wanted which findings are to be mended
 * @param decided also what needs a decision: true where somebody made it by asking for just this, else what they chose
 */
export function fixAll(
	analyzer: Pick<Analyzer, "extend">,
	database: DatabaseAnalysis,
	wanted: (finding: Finding) => boolean,
	decided: boolean | ChooseRemedy = false,
): FixedAll {
	const choose: ChooseRemedy =
		typeof decided === "function" ? decided : decided ? (finding) => finding.remedies()[0] : automaticRemedy;
	let steps: Step[] = [];
	let after = database;
	const mended: Finding[] = [];
	const tried = new Set<string>();
	for (let round = 0; round < MOST_ROUNDS; round++) {
		const touched = new Set<string>();
		const added: Step[] = [];
		const alike = new Map<string, number>();
		for (const finding of after.findings) alike.set(keyOf(finding), (alike.get(keyOf(finding)) ?? 0) + 1);
		for (const finding of after.findings) {
			const key = keyOf(finding);
			if (tried.has(key) || !wanted(finding)) continue;
			const remedy = choose(finding);
			// What another remedy of this round touches is looked at again in the next: it may look different by then.
			if (!remedy || remedy.steps.some(({ table }) => touched.has(table))) continue;
			// Of several that read alike, as those of a function's overloads, each has a remedy of its own.
			const own = alike.get(key) === 1 ? key : `${key} ${remedy.steps.map(({ sql }) => sql).join(" ")}`;
			if (tried.has(own)) continue;
			tried.add(own);
			for (const step of remedy.steps) touched.add(step.table);
			added.push(...remedy.steps);
			mended.push(finding);
		}
		if (added.length === 0) break;
		steps = inPhases([...steps, ...added]);
		after = analyzer.extend(database, stepsSql(steps));
	}
	return { steps, mended, after };
}

function keyOf({ rule, table, message }: Finding): string {
	return `${rule} ${table} ${message}`;
}

/** Phase by phase, each statement once, and what changes one policy in one. */
export function inPhases(steps: readonly Step[]): Step[] {
	const seen = new Set<string>();
	const once = PHASES.flatMap((phase) => steps.filter((step) => step.phase === phase)).filter(({ sql }) => {
		if (seen.has(sql)) return false;
		seen.add(sql);
		return true;
	});
	return joinPolicies(once);
}
