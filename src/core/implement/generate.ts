import type { Strategy } from "../tenancy/answers";
import type { Artifact, Blueprint, Generate } from "./artifact";
import { databaseLevel } from "./database/generate";
import { rowLevel } from "./row/row-level";
import { schemaLevel } from "./schema/generate";

/** What makes the files of each strategy; one that stands here none yet has only its report. */
export const GENERATORS: Readonly<Partial<Record<Strategy, Generate>>> = {
	row: rowLevel,
	schema: schemaLevel,
	database: databaseLevel,
};

/** The files that implement a strategy for a product, in the order in which a reader meets them. None where there is no generator. */
export function generate(strategy: Strategy, blueprint: Blueprint): Artifact[] {
	return GENERATORS[strategy]?.(blueprint) ?? [];
}
