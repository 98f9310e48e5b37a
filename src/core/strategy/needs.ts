import type { Answers } from "../tenancy/answers";
import { type Demand, demandsOf, highest, type Level, mostTenants, rank, tenantsIn } from "./demands";

/** What follows from the answers before any strategy is looked at. */
export interface Needs {
	readonly answers: Answers;
	/** Tenants to plan for: the most that is said anywhere, so that answers that contradict each other fall on the safe side. */
	readonly tenants: number;
	/** Data of all tenants at that number, in GB of 10⁹ bytes. */
	readonly totalGB: number;
	readonly demands: readonly Demand[];
	/** What every tenant must have at least. */
	readonly everybody: Level;
	/** What some tenants must have at least, though others may do with less. */
	readonly some: Level;
	/** How many tenants get a place of their own where not all do. */
	readonly apart: number;
	/** Nobody said how many those are: the number is a guess. */
	readonly isApartAssumed: boolean;
	/** Some tenants were promised more than the others; what any of them may ask for (a restore, columns of its own) is not that. */
	readonly isMixed: boolean;
}

/** Where nobody said how many tenants need a place of their own: one in twenty, which the report says. */
export const ASSUMED_SHARE_APART = 0.05;

const PROMISED_TO_SOME = ["contract-some-tenants", "tier-isolation", "customer-held-keys", "guaranteed-speed"];

/** Never throws, whatever the answers say. */
export function needsOf(answers: Answers): Needs {
	const tenants = mostTenants(answers);
	const demands = demandsOf(answers);
	const everybody = highest(demands.map((demand) => demand.everybody));
	const some = highest(demands.map((demand) => demand.some));
	const named = tenantsIn(answers.tiers.filter(({ isolation }) => isolation === "schema" || isolation === "database"));
	const isSomebodyApart = rank(some) > rank(everybody);
	return {
		answers,
		tenants,
		totalGB: totalAt(answers, tenants),
		demands,
		everybody,
		some,
		apart: named > 0 ? named : isSomebodyApart ? Math.max(1, Math.ceil(tenants * ASSUMED_SHARE_APART)) : 0,
		isApartAssumed: named === 0 && isSomebodyApart,
		isMixed:
			answers.compliance.includes("data-residency") ||
			demands.some((demand) => PROMISED_TO_SOME.includes(demand.id) && rank(demand.some) > rank(everybody)),
	};
}

/** Data of so many tenants, in GB. Where more is there today than a typical tenant's share, that stays. */
export function totalAt({ tenants, data }: Answers, count: number): number {
	const today = tenants.now * data.perTenantGB;
	return count * data.perTenantGB + Math.max(0, (data.totalGB ?? today) - today);
}
