import { afterAll, beforeAll, expect, it } from "vitest";
import { protectTables } from "../../src/core/fix/protect-tables";
import { EMPTY_DATABASES, pgbouncerFiles } from "../../src/core/implement/base/pgbouncer";
import { poolSize } from "../../src/core/implement/base/pool-size";
import { blueprintOf } from "./artifacts";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { type Pgbouncer, startPgbouncer } from "./pgbouncer";

/** Row-level security behind PgBouncer in transaction mode: how a session is bound to its tenant decides whether it holds. */
const TENANTS = ["00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b"] as const;
const PASSWORD = "binding";
const APP = "binding_test_app";
const BIND = "SELECT set_config('app.tenant_id', $1, true)";
const READ = "SELECT tenant_id, pg_backend_pid() AS pid FROM public.users";

let cluster: Cluster;
let database: TestDatabase;
let bouncer: Pgbouncer;
beforeAll(async () => {
	cluster = await startCluster();
	database = await cluster.database();
	const blueprint = await blueprintOf({ tenants: { now: 2, inTwoYears: 2 } });
	for (const { text } of blueprint.database.files) await database.client.query(text);
	for (const { sql } of protectTables(blueprint.analyzer, blueprint.database, null).steps)
		await database.client.query(sql);
	await database.client.query(`CREATE ROLE ${APP} LOGIN PASSWORD '${PASSWORD}';
		GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ${APP}`);
	for (const id of TENANTS) {
		await database.client.query("INSERT INTO public.tenants (id, slug, name) VALUES ($1, $2, $2)", [id, id]);
		await database.client.query("INSERT INTO public.users (tenant_id, email) VALUES ($1, 'one@example.com')", [id]);
	}
	const size = poolSize(blueprint.answers, 1, 1);
	const [ini] = pgbouncerFiles(blueprint.answers, size, EMPTY_DATABASES);
	const list = `[databases]\n${database.name} = host=${cluster.host} port=5432 dbname=${database.name}\n`;
	// One server connection for all: whatever one client leaves on it, the next one gets.
	const pool = { default_pool_size: 1, reserve_pool_size: 0, max_db_connections: 2 };
	bouncer = await startPgbouncer(ini?.text ?? "", list, pool, `"${APP}" "${PASSWORD}"\n`);
});
afterAll(async () => {
	await bouncer?.stop();
	await database?.drop();
	await cluster?.stop();
});

const connect = () => bouncer.connect(database.name, APP, PASSWORD);

it("shows each client its own tenant's rows alone, bound within transactions that take turns on one connection", async () => {
	const backends = new Set<number>();
	const wrong: unknown[] = [];
	let right = 0;
	await Promise.all(
		Array.from({ length: 12 }, async (_, i) => {
			const tenant = TENANTS[i % 2];
			const client = await connect();
			for (let round = 0; round < 15; round++) {
				await client.query("BEGIN");
				await client.query(BIND, [tenant]);
				const { rows } = await client.query(READ);
				await client.query(round % 3 === 0 ? "ROLLBACK" : "COMMIT");
				backends.add(rows[0]?.pid);
				if (rows.length === 1 && rows[0].tenant_id === tenant) right++;
				else wrong.push(rows);
			}
			await client.end();
		}),
	);
	expect([wrong, right, backends.size]).toEqual([[], 180, 1]);
});

it("refuses a client that binds no tenant, right after others did on the same connection", async () => {
	const [bound, unbound] = [await connect(), await connect()];
	await bound.query("BEGIN");
	await bound.query(BIND, [TENANTS[0]]);
	expect((await bound.query(READ)).rows.length).toBe(1);
	await bound.query("COMMIT");
	// What is left of the setting is an empty text, which is no tenant's id.
	await expect(unbound.query(READ)).rejects.toThrow(/app\.tenant_id|invalid input syntax for type uuid/);
	await Promise.all([bound.end(), unbound.end()]);
});

it.each([
	["SET", `SET app.tenant_id = '${TENANTS[0]}'`],
	["set_config(…, false)", `SELECT set_config('app.tenant_id', '${TENANTS[0]}', false)`],
])("hands what %s binds for a session on to another client, as the README warns", async (_, bind) => {
	const [careless, other] = [await connect(), await connect()];
	await careless.query(bind);
	expect((await other.query(READ)).rows.map(({ tenant_id }) => tenant_id)).toEqual([TENANTS[0]]);
	await careless.query("RESET app.tenant_id");
	await Promise.all([careless.end(), other.end()]);
});
