import { type Answers, STRATEGIES, type Strategy } from "../tenancy/answers";
import { considerationsFor } from "./considerations";
import type { Consideration } from "./considerations/consideration";
import { highest, rank } from "./demands";
import { type Needs, needsOf } from "./needs";
import { type BrokenRequirement, brokenRequirements, type Isolation, isolationOf } from "./requirements";
import type { SourceId } from "./sources";

export interface Score {
	/** 0 to 100; 0 where a requirement is broken. */
	readonly total: number;
	/** What the considerations alone give, 0 to 100: how well it would suit if nothing were broken. */
	readonly suitability: number;
	readonly fits: boolean;
	readonly brokenRequirements: readonly BrokenRequirement[];
}

/** Why a strategy suits, or does not. */
export interface Reason {
	readonly for: Strategy;
	/** What it is about; the same consideration speaks of several strategies. */
	readonly about: string;
	/** −1 (speaks against it) to 1 (speaks for it). */
	readonly weight: number;
	readonly text: string;
	readonly source: SourceId;
}

export interface Recommendation {
	readonly recommended: Strategy;
	/** What tenants get with it. */
	readonly isolation: Isolation;
	readonly scores: Readonly<Record<Strategy, Score>>;
	/** The heaviest first; of the recommended strategy before others of the same weight. */
	readonly reasons: readonly Reason[];
	readonly needs: Needs;
	/** What would be advised if contracts promised a step less; nothing less is advised. */
	readonly floor: Isolation | null;
}

/** On a tie the simpler one. */
const SIMPLEST: readonly Strategy[] = ["row", "schema", "hybrid", "database"];
const MOST_IMPORTANT = 3;

/**
 * The strategy that suits best among those that break no stated requirement: each consideration's effect, −1 to 1, counts
 * by its importance, and the average of them is stretched to 0…100.
 *
 * A promise never leads to less: what would be advised if contracts promised less is the least that is advised. There is
 * always a strategy that fits, for a database each meets every demand.
 */
export function recommend(answers: Answers): Recommendation {
	const choice = choose(answers, new Map());
	const { recommended } = choice;
	const reasons = choice.considerations.flatMap(({ id, importance, source, effects }) =>
		STRATEGIES.flatMap((strategy): Reason[] => {
			const found = effects[strategy];
			if (!found) return [];
			const weight = Math.round((found.effect * importance * 100) / MOST_IMPORTANT) / 100;
			return weight === 0 ? [] : [{ for: strategy, about: id, weight, text: found.text, source }];
		}),
	);
	const order = (reason: Reason) => Math.abs(reason.weight) + (reason.for === recommended ? 0.001 : 0);
	const { considerations: _, ...result } = choice;
	return { ...result, reasons: reasons.sort((a, b) => order(b) - order(a)) };
}

/** Only which one: for whoever asks many times. */
export function recommendedFor(answers: Answers): Strategy {
	return choose(answers, new Map()).recommended;
}

interface Choice extends Omit<Recommendation, "reasons"> {
	readonly considerations: readonly Consideration[];
}

/** @param known what was chosen for weaker promises */
function choose(answers: Answers, known: Map<string, Choice>): Choice {
	const needs = needsOf(answers);
	const floor = floorOf(answers, known);
	const considerations = considerationsFor(needs);
	const weights = considerations.reduce((sum, { importance }) => sum + importance, 0);
	const scoreOf = (strategy: Strategy): Score => {
		const sum = considerations.reduce(
			(total, { importance, effects }) => total + importance * (effects[strategy]?.effect ?? 0),
			0,
		);
		const suitability = Math.round(Math.max(0, Math.min(100, 50 + (50 * sum) / weights)));
		const stated = brokenRequirements(strategy, needs);
		const broken = stated.length > 0 ? stated : undercuts(strategy, needs, floor);
		const fits = broken.length === 0;
		return { total: fits ? suitability : 0, suitability, fits, brokenRequirements: broken };
	};
	const scores = Object.fromEntries(STRATEGIES.map((strategy) => [strategy, scoreOf(strategy)])) as Record<
		Strategy,
		Score
	>;
	const [recommended = "database"] = SIMPLEST.filter((strategy) => scores[strategy].fits).sort(
		(a, b) => scores[b].total - scores[a].total,
	);
	return { recommended, isolation: isolationOf(recommended, needs, floor), scores, needs, floor, considerations };
}

/** The most of what would be advised if contracts promised a step less; null where they promise nothing. */
function floorOf(answers: Answers, known: Map<string, Choice>): Isolation | null {
	const weaker = weakerPromises(answers).map((less) => {
		const key = JSON.stringify([less.contractualIsolation, less.tiers]);
		const choice = known.get(key) ?? choose(less, known);
		known.set(key, choice);
		return choice.isolation;
	});
	if (weaker.length === 0) return null;
	return {
		everybody: highest(weaker.map(({ everybody }) => everybody)),
		some: highest(weaker.map(({ some }) => some)),
	};
}

/** The same product with contracts that promise a step less, in each way in which they can. */
function weakerPromises(answers: Answers): Answers[] {
	const { contractualIsolation, tiers } = answers;
	const weaker: Answers[] = [];
	if (contractualIsolation !== "none")
		weaker.push({
			...answers,
			contractualIsolation: contractualIsolation === "all-tenants" ? "some-tenants" : "none",
		});
	const most = highest(tiers.map(({ isolation }) => isolation ?? "row"));
	if (most !== "row")
		weaker.push({
			...answers,
			tiers: tiers.map((tier) =>
				tier.isolation === most ? { ...tier, isolation: most === "database" ? "schema" : undefined } : tier,
			),
		});
	return weaker;
}

function undercuts(strategy: Strategy, needs: Needs, floor: Isolation | null): BrokenRequirement[] {
	if (!floor) return [];
	const given = isolationOf(strategy, needs, floor);
	if (rank(given.everybody) >= rank(floor.everybody) && rank(given.some) >= rank(floor.some)) return [];
	return [
		{
			id: "contract-lowers-nothing",
			text: "Without the contract's promise more would already be advised; a promise must not lead to less.",
			source: "azure-tenancy-patterns",
		},
	];
}
