import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RULES } from "../../src/core/rules";
import { createSqlReader } from "../../src/core/sql/reader";
import { exampleFiles } from "../core/rules/example-files";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

const reader = createSqlReader();
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

/** File by file, as migrations are run; statement by statement where one of them wants no transaction around it. */
async function run(sql: string): Promise<void> {
	const { read } = await reader;
	for (const file of exampleFiles(sql)) {
		const texts = /\bconcurrently\b/i.test(file.text) ? read(file).statements.map(({ text }) => text) : [file.text];
		for (const text of texts) await database.client.query(text);
	}
}

describe.each(RULES.map(({ id, doc }) => [id, doc] as const))("%s", (_, { bad, good, traps, refused }) => {
	it(`what is bad ${refused ? "is refused by" : "runs on"} PostgreSQL`, async () => {
		if (refused) await expect(run(bad)).rejects.toThrow();
		else await run(bad);
		await database.client.query("ROLLBACK");
	});

	const examples = [["what is good", good], ...traps.map(({ title, sql }) => [`the trap: ${title}`, sql])] as const;
	for (const [title = "", sql = ""] of examples) it(`${title} runs on PostgreSQL`, () => run(sql));
});
