import * as z from "zod";

/** How tenants can be kept apart, from most shared to most apart; hybrid places each tier where its customers need it. */
export const STRATEGIES = ["row", "schema", "database", "hybrid"] as const;
export type Strategy = (typeof STRATEGIES)[number];

export const COMPLIANCE = [
	"gdpr",
	"hipaa",
	"pci-dss",
	"soc2",
	"iso27001",
	"fedramp",
	"data-residency",
	"byok",
] as const;
export type Compliance = (typeof COMPLIANCE)[number];

/** What can't be counted any more is a mistake in typing. */
const MOST = 1_000_000_000;

const count = z.int().min(0).max(MOST);
const gigabytes = z.number().min(0).max(MOST);
const flag = z.boolean().default(false);
const price = z.number().min(0).max(1_000_000);

const tier = z
	.strictObject({
		name: z.string().trim().min(1).max(60).describe("What the tier is called, such as `enterprise`."),
		tenants: count.describe("How many tenants are in it in two years."),
		isolation: z
			.enum(["row", "schema", "database"])
			.optional()
			.describe("What its contract promises; absent where it promises nothing."),
	})
	.describe("A group of tenants with the same contract.");

/**
 * What a person answers of the product, its scale and what it must comply with; `tenancy plan` reads it, the wizard asks it.
 * Only the number of tenants has no default. Sizes are gigabytes of 10⁹ bytes, shares 0 to 1.
 */
export const answersSchema = z
	.strictObject({
		tenants: z.strictObject({
			now: count.describe("Tenants today."),
			inTwoYears: count.describe("Tenants expected in two years."),
			largestShare: z.number().min(0).max(1).default(0.2).describe("The largest tenant's share of the data, 0 to 1."),
		}),
		data: z
			.strictObject({
				perTenantGB: gigabytes.default(1).describe("Data of a typical tenant, in GB."),
				totalGB: gigabytes.optional().describe("Data of all tenants today, in GB; absent: tenants × data of one."),
			})
			.prefault({}),
		queriesPerSecond: count.default(100).describe("Queries a second at the busiest hour, over all tenants."),
		tables: z.int().min(1).max(100_000).default(50).describe("Tables that hold tenants' data."),
		compliance: z.array(z.enum(COMPLIANCE)).default([]).describe("What the product must comply with."),
		contractualIsolation: z
			.enum(["none", "some-tenants", "all-tenants"])
			.default("none")
			.describe("Whose contract promises data apart from other customers' (a database or schema of their own)."),
		perTenant: z
			.strictObject({
				restore: flag.describe("One tenant's data is restored to a point in time without touching the others."),
				customSchema: flag.describe("Some tenants have tables or columns of their own."),
				encryptionKeys: flag.describe("Each tenant has an encryption key of its own."),
				noisyNeighbourGuarantee: flag.describe("A tenant is promised speed whatever other tenants do."),
			})
			.prefault({}),
		crossTenantAnalytics: flag.describe("Queries over all tenants are part of the product or its operation."),
		team: z
			.strictObject({
				engineers: z.int().min(0).max(100_000).default(4).describe("Engineers who work on the product."),
				dedicatedOperations: flag.describe("Somebody's job is to run the databases."),
			})
			.prefault({}),
		tiers: z.array(tier).max(20).default([]).describe("Tiers of customers, where contracts differ."),
		existing: z
			.enum(["greenfield", "single-tenant", "row", "schema", "database"])
			.default("greenfield")
			.describe("How the product keeps tenants apart today."),
		hosting: z
			.strictObject({
				postgresVersion: z.int().min(9).max(30).default(15).describe("PostgreSQL's major version."),
				managed: z
					.enum(["self", "rds", "aurora", "cloudsql", "azure", "neon", "supabase", "citus"])
					.default("self")
					.describe("Who runs PostgreSQL."),
				pooler: z
					.enum(["none", "pgbouncer", "rds-proxy", "supavisor"])
					.default("none")
					.describe("What pools connections."),
			})
			.prefault({}),
		unitPrices: z
			.strictObject({
				serverPerMonth: price.default(250).describe("A server (4 CPUs, 16 GB) a month."),
				smallServerPerMonth: price.default(47).describe("A server of one tenant's own (2 CPUs, 4 GB) a month."),
				storageGBPerMonth: price.default(0.115).describe("A GB of storage a month."),
				backupGBPerMonth: price.default(0.095).describe("A GB of backup a month."),
				engineerHour: price.default(80).describe("An hour of an engineer's work."),
				migrationSeconds: z
					.number()
					.min(0)
					.max(86_400)
					.default(3)
					.describe("Seconds that a release's migration takes in one schema or database."),
			})
			.prefault({})
			.describe("What the costs are counted with, in US dollars: put your own prices here."),
	})
	.describe("Answers that a strategy is chosen by.");

/** Complete answers: every default is filled in. */
export type Answers = z.output<typeof answersSchema>;
/** Answers as a person writes them. */
export type AnswersInput = z.input<typeof answersSchema>;

/** The JSON schema (draft 2020-12) of the answers, generated from the validation itself. */
export function answersJsonSchema(): object {
	return z.toJSONSchema(answersSchema, { io: "input" });
}
