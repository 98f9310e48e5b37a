import { describe, expect, test } from "vitest";
import { recommend } from "../../../src/core/strategy/recommend";
import { type SourceId, sourceOf } from "../../../src/core/strategy/sources";
import { type AnswersInput, answersSchema, type Strategy } from "../../../src/core/tenancy/answers";

/** A product, what published guidance says of such a one, and where it says it. */
interface Scenario {
	readonly what: string;
	readonly guidance: string;
	readonly source: SourceId;
	readonly expected: Strategy;
	/** Requirements that rule another strategy out. */
	readonly rulesOut?: Readonly<Partial<Record<Strategy, string>>>;
	readonly answers: AnswersInput;
}

const TEAM = { engineers: 10, dedicatedOperations: true };

const SCENARIOS: readonly Scenario[] = [
	{
		what: "50,000 small tenants, as consumers have them",
		guidance: "row-based sharding is for 1 to 1 million tenants and packs them most densely",
		source: "citus-sharding",
		expected: "row",
		rulesOut: { schema: "schema-count" },
		answers: {
			tenants: { now: 5000, inTwoYears: 50_000, largestShare: 0.01 },
			data: { perTenantGB: 0.01 },
			team: { engineers: 6 },
		},
	},
	{
		what: "8 banks with contracts for isolation and keys of their own",
		guidance: "a silo is adopted for strict security and regulatory constraints, which customers may demand",
		source: "aws-silo",
		expected: "database",
		rulesOut: { row: "contract-all-tenants", schema: "customer-held-keys" },
		answers: {
			tenants: { now: 5, inTwoYears: 8 },
			compliance: ["byok", "pci-dss", "soc2"],
			contractualIsolation: "all-tenants",
			team: { engineers: 20, dedicatedOperations: true },
		},
	},
	{
		what: "2,000 tenants, 12 of them enterprises with a contract",
		guidance: "in the hybrid model most tenants share, and some are placed in single-tenant databases",
		source: "azure-tenancy-patterns",
		expected: "hybrid",
		rulesOut: { row: "tier-isolation", schema: "tier-isolation" },
		answers: {
			tenants: { now: 300, inTwoYears: 2000 },
			contractualIsolation: "some-tenants",
			tiers: [{ name: "enterprise", tenants: 12, isolation: "database" }],
		},
	},
	{
		what: "150 tenants with tables of their own, and an operations team",
		guidance: "custom table definitions for a tenant: yes with schemas, no with shared tables",
		source: "citus-sharding",
		expected: "schema",
		rulesOut: { row: "own-tables" },
		answers: { tenants: { now: 80, inTwoYears: 150 }, perTenant: { customSchema: true }, team: TEAM },
	},
	{
		what: "150 tenants with tables of their own, and four engineers",
		guidance: "tenants can have heterogeneous schemas with schema-based sharding",
		source: "citus-sharding",
		expected: "schema",
		answers: { tenants: { now: 80, inTwoYears: 150 }, perTenant: { customSchema: true } },
	},
	{
		what: "a start-up with 40 tenants that expects 2,000",
		guidance: "the pool model is most cost-effective, with the least operational overhead",
		source: "aws-pool",
		expected: "row",
		answers: { tenants: { now: 40, inTwoYears: 2000 } },
	},
	{
		what: "two engineers with three clinics (HIPAA) who expect thirty",
		guidance: "access control and audit controls are asked for (164.312 a, b), and no separate databases",
		source: "hipaa",
		expected: "row",
		answers: { tenants: { now: 3, inTwoYears: 30 }, compliance: ["hipaa"], team: { engineers: 2 } },
	},
	{
		what: "ten agencies and hospitals (FedRAMP, HIPAA) and an operations team",
		guidance: "the flow of information is enforced (AC-4), and boundaries are protected (SC-7)",
		source: "fedramp",
		expected: "database",
		answers: {
			tenants: { now: 5, inTwoYears: 10 },
			compliance: ["hipaa", "fedramp"],
			team: { engineers: 20, dedicatedOperations: true },
		},
	},
	{
		what: "60 hospitals (HIPAA) of which any may be restored by itself",
		guidance: "point-in-time recovery restores a whole cluster, not a part of it",
		source: "postgres-pitr",
		expected: "database",
		rulesOut: { row: "restore-one-tenant" },
		answers: {
			tenants: { now: 20, inTwoYears: 60 },
			compliance: ["hipaa"],
			perTenant: { restore: true },
			team: { engineers: 15, dedicatedOperations: true },
		},
	},
	{
		what: "500 tenants whose data stays in their region",
		guidance: "tenants are placed into deployments by region",
		source: "azure-storage",
		expected: "hybrid",
		rulesOut: { row: "data-residency", schema: "data-residency" },
		answers: { tenants: { now: 100, inTwoYears: 500 }, compliance: ["data-residency", "gdpr"] },
	},
	{
		what: "benchmarks over 1,000 tenants as part of the product",
		guidance: "reports over isolated tenants take a warehouse to which each of them publishes",
		source: "azure-storage",
		expected: "row",
		answers: { tenants: { now: 100, inTwoYears: 1000 }, crossTenantAnalytics: true },
	},
	{
		what: "300 tenants of which some are promised speed",
		guidance: "pool and bridge share the noisy neighbour's problem; only a silo is without it",
		source: "aws-bridge",
		expected: "hybrid",
		rulesOut: { row: "guaranteed-speed", schema: "guaranteed-speed" },
		answers: {
			tenants: { now: 100, inTwoYears: 300 },
			perTenant: { noisyNeighbourGuarantee: true },
			team: TEAM,
		},
	},
	{
		what: "1,000 tenants on Supabase",
		guidance: "the API relies on row-level security on each table",
		source: "supabase-rls",
		expected: "row",
		answers: { tenants: { now: 50, inTwoYears: 1000 }, hosting: { managed: "supabase", pooler: "supavisor" } },
	},
	{
		what: "a product with a schema for each of 60 tenants that expects 120",
		guidance: "switching to another tenancy model later is sometimes costly",
		source: "azure-tenancy-patterns",
		expected: "schema",
		answers: { tenants: { now: 60, inTwoYears: 120 }, existing: "schema" },
	},
	{
		what: "a product with a schema for each of 1,500 tenants that expects 5,000",
		guidance: "migrations of over 1,500 schemas take more than five hours",
		source: "django-1500-schemas",
		expected: "row",
		answers: { tenants: { now: 1500, inTwoYears: 5000 }, existing: "schema" },
	},
	{
		what: "a product with a database for each of 10 tenants, and an operations team",
		guidance: "a database each scales while each is managed; switching costs",
		source: "azure-tenancy-patterns",
		expected: "database",
		answers: { tenants: { now: 10, inTwoYears: 25 }, existing: "database", team: TEAM },
	},
	{
		what: "5,000 tenants of which one has most of 10 TB",
		guidance: "a tenant that is a noisy neighbour is moved to resources of its own",
		source: "azure-noisy-neighbor",
		expected: "hybrid",
		answers: {
			tenants: { now: 1000, inTwoYears: 5000, largestShare: 0.6 },
			data: { perTenantGB: 2 },
			team: { engineers: 20, dedicatedOperations: true },
		},
	},
	{
		what: "100,000 tenants and 30,000 queries a second on Citus",
		guidance: "shard by the tenant column, up to millions of tenants",
		source: "citus-multi-tenant",
		expected: "row",
		rulesOut: { schema: "schema-count" },
		answers: {
			tenants: { now: 20_000, inTwoYears: 100_000, largestShare: 0.02 },
			data: { perTenantGB: 0.2 },
			queriesPerSecond: 30_000,
			hosting: { managed: "citus" },
			team: { engineers: 30, dedicatedOperations: true },
		},
	},
	{
		what: "40 tenants with an encryption key each",
		guidance: "where tenants provide keys, deploy a database for each",
		source: "azure-sql-multitenant",
		expected: "database",
		rulesOut: { row: "own-encryption-keys", schema: "own-encryption-keys", hybrid: "own-encryption-keys" },
		answers: { tenants: { now: 10, inTwoYears: 40 }, perTenant: { encryptionKeys: true } },
	},
	{
		what: "50,000 tenants of which any may be restored by itself",
		guidance: "schemas are published for 1 to 10,000 tenants",
		source: "citus-sharding",
		expected: "hybrid",
		rulesOut: { row: "restore-one-tenant", schema: "schema-count" },
		answers: { tenants: { now: 5000, inTwoYears: 50_000 }, perTenant: { restore: true } },
	},
	{
		what: "20,000 tenants that were all promised data apart",
		guidance: "schemas are published for at most 10,000 tenants",
		source: "citus-sharding",
		expected: "hybrid",
		rulesOut: { row: "contract-all-tenants", schema: "schema-count" },
		answers: { tenants: { now: 5000, inTwoYears: 20_000 }, contractualIsolation: "all-tenants" },
	},
	{
		what: "a product for one customer that expects fifty",
		guidance: "onboarding is simplest in a pool: no new infrastructure for a tenant",
		source: "aws-pool",
		expected: "row",
		answers: { tenants: { now: 1, inTwoYears: 50 }, existing: "single-tenant" },
	},
	{
		what: "three large customers on Neon with contracts for isolation",
		guidance: "a project for each tenant, where idle ones cost no compute",
		source: "neon-multitenancy",
		expected: "database",
		rulesOut: { row: "contract-all-tenants" },
		answers: {
			tenants: { now: 3, inTwoYears: 12 },
			contractualIsolation: "all-tenants",
			hosting: { managed: "neon" },
		},
	},
	{
		what: "900 tenants behind RDS Proxy without requirements",
		guidance: "a change of a session's state pins its connection until the session ends",
		source: "aws-rds-pinning",
		expected: "row",
		answers: { tenants: { now: 200, inTwoYears: 900 }, hosting: { managed: "rds", pooler: "rds-proxy" } },
	},
];

describe("published guidance, as scenarios", () => {
	test("there are at least twenty, and each strategy is the answer to some", () => {
		expect(SCENARIOS.length).toBeGreaterThanOrEqual(20);
		expect(new Set(SCENARIOS.map(({ expected }) => expected)).size).toBe(4);
	});

	test.for(SCENARIOS)("$what: $expected ($source)", ({ answers, expected, rulesOut = {}, source, guidance }) => {
		const result = recommend(answersSchema.parse(answers));
		expect(guidance).not.toBe("");
		expect(sourceOf(source).url).toMatch(/^https:/);
		expect(result.recommended).toBe(expected);
		for (const [strategy, requirement] of Object.entries(rulesOut)) {
			const { fits, total, brokenRequirements } = result.scores[strategy as Strategy];
			expect({ fits, total }).toEqual({ fits: false, total: 0 });
			expect(brokenRequirements.map(({ id }) => id)).toContain(requirement);
		}
	});
});

describe("what tiers promise", () => {
	const withTier = (isolation: "row" | "schema" | "database", tenants: number) =>
		recommend(
			answersSchema.parse({
				tenants: { now: 10, inTwoYears: 100 },
				contractualIsolation: "all-tenants",
				tiers: [{ name: "all", tenants, isolation }],
			}),
		);

	test("a contract for all whose tier says row, of every tenant, rules nothing out", () => {
		expect(withTier("row", 100).scores.row.brokenRequirements.map(({ id }) => id)).not.toContain(
			"contract-all-tenants",
		);
	});

	test("a tier that says row of some does not speak for the others", () => {
		expect(withTier("row", 99).scores.row.brokenRequirements.map(({ id }) => id)).toContain("contract-all-tenants");
	});

	test("a database for every tenant leaves only a database each", () => {
		const { recommended, scores } = withTier("database", 100);
		expect(recommended).toBe("database");
		expect([scores.row.fits, scores.schema.fits, scores.hybrid.fits]).toEqual([false, false, false]);
	});
});
