import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createAnalyzer } from "../../src/core/analyze";
import { placeFix } from "../../src/core/fix/place";
import { createSqlReader } from "../../src/core/sql/reader";
import { ALL, applied, NOW, only, sources, WORKSPACES } from "../core/fix/workspaces";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { runAsTool, TOOLS } from "./tools";

const reader = await createSqlReader();
let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
	database = await cluster.database();
	await database.client.query(WORKSPACES.declarative["schema.sql"] ?? "");
});
afterEach(() => database.drop());

test.each(TOOLS)("%s can run what is written for it", async (kind) => {
	const { client } = database;
	const files = sources(WORKSPACES[kind]);
	const before = only(createAnalyzer(reader), files);
	const fix = placeFix(before, ALL, { title: "Protect orders", how: "preferred", now: NOW, files });
	const after = only(createAnalyzer(reader), applied(files, fix));
	await runAsTool(client, kind, after.files.slice(before.files.length));
	const { rows } = await client.query(
		`SELECT relrowsecurity AS rls, current_setting('lock_timeout') AS timeout,
			(SELECT count(*)::int FROM pg_index WHERE indrelid = pg_class.oid AND indisvalid) AS indexes,
			(SELECT convalidated FROM pg_constraint WHERE conname = 'orders_total_check') AS checked
		FROM pg_class WHERE oid = 'orders'::regclass`,
	);
	expect(rows).toEqual([{ rls: true, timeout: "0", indexes: 3, checked: true }]);
});
