import type { Strategy } from "../tenancy/answers";
import type { Artifact, Blueprint, Generate } from "./artifact";
import { databaseLevel } from "./database/generate";
import { rowLevel } from "./row/row-level";
import { schemaLevel } from "./schema/generate";
import { singleToMulti } from "./staged/single-to-multi";

/** What makes the files of each strategy; one that stands here none yet has only its report. */
export const GENERATORS: Readonly<Partial<Record<Strategy, Generate>>> = {
	// A product that serves one tenant gets there in stages, as its tables hold rows and its queries know no tenant.
	row: (blueprint) =>
		blueprint.database.tenancy.mode === "single-tenant" ? singleToMulti(blueprint) : rowLevel(blueprint),
	schema: schemaLevel,
	database: databaseLevel,
};

/** The files that implement a strategy for a product, in the order in which a reader meets them. None where there is no generator. */
export function generate(strategy: Strategy, blueprint: Blueprint): Artifact[] {
	return GENERATORS[strategy]?.(blueprint) ?? [];
}
