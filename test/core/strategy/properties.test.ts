import { describe, expect, test } from "vitest";
import { strategyCost } from "../../../src/core/strategy/cost/cost";
import { planFor } from "../../../src/core/strategy/plan";
import { type Recommendation, recommend } from "../../../src/core/strategy/recommend";
import { buildReport } from "../../../src/core/strategy/report/build-report";
import { reportMarkdown } from "../../../src/core/strategy/report/markdown";
import { SOURCES } from "../../../src/core/strategy/sources";
import { type Answers, STRATEGIES, type Strategy } from "../../../src/core/tenancy/answers";
import fc from "../../random-cases";
import { anyAnswers } from "./any-answers";

const ids = new Set<string>(SOURCES.map(({ id }) => id));

/** Every number in a value, with where it stands. */
function* numbersIn(value: unknown, path = ""): Generator<[string, number]> {
	if (typeof value === "number") yield [path, value];
	else if (typeof value === "object" && value !== null)
		for (const [key, inner] of Object.entries(value)) yield* numbersIn(inner, `${path}.${key}`);
}

/** What no recommendation may break, written down once more from what the questions say. */
function forbidden(answers: Answers): Set<Strategy> {
	const { tiers, perTenant, compliance, tenants, contractualIsolation: contract } = answers;
	const most = Math.max(
		tenants.now,
		tenants.inTwoYears,
		tiers.reduce((sum, tier) => sum + tier.tenants, 0),
	);
	const promised = (level: string) => tiers.some((tier) => tier.tenants > 0 && tier.isolation === level);
	const no = new Set<Strategy>();
	if (contract !== "none" && !promised("row")) no.add("row");
	if (perTenant.restore || perTenant.customSchema || promised("schema")) no.add("row");
	if (perTenant.noisyNeighbourGuarantee || compliance.includes("byok") || promised("database"))
		no.add("row").add("schema");
	if (compliance.includes("data-residency")) no.add("row").add("schema");
	if (perTenant.encryptionKeys) no.add("row").add("schema").add("hybrid");
	if (most > 10_000) no.add("schema");
	return no;
}

const LEVELS = ["row", "schema", "database"];
const atLeast = (more: Recommendation, less: Recommendation) =>
	LEVELS.indexOf(more.isolation.everybody) >= LEVELS.indexOf(less.isolation.everybody) &&
	LEVELS.indexOf(more.isolation.some) >= LEVELS.indexOf(less.isolation.some);

/** Answers with two to four tiers, which may promise different things. */
const severalTiers = fc
	.tuple(
		anyAnswers,
		fc.array(
			fc.record(
				{
					name: fc.constantFrom("free", "pro", "enterprise"),
					tenants: fc.integer({ min: 0, max: 5000 }),
					isolation: fc.constantFrom("row" as const, "schema" as const, "database" as const),
				},
				{ requiredKeys: ["name", "tenants"] },
			),
			{ minLength: 2, maxLength: 4 },
		),
	)
	.map(([answers, tiers]) => ({ answers, tiers }));

/** The most that a tier with tenants is promised. */
const promisedOf = (tiers: Answers["tiers"]) =>
	Math.max(0, ...tiers.map(({ tenants, isolation }) => (tenants > 0 && isolation ? LEVELS.indexOf(isolation) : 0)));

describe("whatever was answered", () => {
	test("the recommendation breaks no stated requirement, and nothing that fits has a better score", () => {
		fc.assert(
			fc.property(anyAnswers, (answers) => {
				const { recommended, scores, reasons } = recommend(answers);
				expect(forbidden(answers)).not.toContain(recommended);
				expect(scores[recommended].fits).toBe(true);
				for (const strategy of STRATEGIES) {
					const { total, fits, brokenRequirements } = scores[strategy];
					expect(Number.isInteger(total) && total >= 0 && total <= 100).toBe(true);
					expect(total).toBeLessThanOrEqual(scores[recommended].total);
					expect(fits).toBe(brokenRequirements.length === 0);
					for (const { text, source } of brokenRequirements) expect(text.length > 20 && ids.has(source)).toBe(true);
				}
				for (const { weight, text, source } of reasons)
					expect(Math.abs(weight) <= 1 && weight !== 0 && text.length > 10 && ids.has(source)).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});

	test("the plan is whole: every number finite, every claim with a source, the same bytes each time", () => {
		fc.assert(
			fc.property(anyAnswers, (answers) => {
				const plan = planFor(answers);
				const wrong = [...numbersIn(plan)].filter(
					([path, value]) => !Number.isFinite(value) || (path.startsWith(".cost") && value < 0),
				);
				expect(wrong).toEqual([]);
				const { guarantees, limits, queryPatterns, risks, wayOut, plan: steps } = plan.guidance;
				for (const list of [guarantees, limits, queryPatterns, risks, wayOut, steps])
					expect(list.length).toBeGreaterThan(1);
				expect(plan.compliance.map(({ requirement }) => requirement).sort()).toEqual([...answers.compliance].sort());
				// The name of a tier is text, whatever is in it.
				const text = reportMarkdown(buildReport(plan));
				expect(/.*(?:NaN|undefined|Infinity|\[object|<b>).*/.exec(text)?.[0]).toBe(undefined);
				expect(reportMarkdown(buildReport(planFor(answers)))).toBe(text);
			}),
			{ numRuns: 30 },
		);
	});

	test("what is said to change the answer does", () => {
		fc.assert(
			fc.property(anyAnswers, (answers) => {
				const { recommended, thresholds } = planFor(answers);
				for (const { to, answers: changed } of thresholds) {
					expect(recommend(changed).recommended).toBe(to);
					expect(to).not.toBe(recommended);
				}
			}),
			{ numRuns: 30 },
		);
	});
});

describe("what must not turn around", () => {
	test("a contract that promises isolation to more tenants never lowers it", () => {
		fc.assert(
			fc.property(anyAnswers, (answers) => {
				const [none, some, all] = (["none", "some-tenants", "all-tenants"] as const).map((contractualIsolation) =>
					recommend({ ...answers, contractualIsolation }),
				) as [Recommendation, Recommendation, Recommendation];
				expect(atLeast(some, none) && atLeast(all, some)).toBe(true);
			}),
			{ numRuns: 2000 },
		);
	});

	test("a tier's contract that promises more never lowers isolation", () => {
		fc.assert(
			fc.property(anyAnswers, fc.integer({ min: 1, max: 5000 }), (answers, tenants) => {
				const [nothing, schema, database] = ([undefined, "schema", "database"] as const).map((isolation) =>
					recommend({ ...answers, tiers: [{ name: "enterprise", tenants, isolation }] }),
				) as [Recommendation, Recommendation, Recommendation];
				expect(atLeast(schema, nothing) && atLeast(database, schema)).toBe(true);
			}),
			{ numRuns: 1000 },
		);
	});

	test("of several tiers, a contract that promises one of them more never lowers isolation", () => {
		fc.assert(
			fc.property(severalTiers, fc.nat(), ({ answers, tiers }, at) => {
				const [nothing, schema, database] = ([undefined, "schema", "database"] as const).map((isolation) =>
					recommend({
						...answers,
						tiers: tiers.map((tier, i) => (i === at % tiers.length ? { ...tier, isolation } : tier)),
					}),
				) as [Recommendation, Recommendation, Recommendation];
				expect(atLeast(schema, nothing) && atLeast(database, schema)).toBe(true);
			}),
			{ numRuns: 1000 },
		);
	});

	test("of several tiers, more tenants in one never make a database each cheaper per tenant, or isolation less", () => {
		fc.assert(
			fc.property(severalTiers, fc.nat(), fc.integer({ min: 1, max: 5000 }), ({ answers, tiers }, at, more) => {
				const grown = tiers.map((tier, i) =>
					i === at % tiers.length ? { ...tier, tenants: tier.tenants + more } : tier,
				);
				const perTenant = (plan: Recommendation) =>
					strategyCost(plan, "database", plan.needs.tenants).monthly.perTenant;
				const before = recommend({ ...answers, tiers });
				const after = recommend({ ...answers, tiers: grown });
				expect(after.needs.tenants).toBeGreaterThanOrEqual(before.needs.tenants);
				expect(perTenant(after)).toBeGreaterThanOrEqual(perTenant(before) * (1 - 1e-9));
				// What a tier is promised, its new tenants are promised, too.
				expect(LEVELS.indexOf(after.isolation.some)).toBeGreaterThanOrEqual(promisedOf(grown));
			}),
			{ numRuns: 1000 },
		);
	});

	test("more tenants never make a database each cheaper per tenant", () => {
		fc.assert(
			fc.property(
				anyAnswers,
				fc.integer({ min: 1, max: 100_000 }),
				fc.integer({ min: 1, max: 100_000 }),
				(answers, few, more) => {
					const perTenant = (tenants: number) =>
						strategyCost(
							recommend({ ...answers, tenants: { ...answers.tenants, now: 0, inTwoYears: tenants } }),
							"database",
							tenants,
						).monthly.perTenant;
					const before = perTenant(few);
					const after = perTenant(few + more);
					// Sums of floating-point numbers differ in their last digits.
					expect(after).toBeGreaterThanOrEqual(before * (1 - 1e-9));
				},
			),
			{ numRuns: 1000 },
		);
	});

	test("more tenants never make any strategy cheaper as a whole", () => {
		fc.assert(
			fc.property(anyAnswers, fc.integer({ min: 0, max: 100_000 }), (answers, tenants) => {
				const plan = recommend(answers);
				for (const strategy of STRATEGIES) {
					const total = (count: number) => strategyCost(plan, strategy, count).monthly.total;
					expect(total(tenants * 2 + 1)).toBeGreaterThanOrEqual(total(tenants) * (1 - 1e-9));
				}
			}),
			{ numRuns: 500 },
		);
	});
});
