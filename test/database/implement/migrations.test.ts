import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { migrationsOf, placeMigrations } from "../../../src/core/implement/migrations";
import { createSqlReader } from "../../../src/core/sql/reader";
import type { Kind } from "../../../src/core/workspace/database";
import { applied, NOW, only, sources, WORKSPACES } from "../../core/fix/workspaces";
import { type Cluster, startCluster, type TestDatabase } from "../cluster";
import { DROP_ROLES } from "../run-steps";
import { runAsTool, TOOLS } from "../tools";
import { blueprintOf } from "./subjects";

/** What is written as migrations of a tool, run as the tool runs it. */

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const reader = await createSqlReader();
let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
	database = await cluster.database();
	await database.client.query("SET client_min_messages = error");
	await database.client.query(WORKSPACES.declarative["schema.sql"] ?? "");
	await database.client.query(`
		INSERT INTO organizations VALUES ('${A}'), ('${B}');
		INSERT INTO orders VALUES (gen_random_uuid(), '${A}', 1), (gen_random_uuid(), '${B}', 2)`);
});
afterEach(async () => {
	await database.client.query("RESET ROLE; RESET search_path");
	await database.client.query(DROP_ROLES);
	await database.drop();
});

function written(kind: Kind, strategy: "row" | "schema") {
	const files = sources(WORKSPACES[kind]);
	const analyzer = createAnalyzer(reader);
	const before = only(analyzer, files);
	const blueprint = blueprintOf(analyzer, before, { tenants: { now: 2, inTwoYears: 20 } });
	const fix = placeMigrations(before, migrationsOf(strategy, blueprint), { now: NOW, files });
	const after = only(createAnalyzer(reader), applied(files, fix));
	return { added: after.files.slice(before.files.length), fix };
}

/** What the application reads as a tenant. */
async function totals(tenant: string): Promise<number[]> {
	const { client } = database;
	await client.query(`BEGIN; SET LOCAL ROLE app_user; SELECT public.bind_tenant('${tenant}')`);
	const { rows } = await client.query("SELECT total FROM orders");
	await client.query("COMMIT");
	return rows.map(({ total }) => total);
}

test.each(TOOLS)("%s: row-level keeps tenants apart", async (kind) => {
	const { client } = database;
	await runAsTool(client, kind, written(kind, "row").added);
	expect(await totals(A)).toEqual([1]);
	expect(await totals(B)).toEqual([2]);
	await client.query("SET ROLE app_user");
	await expect(client.query("SELECT * FROM orders")).rejects.toThrow();
});

test("the way down leaves the tables as they were", async () => {
	const { client } = database;
	const catalog = async () =>
		(
			await client.query(`
			SELECT relname, relrowsecurity, relforcerowsecurity, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace
			UNION ALL SELECT proname, false, false, NULL FROM pg_proc WHERE pronamespace = 'public'::regnamespace
			UNION ALL SELECT polname, false, false, NULL FROM pg_policy
			UNION ALL SELECT attname, attnotnull, atthasdef, NULL FROM pg_attribute WHERE attrelid = 'orders'::regclass AND attnum > 0
			ORDER BY 1`)
		).rows.map((row) => ({
			...row,
			relacl: row.relacl === null ? "" : row.relacl.replace(/[{}]|postgres=\w+\/postgres/g, ""),
		}));
	const before = await catalog();
	const { added, fix } = written("golang-migrate", "row");
	await runAsTool(client, "golang-migrate", added);
	expect(await catalog()).not.toEqual(before);
	for (const { path, text } of [...fix.newFiles].reverse()) if (path.endsWith(".down.sql")) await client.query(text);
	expect(await catalog()).toEqual(before);
});

test.each(["golang-migrate", "drizzle", "goose"] as const)("%s: schema-level provisions tenants", async (kind) => {
	const { client } = database;
	await runAsTool(client, kind, written(kind, "schema").added);
	await client.query("SELECT tenancy.provision('acme'); SELECT tenancy.provision('bmce')");
	await client.query("BEGIN; SET LOCAL ROLE tenant_app; SELECT tenancy.enter('acme')");
	expect((await client.query("SELECT * FROM orders")).rows).toEqual([]);
	await client.query("COMMIT");
	const downs = written(kind, "schema").fix.newFiles.filter(({ path }) => path.endsWith(".down.sql"));
	for (const { text } of downs) expect(text).not.toMatch(/undefined/);
	if (kind !== "golang-migrate") return;
	const down = downs
		.map(({ text }) => text)
		.reverse()
		.join("\n");
	await expect(client.query(down)).rejects.toThrow(/There are tenants/);
	for (const slug of ["acme", "bmce"])
		await client.query(`SELECT tenancy.suspend('${slug}'); SELECT tenancy.deprovision('${slug}')`);
	await client.query(down);
	expect((await client.query("SELECT FROM pg_namespace WHERE nspname = 'tenancy'")).rowCount).toBe(0);
});
