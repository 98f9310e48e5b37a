import { afterAll, beforeAll, expect, it } from "vitest";
import { createAnalyzer } from "../../src/core/analyze";
import { createSqlReader } from "../../src/core/sql/reader";
import { applyFiles } from "./apply";
import { type Cluster, startCluster } from "./cluster";
import { fillTables } from "./fill";

let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

it.each([
	["a default of its own", "default_project_id bigint"],
	["an owner that it can't do without", "default_project_id bigint NOT NULL"],
])("rows belong to tenants that are there, though the tenant references %s", async (_, column) => {
	const text = `CREATE TABLE organizations (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, ${column});
		CREATE TABLE projects (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations);
		CREATE TABLE tasks (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, organization_id bigint NOT NULL REFERENCES organizations, project_id bigint NOT NULL REFERENCES projects);
		ALTER TABLE organizations ADD FOREIGN KEY (default_project_id) REFERENCES projects;`;
	const [database] = createAnalyzer(await createSqlReader()).analyze([{ path: "schema.sql", text }], null).databases;
	if (!database) throw new Error("no database");
	expect(database.tenancy.roots).toEqual(["public.organizations"]);
	const { client, drop } = await cluster.database();
	try {
		await applyFiles(client, database.files);
		const filled = await fillTables(client, database.model, database.tenancy, 3);
		expect([...filled.empty]).toEqual([]);
		const { rows } = await client.query(`
			SELECT count(DISTINCT t.organization_id)::int AS tenants,
				bool_and(p.organization_id = t.organization_id AND o.id = t.organization_id AND d.organization_id = o.id) AS alike
			FROM tasks t LEFT JOIN projects p ON p.id = t.project_id LEFT JOIN organizations o ON o.id = t.organization_id
				LEFT JOIN projects d ON d.id = o.default_project_id`);
		expect(rows).toEqual([{ tenants: 3, alike: true }]);
		expect([0, 1, 2].map((tenant) => filled.keys(tenant).get("public.organizations"))).toEqual(
			(await client.query("SELECT id::text FROM organizations ORDER BY id")).rows.map(({ id }) => id),
		);
	} finally {
		await drop();
	}
});

it("rows keep within the bounds of numbers, beside the words that another check asks for", async () => {
	const text = `CREATE TABLE organizations (id uuid PRIMARY KEY);
		CREATE TABLE shifts (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, kind text NOT NULL CHECK (kind IN ('day', 'night')),
			minutes int NOT NULL CHECK (minutes BETWEEN 25 AND 480), rate numeric NOT NULL CHECK (rate < 1), weekday smallint NOT NULL CHECK (weekday IN (3, 5)),
			seats int NOT NULL CHECK (seats > 0), code text NOT NULL CHECK (code ~ '^[a-z]+[.][a-z]+$'), start_time time NOT NULL, end_time time NOT NULL, CHECK (start_time < end_time));`;
	const [database] = createAnalyzer(await createSqlReader()).analyze([{ path: "schema.sql", text }], null).databases;
	if (!database) throw new Error("no database");
	const { client, drop } = await cluster.database();
	try {
		await applyFiles(client, database.files);
		expect([...(await fillTables(client, database.model, database.tenancy, 3)).empty]).toEqual([]);
	} finally {
		await drop();
	}
});

it("finds values for several checks, each from its own list, and for what a type holds little of", async () => {
	const text = `CREATE TABLE shops (id int PRIMARY KEY, colour text NOT NULL CHECK (colour ~ '^#[0-9a-f]{6}$'),
			origin text NOT NULL CHECK (origin IN ('own', 'bought')), page text NOT NULL CHECK (page ~ '^https://'), share numeric(5,2) NOT NULL CHECK (share <= 999));`;
	const [database] = createAnalyzer(await createSqlReader()).analyze([{ path: "schema.sql", text }], null).databases;
	if (!database) throw new Error("no database");
	const { client, drop } = await cluster.database();
	try {
		await applyFiles(client, database.files);
		const filled = await fillTables(client, database.model, database.tenancy, 3, 5_000);
		expect([...filled.empty]).toEqual([]);
	} finally {
		await drop();
	}
});
