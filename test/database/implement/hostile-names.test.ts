import { execFile } from "node:child_process";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { databaseLevel } from "../../../src/core/implement/database/generate";
import { hybrid } from "../../../src/core/implement/hybrid/generate";
import { schemaLevel } from "../../../src/core/implement/schema/generate";
import { createSqlReader } from "../../../src/core/sql/reader";
import { unpack } from "../artifacts";
import { type Cluster, startCluster } from "../cluster";
import { as, connectAs, install, removeAll } from "../schema-level";
import { HOSTILE_SQL, textBlueprint } from "./subjects";

/** Names that end quotes: each strategy's files are run with them. What is row-level is in row-level.test.ts. */

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const APP = `"App $$ 'user' $body0$"`;
const WEIRD = `"We'ird $$ Schema"`;
const LONG = `"a $tenant$ schema with as many bytes as Postgres allows $body0$"`;
const LONG_TABLE = "a_table_whose_name_has_as_many_bytes_as_postgresql_allows_it_to";
const TABLES = [`${WEIRD}."order"`, `${WEIRD}."User"`, `${LONG}.${LONG_TABLE}`];
/** The application's own role, called as badly. */
const GRANTED = `${HOSTILE_SQL}
CREATE ROLE ${APP};
GRANT USAGE ON SCHEMA ${WEIRD}, ${LONG} TO ${APP};
GRANT SELECT, INSERT, UPDATE, DELETE ON ${WEIRD}."Acc""ounts", ${TABLES.join(", ")} TO ${APP};
`;
const LINE = `"%1$s\nof\n$1"`;

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

it("schema-level", async () => {
	const database = await install(cluster, schemaLevel(textBlueprint(analyzer, HOSTILE_SQL)));
	const { client } = database;
	for (const slug of ["one", "two"]) await client.query("SELECT tenancy.provision($1)", [slug]);
	await client.query(`INSERT INTO ${WEIRD}."Acc""ounts" (id, "na'me") VALUES (1, 'One')`);
	const application = await connectAs(cluster, database, "tenant_app");
	const write = `INSERT INTO "order" ("account, Id", ${LINE}) VALUES (1, 'it''s') RETURNING "Order Id"::int AS id`;
	expect(await as(application, "one", write)).toEqual([{ id: 1 }]);
	const long = `INSERT INTO ${LONG_TABLE} ("account, Id", "select") VALUES (1, 1) RETURNING "select"::int AS n`;
	expect(await as(application, "one", long)).toEqual([{ n: 1 }]);
	expect(await as(application, "two", `SELECT * FROM "order"`)).toEqual([]);
	expect(await as(application, "two", `SELECT * FROM tenant_one."order"`)).toMatch(/permission denied/);
	expect((await client.query("SELECT * FROM tenancy.drift")).rows).toEqual([]);
	await application.end();
	await removeAll(database);
	await database.drop();
});

it("database-level", async () => {
	const names = { CONTROL_DATABASE: "hostile_control", TEMPLATE_DATABASE: "hostile_template" };
	const files = unpack(databaseLevel(textBlueprint(analyzer, GRANTED)), cluster);
	try {
		await files.ok("bin/setup.sh", [], names);
		await files.ok("bin/provision.sh", ["sample"], names);
		const connection = { host: cluster.host, port: 5432, user: "tenant_sample_app", database: "tenant_sample" };
		const app = new pg.Client(connection);
		await app.connect();
		await app.query(`INSERT INTO ${WEIRD}."Acc""ounts" (id, "na'me") VALUES (1, 'One')`);
		await app.query(`INSERT INTO ${WEIRD}."order" ("account, Id", ${LINE}) VALUES (1, 'it''s')`);
		expect((await app.query(`SELECT ${LINE} AS line FROM ${WEIRD}."order"`)).rows).toEqual([{ line: "it's" }]);
		await expect(app.query(`ALTER TABLE ${WEIRD}."order" ADD x int`)).rejects.toThrow(/must be owner/);
		await app.end();
		await files.ok("bin/deprovision.sh", ["sample", files.folder], names);
	} finally {
		files.remove();
	}
});

it("hybrid, through all its places", async () => {
	const database = await cluster.database();
	const { client } = database;
	const names = { CONTROL_DATABASE: database.name, TEMPLATE_DATABASE: "hostile_hybrid" };
	const files = unpack(hybrid(textBlueprint(analyzer, GRANTED)), cluster);
	const run = async (...args: string[]) =>
		promisify(execFile)("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database.name, ...args], {
			env: { ...process.env, PATH: `${cluster.bin}:${process.env.PATH}`, PGHOST: cluster.host, PGUSER: "postgres" },
			cwd: files.folder,
		});
	try {
		await client.query(GRANTED.replace(`CREATE ROLE ${APP};`, ""));
		await run("-f", "pool/apply.sql");
		await files.ok("bin/setup.sh", [], names);
		await run("-1", "-f", "sql/place.sql", "-f", "sql/router.sql");
		for (const tenant of ["1", "2"]) {
			await client.query("SELECT tenancy.register($1, $2)", [`hostile_${tenant}`, tenant]);
			await client.query("SELECT set_config('app.tenant_id', $1, false)", [tenant]);
			await client.query(`INSERT INTO ${WEIRD}."Acc""ounts" (id, "na'me") VALUES (${tenant}, E'\\t$$''');
				INSERT INTO ${WEIRD}."order" ("account, Id", ${LINE}) SELECT ${tenant}, n FROM generate_series(1, 5) n;
				INSERT INTO ${LONG}.${LONG_TABLE} ("account, Id", "select") SELECT ${tenant}, "Order Id" FROM ${WEIRD}."order" WHERE "account, Id" = ${tenant};
				INSERT INTO ${WEIRD}."User" ("order", "account, Id") SELECT "Order Id", "account, Id" FROM ${WEIRD}."order" WHERE "account, Id" = ${tenant}`);
		}
		await client.query("RESET app.tenant_id");
		const sums = async (at: string) => {
			const lines = "SELECT array_agg(line ORDER BY line) AS lines FROM tenancy.checksums('hostile_1', $1, false)";
			await client.query("SELECT set_config('tenancy.moving', '1', false)");
			return (await client.query(lines, [at])).rows[0].lines;
		};
		const before = await sums("row");
		expect(before).toHaveLength(4);
		for (const line of before) expect(line).toMatch(/ [15] [0-9a-f]{32}$/);
		await files.ok("bin/move.sh", ["hostile_1", "schema"], names);
		expect(await sums("schema")).toEqual(before);
		await files.ok("bin/clean-up.sh", ["hostile_1", "row"], names);
		for (const to of ["database", "row"]) await files.ok("bin/move.sh", ["hostile_1", to], names);
		expect(await sums("row")).toEqual(before);
		const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${WEIRD}."order" WHERE "account, Id" = 2`);
		expect(rows).toEqual([{ n: 5 }]);
	} finally {
		files.remove();
		await database.drop();
	}
});
