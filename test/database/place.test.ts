import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createAnalyzer } from "../../src/core/analyze";
import { placeFix } from "../../src/core/fix/place";
import { createSqlReader } from "../../src/core/sql/reader";
import type { Kind } from "../../src/core/workspace/database";
import { ALL, applied, NOW, only, sources, WORKSPACES } from "../core/fix/workspaces";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

/** How the tools send a file: as one text, or statement by statement; and whether they open a transaction for it. */
const TOOLS: Readonly<Partial<Record<Kind, { asOne: boolean; transaction: (text: string) => boolean }>>> = {
	supabase: { asOne: false, transaction: () => true },
	prisma: { asOne: true, transaction: () => false },
	drizzle: { asOne: false, transaction: () => true },
	flyway: { asOne: false, transaction: (text) => !text.includes("CONCURRENTLY") },
	"golang-migrate": { asOne: true, transaction: () => false },
	goose: { asOne: false, transaction: (text) => !text.includes("-- +goose NO TRANSACTION\n") },
	dbmate: { asOne: true, transaction: (text) => !text.includes("-- migrate:up transaction:false\n") },
	sqitch: { asOne: false, transaction: () => false },
	atlas: { asOne: false, transaction: (text) => !text.startsWith("-- atlas:txmode none\n\n") },
	"node-pg-migrate": { asOne: true, transaction: () => true },
	ordered: { asOne: true, transaction: (text) => !text.startsWith("-- no-transaction\n") },
};

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

test.each(Object.entries(TOOLS))("%s can run what is written for it", async (kind, { asOne, transaction }) => {
	const { client } = database;
	const files = sources(WORKSPACES[kind as Kind]);
	const before = only(createAnalyzer(reader), files);
	const fix = placeFix(before, ALL, { title: "Protect orders", how: "preferred", now: NOW, files });
	const after = only(createAnalyzer(reader), applied(files, fix));
	for (const { text, statements } of after.files.slice(before.files.length)) {
		const whole = text.slice(0, statements.at(-1)?.span.end);
		if (transaction(text)) await client.query("BEGIN");
		for (const sql of asOne ? [whole] : statements.map((statement) => statement.text)) await client.query(sql);
		if (transaction(text)) await client.query("COMMIT");
	}
	const { rows } = await client.query(
		`SELECT relrowsecurity AS rls, current_setting('lock_timeout') AS timeout,
			(SELECT count(*)::int FROM pg_index WHERE indrelid = pg_class.oid AND indisvalid) AS indexes,
			(SELECT convalidated FROM pg_constraint WHERE conname = 'orders_total_check') AS checked
		FROM pg_class WHERE oid = 'orders'::regclass`,
	);
	expect(rows).toEqual([{ rls: true, timeout: "0", indexes: 3, checked: true }]);
});
