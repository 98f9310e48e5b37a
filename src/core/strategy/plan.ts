import type { Answers } from "../tenancy/answers";
import { type ComplianceEntry, complianceOf } from "./compliance";
import { type Cost, costOf } from "./cost/cost";
import { FORMULAS, type Formula } from "./cost/formulas";
import { type Sensitivity, sensitivityOf } from "./cost/sensitivity";
import { guidanceFor } from "./guidance";
import type { Guidance } from "./guidance/guidance";
import { type Recommendation, recommend } from "./recommend";
import { type Threshold, thresholdsOf } from "./thresholds";

/** Everything that is advised to somebody who answered so. */
export interface Plan extends Recommendation {
	readonly answers: Answers;
	/** What would change the answer. */
	readonly thresholds: readonly Threshold[];
	readonly guidance: Guidance;
	readonly compliance: readonly ComplianceEntry[];
	readonly cost: Cost;
	/** How its numbers come about. */
	readonly formulas: readonly Formula[];
	/** Of the recommended strategy. */
	readonly sensitivity: readonly Sensitivity[];
}

/** The same answers always give the same plan. Valid answers never make it throw, however contradictory they are. */
export function planFor(answers: Answers): Plan {
	const recommendation = recommend(answers);
	const { recommended } = recommendation;
	return {
		...recommendation,
		answers,
		thresholds: thresholdsOf(answers),
		guidance: guidanceFor(recommended, answers),
		compliance: complianceOf(answers),
		cost: costOf(recommendation),
		formulas: FORMULAS,
		sensitivity: sensitivityOf(recommendation, recommended),
	};
}
