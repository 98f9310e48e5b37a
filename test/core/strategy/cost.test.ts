import { describe, expect, test } from "vitest";
import { costOf, strategyCost } from "../../../src/core/strategy/cost/cost";
import { sensitivityOf } from "../../../src/core/strategy/cost/sensitivity";
import { recommend } from "../../../src/core/strategy/recommend";
import { type AnswersInput, answersSchema } from "../../../src/core/tenancy/answers";

const planOf = (input: Partial<AnswersInput> = {}) =>
	recommend(answersSchema.parse({ tenants: { now: 100, inTwoYears: 1000 }, ...input }));

/** Counted by hand for 1,000 tenants, 50 tables, 1 GB each, 100 queries a second, and the prices that are there by default. */
describe("1,000 tenants, by hand", () => {
	test("row-level", () => {
		const { sizing, monthly } = strategyCost(planOf(), "row", 1000);
		expect(sizing).toMatchObject({ places: 1, relations: 300, catalogBytes: 880_000, connections: 20 });
		// 20 × 10 MB, and 20 × 50 tables × 25 kB.
		expect(sizing.memoryGB).toBeCloseTo(0.2 + 0.025, 9);
		// 1,000 GB, 50 × 83 kB, and 7.6 MB.
		expect(sizing.storageGB).toBeCloseTo(1000 + 0.00415 + 0.0076, 9);
		// 8 h, and 4 releases × 1 place × 1% × 0.25 h.
		expect(monthly.hours).toBeCloseTo(8.01, 9);
		expect(monthly.total).toBeCloseTo(250 + 1000.01175 * 0.21 + 8.01 * 80, 6);
		// A GB, stored and backed up.
		expect(monthly.perTenant).toBeCloseTo(0.21, 9);
	});

	test("schema-level", () => {
		const { sizing, monthly } = strategyCost(planOf(), "schema", 1000);
		expect(sizing).toMatchObject({ places: 1000, relations: 300_000, catalogBytes: 880_000_000, connections: 20 });
		// 3 s × 1,000 schemas.
		expect(sizing.migrationMinutes).toBe(50);
		// 20 × 10 MB, and 20 × 50,000 tables × 25 kB.
		expect(sizing.memoryGB).toBeCloseTo(25.2, 9);
		expect(monthly.hours).toBeCloseTo(8 + 10, 9);
		expect(monthly.total).toBeCloseTo(250 + (1000 + 4.15 + 0.0076) * 0.21 + 18 * 80, 6);
	});

	test("database-level", () => {
		const { sizing, monthly } = strategyCost(planOf(), "database", 1000);
		expect(sizing).toMatchObject({ ownDatabases: 1000, sharedDatabases: 0, places: 1000, connections: 500 });
		// 500 connections × 10 MB, and of each 50 tables × 25 kB.
		expect(sizing.memoryGB).toBeCloseTo(5 + 0.625, 9);
		// One server for the load, and 500 connections of 400.
		expect(monthly.serverCount).toBeCloseTo(2.25, 9);
		expect(monthly.hours).toBeCloseTo(8 + 10 + 20, 9);
		expect(monthly.total).toBeCloseTo(2.25 * 250 + (1000 + 4.15 + 7.6) * 0.21 + 38 * 80, 6);
		expect(monthly.perTenant).toBeCloseTo(0.3125 + 0.03 * 80 + 1.01175 * 0.21, 9);
	});

	test("a key each means a server each", () => {
		const { sizing, monthly } = strategyCost(planOf({ perTenant: { encryptionKeys: true } }), "database", 1000);
		expect(sizing.ownServers).toBe(1000);
		expect(monthly.servers).toBeCloseTo(250 + 1000 * 47, 6);
	});

	test("hybrid: what tiers name stands apart, the others share", () => {
		const plan = planOf({ tiers: [{ name: "enterprise", tenants: 10, isolation: "database" }] });
		const { sizing, monthly } = strategyCost(plan, "hybrid", 1000);
		expect(sizing).toMatchObject({ ownDatabases: 10, sharedDatabases: 1, places: 11, connections: 25 });
		expect(monthly.hours).toBeCloseTo(8 + 4 + 11 * 0.01 + 10 * 0.02, 9);
	});
});

test("what one more tenant adds is what the total grows by", () => {
	const plan = planOf();
	for (const strategy of ["row", "schema", "database"] as const) {
		const [before, after] = [1000, 1100].map((n) => strategyCost(plan, strategy, n).monthly.total) as [number, number];
		expect((after - before) / 100).toBeCloseTo(strategyCost(plan, strategy, 1000).monthly.perTenant, 6);
	}
});

test("data that is there besides the typical tenant's stays", () => {
	const { sizing } = strategyCost(planOf({ data: { perTenantGB: 1, totalGB: 500 } }), "row", 1000);
	// 100 tenants have 500 GB instead of 100.
	expect(sizing.storageGB).toBeCloseTo(1400, 1);
});

test("the chart goes up to the tenants of two years, and each of its points is the total", () => {
	const plan = planOf();
	const { curve, inTwoYears } = costOf(plan);
	expect(curve.map(({ tenants }) => tenants)).toEqual([20, 100, 250, 500, 750, 1000]);
	expect(curve.at(-1)?.totals.database).toBe(inTwoYears.database.monthly.total);
});

test("the inputs that matter most come first, and what changes nothing is left out", () => {
	const found = sensitivityOf(planOf(), "database");
	expect(found.map(({ spread }) => spread)).toEqual(found.map(({ spread }) => spread).sort((a, b) => b - a));
	expect(found.slice(0, 2).map(({ input }) => input)).toEqual(["Price of an engineer's hour", "Tenants"]);
	expect(found.find(({ input }) => input === "Price of an engineer's hour")).toMatchObject({
		spread: expect.closeTo(38 * 80 * 1.5, 6),
	});
	expect(found.map(({ input }) => input)).not.toContain("Price of a small server");
});
