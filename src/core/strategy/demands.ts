import type { Answers } from "../tenancy/answers";
import { plain } from "./claim";
import { counted } from "./numbers";
import type { SourceId } from "./sources";

/** How far apart tenants' data stands, from less to more. */
export const LEVELS = ["row", "schema", "database"] as const;
export type Level = (typeof LEVELS)[number];

/** What somebody stated that tenants must have, whatever it costs. */
export interface Demand {
	readonly id: string;
	/** What every tenant must have at least. */
	readonly everybody: Level;
	/** What some must have at least. */
	readonly some: Level;
	/** What was stated, and why less does not do. */
	readonly text: string;
	readonly source: SourceId;
}

/** What the answers demand of any strategy. The strictest reading where they leave a doubt. */
export function demandsOf(answers: Answers): Demand[] {
	return [...contractDemands(answers), ...tenantDemands(answers)];
}

/** Tenants to plan for: the most that is said anywhere, so that answers that contradict each other fall on the safe side. */
export function mostTenants({ tenants, tiers }: Answers): number {
	return Math.max(tenants.now, tenants.inTwoYears, tenantsIn(tiers));
}

export function tenantsIn(tiers: readonly { readonly tenants: number }[]): number {
	return tiers.reduce((sum, tier) => sum + tier.tenants, 0);
}

function contractDemands(answers: Answers): Demand[] {
	const { tiers, contractualIsolation } = answers;
	const promised = tiers.flatMap(({ name, tenants, isolation }) =>
		isolation !== undefined && tenants > 0 ? [{ name, tenants, isolation }] : [],
	);
	const isolations = promised.map(({ isolation }) => isolation);
	// Only where a tier's contract is stated for each tenant do the tiers say what "apart" means for all of them.
	const isWhole = promised.length > 0 && tenantsIn(promised) >= mostTenants(answers);
	const demands: Demand[] = [];
	if (contractualIsolation === "all-tenants") {
		const everybody = isWhole ? lowest(isolations) : "schema";
		demands.push({
			id: "contract-all-tenants",
			everybody,
			some: everybody,
			text: "The contract promises **every** tenant data apart from other customers'. Rows in shared tables, however well they are filtered, are not that.",
			source: "aws-silo",
		});
	}
	if (contractualIsolation === "some-tenants")
		demands.push({
			id: "contract-some-tenants",
			everybody: "row",
			some: isWhole ? highest(isolations) : "schema",
			text: "Some contracts promise data apart from other customers': those tenants need a schema or database of their own.",
			source: "azure-tenancy-patterns",
		});
	const apart = promised.filter(({ isolation }) => isolation !== "row");
	if (apart.length > 0)
		demands.push({
			id: "tier-isolation",
			everybody: isWhole ? lowest(isolations) : "row",
			some: highest(isolations),
			text: `${apart.map((tier) => `Tier “${plain(tier.name)}” (${counted(tier.tenants, "tenant")}) is promised a ${tier.isolation} of its own`).join("; ")}.`,
			source: "azure-tenancy-patterns",
		});
	return demands;
}

function tenantDemands({ perTenant, compliance }: Answers): Demand[] {
	const demands: Demand[] = [];
	if (perTenant.encryptionKeys)
		demands.push({
			id: "own-encryption-keys",
			everybody: "database",
			some: "database",
			text: "Each tenant has an encryption key of its own. PostgreSQL encrypts below the file system or in the application, so what shares files shares the key.",
			source: "postgres-encryption",
		});
	if (compliance.includes("byok"))
		demands.push({
			id: "customer-held-keys",
			everybody: "row",
			some: "database",
			text: "Customers hold keys that they can revoke. Revoking one must stop that customer's data alone, so it must not share files with others'.",
			source: "aws-rds-keys",
		});
	if (perTenant.restore)
		demands.push({
			id: "restore-one-tenant",
			everybody: "row",
			some: "schema",
			text: "One tenant is restored to a point in time without touching the others. PostgreSQL restores whole clusters; a schema or database can be taken out of a restored copy, rows of shared tables must be picked and merged by hand.",
			source: "postgres-pitr",
		});
	if (perTenant.customSchema)
		demands.push({
			id: "own-tables",
			everybody: "row",
			some: "schema",
			text: "Some tenants have tables or columns of their own. Tables that all tenants share have the same columns for all of them.",
			source: "citus-sharding",
		});
	if (perTenant.noisyNeighbourGuarantee)
		demands.push({
			id: "guaranteed-speed",
			everybody: "row",
			some: "database",
			text: "A tenant is promised speed whatever others do. On a shared server nothing promises that; a database can be put on a server of its own.",
			source: "azure-noisy-neighbor",
		});
	return demands;
}

export function rank(level: Level): number {
	return LEVELS.indexOf(level);
}

/** The furthest apart; `row` of none. */
export function highest(levels: readonly Level[]): Level {
	return LEVELS[Math.max(0, ...levels.map(rank))] ?? "row";
}

function lowest(levels: readonly Level[]): Level {
	return LEVELS[Math.min(...levels.map(rank))] ?? "row";
}
