import { execFile } from "node:child_process";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hybrid } from "../../src/core/implement/hybrid/generate";
import { blueprintOf, unpack } from "./artifacts";
import { type Cluster, startCluster } from "./cluster";

// Each step starts a dozen programs, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

/** Names that need quotes, keys that are numbered, derived and partitioned tables, a generated column, rows that shared ones are pointed at by. */
const KINDS = `
CREATE TABLE "Tenants" ("Id" bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE regions (code text PRIMARY KEY, name text NOT NULL);
COMMENT ON TABLE regions IS '@tenancy shared';
CREATE TABLE "Or""der" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "tenantId" bigint NOT NULL REFERENCES "Tenants", region text REFERENCES regions,
  total int NOT NULL, twice int GENERATED ALWAYS AS (total * 2) STORED, "select" jsonb NOT NULL DEFAULT '{}', before_id bigint REFERENCES "Or""der");
CREATE TABLE order_lines (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id bigint NOT NULL REFERENCES "Or""der" ON DELETE CASCADE, what bytea, price float8);
CREATE TABLE events ("tenantId" bigint NOT NULL REFERENCES "Tenants", at timestamptz NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE events_later PARTITION OF events DEFAULT;
`;

it("moves each kind of table, whatever it is called", async () => {
	const database = await cluster.database();
	const own = unpack(hybrid(await blueprintOf({ tenants: { now: 2, inTwoYears: 2 } }, KINDS)), cluster);
	const names = { CONTROL_DATABASE: database.name, TEMPLATE_DATABASE: "kinds_template" };
	const run = async (...args: string[]) => {
		const environment = {
			...process.env,
			PATH: `${cluster.bin}:${process.env.PATH}`,
			PGHOST: cluster.host,
			PGUSER: "postgres",
		};
		await promisify(execFile)("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.name, ...args], {
			env: environment,
			cwd: own.folder,
		});
	};
	try {
		await database.client.query(KINDS);
		await run("-f", "pool/apply.sql");
		await own.ok("bin/setup.sh", [], names);
		await run("-1", "-f", "sql/place.sql", "-f", "sql/router.sql");
		const fill = async (tenant: number) => {
			await database.client.query("SELECT tenancy.register($1, $2)", [`kinds_${tenant}`, String(tenant)]);
			await database.client.query("SELECT set_config('app.tenant_id', $1, false)", [String(tenant)]);
			await database.client.query(`INSERT INTO "Tenants" VALUES (${tenant}, E'\\t\\\\N');
				INSERT INTO regions VALUES ('r${tenant}', 'Region') ON CONFLICT DO NOTHING;
				INSERT INTO "Or""der" ("tenantId", region, total) SELECT ${tenant}, 'r${tenant}', n FROM generate_series(1, 30) n;
				UPDATE "Or""der" SET before_id = (SELECT max(id) FROM "Or""der" WHERE "tenantId" = ${tenant}) WHERE "tenantId" = ${tenant} AND total % 2 = 0;
				INSERT INTO order_lines ("tenantId", order_id, what, price) SELECT "tenantId", id, '\\x00ff'::bytea, 1.0 / total FROM "Or""der" WHERE "tenantId" = ${tenant};
				INSERT INTO events SELECT ${tenant}, timestamptz '2020-12-30' + n * interval '6 hours', n::text FROM generate_series(1, 20) n`);
			await database.client.query("RESET app.tenant_id");
		};
		await fill(1);
		await fill(2);
		const sum = async () =>
			(
				await database.client.query(`SELECT set_config('tenancy.moving', '1', false), (SELECT array_agg(line ORDER BY line) FROM tenancy.checksums('kinds_1', 'row', true)) AS sums,
				(SELECT md5(string_agg(o::text || l::text, '' ORDER BY l.id)) FROM "Or""der" o JOIN order_lines l ON l.order_id = o.id WHERE o."tenantId" = 2) AS other`)
			).rows[0];
		const before = await sum();
		expect(before.sums.length).toBe(5);
		for (const line of before.sums) expect(line).not.toMatch(/ 0 -$/);
		for (const [from, to] of [
			["row", "schema"],
			["schema", "database"],
			["database", "row"],
		] as const) {
			await own.ok("bin/move.sh", ["kinds_1", to], names);
			if (to === "database") {
				const client = new pg.Client({ host: cluster.host, port: 5432, user: "postgres", database: "tenant_kinds_1" });
				await client.connect();
				// Only what the tenant points at goes along, and numbers go on behind its own.
				expect((await client.query("SELECT code FROM public.regions")).rows).toEqual([{ code: "r1" }]);
				await client.query("SELECT set_config('app.tenant_id', '1', false)");
				const added = await client.query(`INSERT INTO "Or""der" ("tenantId", total) VALUES (1, 1) RETURNING id`);
				expect(Number(added.rows[0].id)).toBe(31);
				await client.query(`DELETE FROM "Or""der" WHERE id = 31`);
				await client.end();
			}
			await own.ok("bin/clean-up.sh", ["kinds_1", from], names);
		}
		expect(await sum()).toEqual(before);
	} finally {
		own.remove();
		await database.drop();
	}
});
