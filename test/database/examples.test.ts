import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSqlReader } from "../../src/core/sql/reader";
import { findDatabases } from "../../src/core/workspace/find";
import { isRelevantPath } from "../../src/core/workspace/relevant";
import { applyFiles } from "./apply";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

const examples = resolve(import.meta.dirname, "../../examples");
const names = readdirSync(examples).filter((name) => statSync(join(examples, name)).isDirectory());
const reader = await createSqlReader();
let cluster: Cluster;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

function databasesOf(name: string) {
	const folder = join(examples, name);
	const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
	const files = paths.filter((path) => isRelevantPath(path) && statSync(join(folder, path)).isFile());
	return findDatabases(files.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") })));
}

/** A database with the example's files applied; every statement has to run, and nothing may need a stand-in. */
async function applied(name: string, index = 0): Promise<TestDatabase> {
	const database = await cluster.database();
	const files = databasesOf(name)[index]?.files.map((file) => reader.read(file)) ?? [];
	const { refusals, standIns, ran } = await applyFiles(database.client, files);
	expect(refusals).toEqual([]);
	expect(standIns).toEqual([]);
	expect(ran).toBeGreaterThan(0);
	return database;
}

/** Roles belong to the server, not to a database: the next one that makes them would be refused. */
async function dropWithRoles(database: TestDatabase): Promise<void> {
	const { rows } = await database.client.query(
		"SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname NOT LIKE 'pg\\_%'",
	);
	for (const { rolname } of rows) await database.client.query(`DROP OWNED BY ${rolname} CASCADE; DROP ROLE ${rolname}`);
	await database.drop();
}

const OURS = "00000000-0000-0000-0000-000000000001";
const THEIRS = "00000000-0000-0000-0000-000000000002";
const PERSON = "00000000-0000-0000-0000-00000000000a";
const RELATIONS = `
	SELECT relname FROM pg_class
	WHERE relkind IN ('r', 'v', 'm', 'p') AND relnamespace = 'public'::regnamespace
`;

test.for(names.flatMap((name) => databasesOf(name).map(({ path }, i) => [`${name} (${path})`, name, i] as const)))(
	"%s runs on PostgreSQL as it is",
	async ([, name, i]) => {
		const database = await applied(name, i);
		await dropWithRoles(database);
	},
);

describe("the ways down leave nothing behind", () => {
	test("leaky", async () => {
		const database = await applied("leaky");
		const folder = join(examples, "leaky/migrations");
		const downs = readdirSync(folder).filter((name) => name.endsWith(".down.sql"));
		for (const name of downs.sort().reverse()) await database.client.query(readFileSync(join(folder, name), "utf8"));
		expect((await database.client.query(RELATIONS)).rows).toEqual([]);
		await database.drop();
	});

	test("monorepo, goose", async () => {
		const database = await applied("monorepo", 0);
		for (const { text, up } of [...(databasesOf("monorepo")[0]?.files ?? [])].reverse()) {
			const down = text.slice(up?.at(-1)?.end ?? 0);
			expect(down).toContain("DROP");
			await database.client.query(down);
		}
		expect((await database.client.query(RELATIONS)).rows).toEqual([]);
		await database.drop();
	});
});

describe("sound keeps its promises", () => {
	let database: TestDatabase;

	beforeAll(async () => {
		database = await applied("sound");
		await as(
			OURS,
			`INSERT INTO organizations (id, name, slug, country_code, plan_code) VALUES ('${OURS}', 'Ours', 'ours', 'DE', 'team')`,
			`INSERT INTO users (id, email, full_name) VALUES ('${PERSON}', 'ada@example.com', 'Ada')`,
			`INSERT INTO memberships (organization_id, user_id, role) VALUES ('${OURS}', '${PERSON}', 'owner')`,
			`INSERT INTO customers (organization_id, id, name, billing_email, country_code)
				VALUES ('${OURS}', '${OURS}', 'Customer', 'customer@example.com', 'FR')`,
			`INSERT INTO projects (organization_id, id, customer_id, name) VALUES ('${OURS}', '${OURS}', '${OURS}', 'Project')`,
			`INSERT INTO audit_events (organization_id, occurred_at, action) VALUES ('${OURS}', '2026-02-01', 'signed up')`,
		);
		await as(
			THEIRS,
			`INSERT INTO organizations (id, name, slug, country_code, plan_code)
				VALUES ('${THEIRS}', 'Theirs', 'theirs', 'US', 'starter')`,
		);
	});
	afterAll(() => database?.drop());

	/** Runs statements as the application would, in one transaction; the last one's rows. */
	async function as(tenant: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
		const { client } = database;
		await client.query("BEGIN");
		try {
			await client.query("SET LOCAL ROLE app_user");
			await client.query("SELECT bind_tenant($1)", [tenant]);
			await client.query("SELECT set_config('app.user_id', $1, true)", [PERSON]);
			let rows: Record<string, unknown>[] = [];
			for (const statement of statements) ({ rows } = await client.query(statement));
			await client.query("COMMIT");
			return rows;
		} catch (error) {
			await client.query("ROLLBACK");
			throw error;
		}
	}

	test.for([
		"organizations",
		"users",
		"memberships",
		"customers",
		"projects",
		"audit_events",
		"project_hours",
	] as const)("%s: a tenant sees its own rows, another one none of them", async (table) => {
		const count = `SELECT count(*)::int AS n FROM ${table}`;
		const theirs = table === "organizations" ? 1 : 0;
		expect([await as(OURS, count), await as(THEIRS, count)]).toEqual([[{ n: 1 }], [{ n: theirs }]]);
	});

	test("a row can't be written for another tenant", async () => {
		const insert = `INSERT INTO customers (organization_id, name, billing_email, country_code)
			VALUES ('${OURS}', 'Intruder', 'intruder@example.com', 'FR')`;
		await expect(as(THEIRS, insert)).rejects.toThrow(/row-level security/);
	});

	test("a row can't point into another tenant", async () => {
		const insert = `INSERT INTO tasks (organization_id, project_id, title) VALUES ('${THEIRS}', '${OURS}', 'Peek')`;
		await expect(as(THEIRS, insert)).rejects.toThrow(/foreign key/);
	});

	test("partitions can't be reached around their parent", async () => {
		await expect(as(OURS, "SELECT FROM audit_events_2026_q1")).rejects.toThrow(/permission denied/);
	});

	test("reference data can be read and not changed", async () => {
		expect(await as(OURS, "SELECT count(*)::int AS n FROM countries")).toEqual([{ n: 3 }]);
		await expect(as(OURS, "DELETE FROM countries")).rejects.toThrow(/permission denied/);
	});

	test("without a tenant there is an error, not everybody's rows", async () => {
		const other = await database.connect();
		await other.query("SET ROLE app_user");
		await expect(other.query("SELECT FROM customers")).rejects.toThrow(/app\.tenant_id/);
		await other.end();
	});
});

test("schema-per-tenant: a provisioned clinic has the template's tables, keys and references", async () => {
	const database = await applied("schema-per-tenant");
	await database.client.query("SELECT shared.provision_tenant('Fourth Clinic', 'tenant_fourth')");
	const shape = async (schema: string) =>
		(
			await database.client.query(
				`SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
					WHERE table_schema = $1 ORDER BY table_name, column_name`,
				[schema],
			)
		).rows;
	const references = async (schema: string) =>
		(
			await database.client.query(
				`SELECT conrelid::regclass::text AS child, replace(confrelid::regclass::text, $1, '') AS parent
					FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::regnamespace ORDER BY 1, 2`,
				[schema],
			)
		).rows.map(({ child, parent }) => [child.replace(`${schema}.`, ""), parent]);
	expect(await shape("tenant_fourth")).toEqual(await shape("tenant_template"));
	expect(await references("tenant_fourth")).toEqual(await references("tenant_template"));
	expect(await references("tenant_fourth")).toHaveLength(4);
	await database.drop();
});
