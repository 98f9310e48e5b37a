import type { Strategy } from "../tenancy/answers";
import type { Artifact, Blueprint, Generate } from "./artifact";

/** What makes the files of each strategy; one that stands here none yet has only its report. */
export const GENERATORS: Readonly<Partial<Record<Strategy, Generate>>> = {};

/** The files that implement a strategy for a product, in the order in which a reader meets them. None where there is no generator. */
export function generate(strategy: Strategy, blueprint: Blueprint): Artifact[] {
	return GENERATORS[strategy]?.(blueprint) ?? [];
}
