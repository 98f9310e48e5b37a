import type { Strategy } from "../tenancy/answers";
import { GENERATED_MARK } from "../workspace/generated";
import type { Artifact, Blueprint, Generate } from "./artifact";
import { citus } from "./citus/citus";
import { databaseLevel } from "./database/generate";
import { hybrid } from "./hybrid/generate";
import { rowLevel } from "./row/row-level";
import { schemaLevel } from "./schema/generate";
import { singleToMulti } from "./staged/single-to-multi";

/** What makes the files of each strategy. */
export const GENERATORS: Readonly<Record<Strategy, Generate>> = {
	// A product that serves one tenant gets there in stages, as its tables hold rows and its queries know no tenant.
	row: (blueprint) =>
		blueprint.database.tenancy.mode === "single-tenant" ? singleToMulti(blueprint) : rowLevel(blueprint),
	schema: schemaLevel,
	database: databaseLevel,
	hybrid,
};

/**
 * The files that implement a strategy for a product, in the order in which a reader meets them; without those that migrations
 * stand for where the blueprint says so.
 */
export function generate(strategy: Strategy, blueprint: Blueprint): Artifact[] {
	const overMachines = blueprint.answers.hosting.managed === "citus" && (strategy === "row" || strategy === "schema");
	const all = [...GENERATORS[strategy](blueprint), ...(overMachines ? below("citus", citus(blueprint)) : [])].map(
		marked,
	);
	return blueprint.asMigrations ? all.filter(({ isOfSchema }) => !isOfSchema) : all;
}

/** SQL says that it is no part of the schema that the next plan is made from. */
function marked(artifact: Artifact): Artifact {
	return artifact.path.endsWith(".sql") ? { ...artifact, text: `${GENERATED_MARK}\n${artifact.text}` } : artifact;
}

function below(folder: string, artifacts: readonly Artifact[]): Artifact[] {
	return artifacts.map((artifact) => ({ ...artifact, path: `${folder}/${artifact.path}` }));
}
