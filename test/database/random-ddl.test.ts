import { afterAll, beforeAll, expect, it } from "vitest";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import fc from "../random-cases";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { printDifference } from "./facts";
import { ddlSteps, runRandomDdl } from "./random-ddl";

/** To look longer, or at one failure again: RANDOM_DDL_RUNS=5000 RANDOM_DDL_SEED=42 npx vitest run test/database/random-ddl.test.ts */
const { RANDOM_DDL_RUNS, RANDOM_DDL_SEED } = process.env;

let cluster: Cluster;
let database: TestDatabase;
let reader: SqlReader;
beforeAll(async () => {
	cluster = await startCluster();
	database = await cluster.database();
	reader = await createSqlReader();
});
afterAll(() => cluster?.stop());

it("after random DDL the model equals the catalog", { timeout: 600_000 }, async () => {
	let [accepted, refused] = [0, 0];
	await fc.assert(
		fc.asyncProperty(ddlSteps(45), async (steps) => {
			const run = await runRandomDdl(database.client, reader, steps);
			accepted += run.accepted.length;
			refused += run.refused;
			// What ran is what is needed to see it again by hand.
			const sql = run.accepted.map((statement) => `${statement};`).join("\n");
			expect(run.differences.map(printDifference).join("\n"), sql).toBe("");
		}),
		{
			numRuns: Number(RANDOM_DDL_RUNS ?? 150),
			...(RANDOM_DDL_SEED === undefined ? {} : { seed: Number(RANDOM_DDL_SEED) }),
		},
	);
	// If nearly everything were refused, equality would mean nothing.
	expect(accepted / (accepted + refused)).toBeGreaterThan(0.5);
});
