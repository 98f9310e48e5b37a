import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from "vitest";
import { RULES } from "../../src/core/rules";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
	database = await cluster.database();
});
// Roles belong to the whole cluster.
afterEach(async () => {
	await database.drop();
	const other = await cluster.database();
	await other.client.query(`DO $$ DECLARE r text; BEGIN
		FOR r IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user AND oid > 16383
		LOOP EXECUTE format('DROP ROLE IF EXISTS %I', r); END LOOP; END $$`);
	await other.drop();
});

describe.each(RULES.map(({ id, doc }) => [id, doc] as const))("%s", (_, { bad, good, traps }) => {
	const examples = [
		["what is bad", bad],
		["what is good", good],
		...traps.map(({ title, sql }) => [`the trap: ${title}`, sql] as const),
	] as const;
	for (const [title, sql] of examples)
		it(`${title} runs on PostgreSQL`, async () => {
			await database.client.query(sql);
		});
});
