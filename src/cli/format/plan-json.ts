import type { Artifact } from "../../core/implement/artifact";
import type { Plan } from "../../core/strategy/plan";
import { SOURCES, sourceOf } from "../../core/strategy/sources";

/** The JSON of `tenancy plan --json`, version 1. Costs are US dollars a month, sizes GB of 10⁹ bytes. */
export function planJson(plan: Plan, artifacts: readonly Artifact[]): string {
	const { recommended, isolation, scores, guidance, thresholds, compliance, cost, formulas, sensitivity } = plan;
	const { risks, ...advice } = guidance;
	return `${JSON.stringify(
		{
			version: 1,
			recommended,
			isolation,
			scores,
			reasons: plan.reasons.map((reason) => ({
				for: reason.for,
				weight: reason.weight,
				text: reason.text,
				source: reason.source,
				url: sourceOf(reason.source).url,
				about: reason.about,
			})),
			risks,
			thresholds: thresholds.map(({ answer, text, to }) => ({ answer, text, to })),
			...advice,
			compliance,
			cost: { ...cost, formulas, sensitivity },
			answers: plan.answers,
			artifacts: artifacts.map(({ path, purpose }) => ({ path, purpose })),
			sources: SOURCES,
		},
		null,
		2,
	)}\n`;
}
