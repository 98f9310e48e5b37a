import { type Answers, answersSchema, COMPLIANCE } from "../../../src/core/tenancy/answers";
import fc from "../../random-cases";

/** Whole numbers of every size, with those at which something changes. */
const count = (most: number) =>
	fc.oneof(
		fc.constantFrom(
			...[0, 1, 2, 3, 10, 99, 100, 1000, 9999, 10_000, 10_001, 1_000_000, 1_000_000_000].filter((n) => n <= most),
		),
		fc.integer({ min: 0, max: Math.min(most, 3000) }),
	);
const size = fc.oneof(fc.constantFrom(0, 1e-9, 0.001, 1, 50, 1e4, 1e9), fc.double({ min: 0, max: 1000, noNaN: true }));
const price = fc.oneof(fc.constantFrom(0, 0.1, 250, 1_000_000), fc.double({ min: 0, max: 1000, noNaN: true }));

/** Every combination of answers that the schema accepts: none at all, contradictory ones, enormous ones. */
export const anyAnswers: fc.Arbitrary<Answers> = fc
	.record({
		tenants: fc.record({
			now: count(1_000_000_000),
			inTwoYears: count(1_000_000_000),
			largestShare: fc.double({ min: 0, max: 1, noNaN: true }),
		}),
		data: fc.record({ perTenantGB: size, totalGB: size }, { requiredKeys: ["perTenantGB"] }),
		queriesPerSecond: count(1_000_000_000),
		tables: count(100_000).map((n) => Math.max(1, n)),
		compliance: fc.subarray([...COMPLIANCE]),
		contractualIsolation: fc.constantFrom("none" as const, "some-tenants" as const, "all-tenants" as const),
		perTenant: fc.record({
			restore: fc.boolean(),
			customSchema: fc.boolean(),
			encryptionKeys: fc.boolean(),
			noisyNeighbourGuarantee: fc.boolean(),
		}),
		crossTenantAnalytics: fc.boolean(),
		team: fc.record({ engineers: count(100_000), dedicatedOperations: fc.boolean() }),
		tiers: fc.array(
			fc.record(
				{
					name: fc.constantFrom("free", "pro", "enterprise", "| <b>`*_[x](y)\n# "),
					tenants: count(1_000_000_000),
					isolation: fc.constantFrom("row" as const, "schema" as const, "database" as const),
				},
				{ requiredKeys: ["name", "tenants"] },
			),
			{ maxLength: 4 },
		),
		existing: fc.constantFrom(
			"greenfield" as const,
			"single-tenant" as const,
			"row" as const,
			"schema" as const,
			"database" as const,
		),
		hosting: fc.record({
			postgresVersion: fc.integer({ min: 9, max: 30 }),
			managed: fc.constantFrom(
				...(["self", "rds", "aurora", "cloudsql", "azure", "neon", "supabase", "citus"] as const),
			),
			pooler: fc.constantFrom(...(["none", "pgbouncer", "rds-proxy", "supavisor"] as const)),
		}),
		unitPrices: fc.record({
			serverPerMonth: price,
			smallServerPerMonth: price,
			storageGBPerMonth: price,
			backupGBPerMonth: price,
			engineerHour: price,
			migrationSeconds: fc.constantFrom(0, 0.1, 3, 12, 86_400),
		}),
	})
	.map((answers) => answersSchema.parse(answers));
