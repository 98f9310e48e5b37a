import type { Generate } from "../artifact";
import { otherBindings } from "../base/bindings-other";
import { typescriptBindings } from "../base/bindings-typescript";
import { estimateSql, estimateText } from "./estimate";
import { planStages } from "./plan";
import { readme } from "./readme";
import { stageArtifacts } from "./stage";
import { stagesOf } from "./stages";

const NOTHING = `# From one tenant to many

There is nothing to do: the database has tenants already, or no table of its own that could hold a tenant's data.
`;

/**
 * The staged way of a single-tenant database to many tenants: expand, backfill, enforce, contract, each with its way up and
 * down. A README alone where the database has tenants already.
 */
export const singleToMulti: Generate = (blueprint) => {
	const about = {
		path: "README.md",
		purpose: "The stages, in which order, what each changes, and how far back one can go.",
	};
	const plan = blueprint.database.tenancy.mode === "single-tenant" ? planStages(blueprint) : null;
	if (plan === null) return [{ ...about, text: NOTHING }];
	const stages = stagesOf(plan);
	return [
		{ ...about, text: readme(blueprint.answers, plan, stages) },
		...stages.flatMap(stageArtifacts),
		{
			path: "ESTIMATE.md",
			text: estimateText(),
			purpose: "Which locks each stage takes, and how long, by table size.",
		},
		{
			path: "estimate.sql",
			text: estimateSql(plan),
			purpose: "The same for your tables as they are. It changes nothing.",
		},
		...typescriptBindings(plan.setting.name),
		...otherBindings(plan.setting.name),
	];
};
