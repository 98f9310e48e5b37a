import type { Strategy } from "../tenancy/answers";
import { type Level, rank } from "./demands";
import type { Needs } from "./needs";
import { counted, number } from "./numbers";
import type { SourceId } from "./sources";

/** What a strategy gives: the least that every tenant gets, and the most that one can get. */
export interface Isolation {
	readonly everybody: Level;
	readonly some: Level;
}

/** A stated requirement, or a limit, that a strategy does not meet: it is not recommended, whatever else speaks for it. */
export interface BrokenRequirement {
	readonly id: string;
	readonly text: string;
	readonly source: SourceId;
}

/** Above so many tenants a schema each leaves what is published as its range: "1-10k" (Citus, sharding tradeoffs). */
export const MOST_SCHEMAS = 10_000;
/** https://www.postgresql.org/docs/current/limits.html */
const MOST_RELATIONS = 1_431_650_303;
/** The table, its primary key, two more indexes, and the table and index for long values (bench/catalog.ts). */
export const RELATIONS_PER_TABLE = 6;

/** @param floor what must not be undercut, whatever the needs are; see `recommend` */
export function isolationOf(strategy: Strategy, needs: Needs, floor: Isolation | null = null): Isolation {
	if (strategy !== "hybrid") return { everybody: strategy, some: strategy };
	const shared = Math.max(rank(needs.everybody), rank(floor?.everybody ?? "row"));
	return { everybody: shared === 0 ? "row" : "schema", some: "database" };
}

/** What speaks against a strategy so that nothing can outweigh it. */
export function brokenRequirements(strategy: Strategy, needs: Needs): BrokenRequirement[] {
	const given = isolationOf(strategy, needs);
	const undercut = needs.demands.filter(
		({ everybody, some }) => rank(given.everybody) < rank(everybody) || rank(given.some) < rank(some),
	);
	return [...undercut.map(({ id, text, source }) => ({ id, text, source })), ...limits(strategy, needs)];
}

function limits(strategy: Strategy, { answers, tenants }: Needs): BrokenRequirement[] {
	const broken: BrokenRequirement[] = [];
	if (answers.compliance.includes("data-residency") && (strategy === "row" || strategy === "schema"))
		broken.push({
			id: "data-residency",
			text: "Some tenants' data must stay in a region. One database stands in one region, so tenants must be placed one by one, which is what the hybrid (a shared database for each region) and a database each can do.",
			source: "azure-storage",
		});
	if (strategy !== "schema") return broken;
	if (tenants > MOST_SCHEMAS)
		broken.push({
			id: "schema-count",
			text: `${counted(tenants, "tenant")} would be as many schemas. A schema each is published for 1 to ${number(MOST_SCHEMAS)} tenants.`,
			source: "citus-sharding",
		});
	const relations = tenants * answers.tables * RELATIONS_PER_TABLE;
	if (relations > MOST_RELATIONS)
		broken.push({
			id: "relation-count",
			text: `${counted(tenants, "schema")} of ${counted(answers.tables, "table")} with their indexes are ${number(relations)} relations. A database holds at most ${number(MOST_RELATIONS)}.`,
			source: "postgres-limits",
		});
	return broken;
}
