import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createSqlReader } from "../../src/core/sql/reader";
import { readSnippets, withDefaults } from "../meta/snippet-text";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

/** What the snippets' default names stand for. */
const SURROUNDINGS = `
	DO $$ BEGIN
		IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user') THEN CREATE ROLE app_user; END IF;
	END $$;
	CREATE TABLE IF NOT EXISTS tenants (id uuid PRIMARY KEY);
	CREATE TABLE orders (
		id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
		tenant_id uuid NOT NULL,
		number integer,
		created_at timestamptz NOT NULL DEFAULT now()
	);
	CREATE TABLE invoices (tenant_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
	CREATE TABLE order_items (id uuid PRIMARY KEY);
	CREATE TABLE order_lines (id uuid PRIMARY KEY, order_id uuid NOT NULL, tenant_id uuid);
	CREATE TABLE currencies (code text PRIMARY KEY);
	CREATE TABLE events (tenant_id uuid NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
	INSERT INTO tenants VALUES ('00000000-0000-0000-0000-000000000001');
	INSERT INTO orders (id, tenant_id)
		VALUES ('00000000-0000-0000-0000-00000000000a', '00000000-0000-0000-0000-000000000001');
`;

const reader = await createSqlReader();
let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
	database = await cluster.database();
	await database.client.query(SURROUNDINGS);
});
afterEach(() => database.drop());

async function run(prefix: string): Promise<void> {
	const snippet = readSnippets().find((one) => one.prefix === prefix);
	if (snippet === undefined) throw new Error(`There is no snippet ${prefix}.`);
	// One by one: CREATE INDEX CONCURRENTLY refuses to run among others.
	for (const { text } of reader.read({ path: "snippet.sql", text: withDefaults(snippet) }).statements) {
		await database.client.query(text);
	}
}

/** What a query returns when app_user runs it with the tenant bound, or the error's message. */
async function asTenant(tenant: string, sql: string): Promise<unknown> {
	const { client } = database;
	await client.query("BEGIN");
	try {
		await client.query("SET LOCAL ROLE app_user");
		await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenant]);
		return (await client.query(sql)).rows;
	} catch (error) {
		return (error as Error).message;
	} finally {
		await client.query("ROLLBACK");
	}
}

test.for(readSnippets().map((snippet) => snippet.prefix))("%s runs", async (prefix) => {
	if (prefix === "tenancy-root") await database.client.query("DROP TABLE tenants");
	await run(prefix);
});

const OURS = "00000000-0000-0000-0000-000000000001";
const THEIRS = "00000000-0000-0000-0000-000000000002";

test("tenancy-rls shows a tenant its own rows, and refuses others'", async () => {
	await database.client.query("GRANT SELECT, INSERT ON orders TO app_user");
	await run("tenancy-rls");
	expect(await asTenant(OURS, "SELECT count(*)::int AS n FROM orders")).toEqual([{ n: 1 }]);
	expect(await asTenant(THEIRS, "SELECT count(*)::int AS n FROM orders")).toEqual([{ n: 0 }]);
	expect(await asTenant(THEIRS, `INSERT INTO orders (tenant_id) VALUES ('${OURS}')`)).toMatch(/row-level security/);
});

test("tenancy-rls raises where no tenant is bound", async () => {
	await database.client.query("GRANT SELECT ON orders TO app_user");
	await run("tenancy-rls");
	await database.client.query("SET ROLE app_user");
	await expect(database.client.query("SELECT FROM orders")).rejects.toThrow(/app\.tenant_id/);
	await database.client.query("RESET ROLE");
});

test("tenancy-bind leaves nothing behind for the connection's next user", async () => {
	await run("tenancy-bind");
	const { rows } = await database.client.query("SELECT current_setting('app.tenant_id', true) AS tenant");
	expect(rows[0].tenant ?? "").toBe("");
});

test("tenancy-fk refuses a row that points into another tenant", async () => {
	await database.client.query(`INSERT INTO invoices VALUES ('${OURS}', '${OURS}')`);
	await run("tenancy-fk");
	const insert = (tenant: string) =>
		database.client.query(`INSERT INTO order_lines VALUES (gen_random_uuid(), '${OURS}', '${tenant}')`);
	await expect(insert(THEIRS)).rejects.toThrow(/foreign key/);
	await insert(OURS);
});

test("the three steps to a tenant column leave it filled and required", async () => {
	await database.client.query(
		"INSERT INTO order_lines (id, order_id) VALUES (gen_random_uuid(), '00000000-0000-0000-0000-00000000000a')",
	);
	await run("tenancy-column-fill");
	await run("tenancy-column-require");
	const { rows } = await database.client.query("SELECT tenant_id FROM order_lines");
	expect(rows).toEqual([{ tenant_id: OURS }]);
	await expect(database.client.query("UPDATE order_lines SET tenant_id = NULL")).rejects.toThrow(/not-null/);
});

test("tenancy-view shows only what the table's policy shows", async () => {
	await database.client.query("GRANT SELECT ON orders TO app_user");
	await run("tenancy-rls");
	await run("tenancy-view");
	expect(await asTenant(THEIRS, "SELECT count(*)::int AS n FROM recent_orders")).toEqual([{ n: 0 }]);
	expect(await asTenant(OURS, "SELECT count(*)::int AS n FROM recent_orders")).toEqual([{ n: 1 }]);
});
