import type { Strategy } from "../../tenancy/answers";
import type { Claim } from "../claim";

export interface Risk extends Claim {
	readonly mitigation: string;
}

/** How to go on from a strategy later without building the product anew. */
export interface WayOut extends Claim {
	readonly to: Strategy;
}

/** What to know of a strategy once it is chosen. */
export interface Guidance {
	readonly guarantees: readonly Claim[];
	/** What it does not guarantee: as important as what it does. */
	readonly limits: readonly Claim[];
	/** What every query, migration and job must keep to. */
	readonly queryPatterns: readonly Claim[];
	readonly risks: readonly Risk[];
	readonly wayOut: readonly WayOut[];
	/** What to do, in order. */
	readonly plan: readonly Claim[];
}
