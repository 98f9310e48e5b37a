import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Artifact } from "../../src/core/implement/artifact";
import { STARTER_SQL } from "../../src/core/implement/starter";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { as, connectAs, generate, install, inventory, removeAll, sourcesOf, textOf } from "./schema-level";

let cluster: Cluster;
let reader: SqlReader;
beforeAll(async () => {
	cluster = await startCluster();
	reader = await createSqlReader();
});
afterAll(() => cluster?.stop());

/** The tables that a tenant's schema must have, by what the example says of whose data they hold. */
const TENANTS_TABLES: Readonly<Record<string, { has: string; hasNot: string }>> = {
	starter: { has: "users", hasNot: "plans" },
	leaky: { has: "tickets", hasNot: "time_zones" },
	sound: { has: "audit_events_later", hasNot: "users" },
	"single-tenant": { has: "orders", hasNot: "tenants" },
	"schema-per-tenant": { has: "patients", hasNot: "logins" },
};

describe("of each workspace", () => {
	it.each(Object.entries(TENANTS_TABLES))(
		"%s: tenants are made, kept apart and removed",
		async (name, { has, hasNot }) => {
			const files = name === "starter" ? [{ path: "schema.sql", text: STARTER_SQL }] : sourcesOf(name);
			const artifacts = generate(reader, files, name === "starter");
			const database = await install(cluster, artifacts);
			const { client } = database;
			const before = await inventory(client);
			for (const slug of ["one", "t-2", "3"]) await client.query("SELECT tenancy.provision($1)", [slug]);
			const { rows } = await client.query(
				"SELECT table_name FROM information_schema.tables WHERE table_schema = 'tenant_t_2' ORDER BY 1",
			);
			const tables = rows.map((row) => row.table_name);
			expect(tables).toContain(has);
			expect(tables).not.toContain(hasNot);
			expect((await client.query("SELECT * FROM tenancy.drift")).rows).toEqual([]);
			// The README's numbers are this catalog's.
			const counted = await client.query(`
			WITH own AS (SELECT oid, reltoastrelid FROM pg_class WHERE relnamespace = 'tenant_t_2'::regnamespace AND relkind IN ('r', 'p', 'i', 'I', 'S'))
			SELECT (count(*) + 2 * count(*) FILTER (WHERE reltoastrelid > 0))::int AS n FROM own`);
			const told = Number(/One tenant is about ([\d,]+) relations/.exec(textOf(artifacts, "README.md"))?.[1]);
			expect(Math.abs(told - counted.rows[0].n)).toBeLessThanOrEqual(2);

			const application = await connectAs(cluster, database, "tenant_app");
			for (const table of tables) {
				expect(await as(application, "one", `SELECT * FROM "${table}"`), table).toEqual([]);
				expect(await as(application, "one", `SELECT * FROM tenant_t_2."${table}"`)).toMatch(
					/permission denied for schema/,
				);
				await expect(application.query(`SELECT * FROM tenant_one."${table}"`)).rejects.toThrow(/permission denied/);
			}
			await application.end();
			await removeAll(database);
			expect(await inventory(client)).toEqual(before);
			await database.drop();
		},
	);
});

describe("a hundred tenants of the starter", () => {
	let database: TestDatabase;
	let artifacts: Artifact[];
	let application: pg.Client;
	let before: string[];
	const SLUGS = Array.from({ length: 100 }, (_, i) => `tenant-${i}`);
	const one = async (sql: string, values: unknown[] = []) =>
		Object.values((await database.client.query(sql, values)).rows[0] ?? {})[0];

	beforeAll(async () => {
		artifacts = generate(reader, [{ path: "schema.sql", text: STARTER_SQL }], true);
		database = await install(cluster, artifacts);
		before = await inventory(database.client);
		// Twenty from five connections at once, each of them asked for twice.
		const sessions = await Promise.all(Array.from({ length: 5 }, () => database.connect()));
		const ids = await Promise.all(
			sessions.map(async (session, n) => {
				const made: [string, string][] = [];
				for (let i = 0; i < 8; i++) {
					const slug = SLUGS[(n * 4 + i) % 20] as string;
					made.push([slug, (await session.query("SELECT tenancy.provision($1) AS id", [slug])).rows[0].id]);
				}
				return made;
			}),
		);
		await Promise.all(sessions.map((session) => session.end()));
		// Whoever asked got the same tenant.
		expect(new Set(ids.flat().map(([slug, id]) => `${slug} ${id}`)).size).toBe(20);
		for (const slug of SLUGS.slice(20)) await database.client.query("SELECT tenancy.provision($1)", [slug]);
		application = await connectAs(cluster, database, "tenant_app");
	}, 300_000);
	afterAll(async () => {
		await application?.end();
		await database?.drop();
	});

	it("are all there, alike", async () => {
		expect(await one("SELECT count(*)::int FROM tenancy.status WHERE state = 'active' AND behind = 0")).toBe(100);
		expect(await one("SELECT count(DISTINCT tenancy.fingerprint(schema_name))::int FROM tenancy.tenants")).toBe(1);
		expect(await one("SELECT count(*)::int FROM pg_namespace WHERE nspname LIKE 'tenant\\_tenant\\_%'")).toBe(100);
	});

	it("read and write their own rows, and no way leads to another's", async () => {
		const tenants = await database.client.query("SELECT id, slug FROM tenancy.tenants ORDER BY slug LIMIT 2");
		for (const { id, slug } of tenants.rows)
			await database.client.query("INSERT INTO public.tenants (id, slug, name) VALUES ($1, $2, $2)", [id, slug]);
		const [mine, theirs] = tenants.rows as { id: string; slug: string }[];
		if (!mine || !theirs) throw new Error("two tenants are needed");
		const other = `tenant_${theirs.slug.replaceAll("-", "_")}`;
		const insert = (id: string) => `INSERT INTO users (tenant_id, email) VALUES ('${id}', 'a@example.com')`;
		expect(await as(application, mine.slug, insert(mine.id))).toEqual([]);
		expect(await as(application, theirs.slug, insert(theirs.id))).toEqual([]);
		expect(await as(application, mine.slug, "UPDATE users SET email = 'b@example.com' RETURNING tenant_id")).toEqual([
			{ tenant_id: mine.id },
		]);
		expect(await as(application, theirs.slug, "SELECT email FROM users")).toEqual([{ email: "a@example.com" }]);
		for (const sql of [
			`SELECT * FROM ${other}.users`,
			`DELETE FROM ${other}.users`,
			`INSERT INTO ${other}.users (tenant_id, email) VALUES ('${mine.id}', 'x')`,
			`CREATE TABLE stolen AS SELECT * FROM ${other}.users`,
			`CREATE VIEW pg_temp.seen AS SELECT * FROM ${other}.users`,
			`COPY ${other}.users TO STDOUT`,
			`LOCK TABLE ${other}.users`,
			"SELECT * FROM public.tenants",
			"SELECT * FROM tenancy.tenants",
			"SELECT tenancy.provision('mine')",
			"DROP TABLE users",
			"ALTER TABLE users DISABLE TRIGGER ALL",
			"CREATE TABLE users_too (id int)",
			"SET SESSION AUTHORIZATION postgres",
			"SET ROLE postgres",
		])
			expect(await as(application, mine.slug, sql), sql).toMatch(
				/permission denied|must be owner|cannot|no schema has been/,
			);
		// With the other's search path names are not found: schemas without USAGE are passed over.
		expect(await as(application, mine.slug, `SET LOCAL search_path = ${other}`, "SELECT * FROM users")).toMatch(
			/does not exist/,
		);
		// What is shared can be read, and not written.
		expect(await as(application, mine.slug, "SELECT * FROM plans")).toEqual([]);
		expect(await as(application, mine.slug, "INSERT INTO plans VALUES ('x', 'x')")).toMatch(/permission denied/);
	});

	it("a connection carries no tenant over, and without one nothing is open", async () => {
		expect(await as(application, "tenant-1", "SELECT current_user")).toEqual([{ current_user: "tenant_tenant_1" }]);
		const { rows } = await application.query("SELECT current_user AS role, current_setting('search_path') AS path");
		expect(rows[0].role).toBe("tenant_app");
		expect(rows[0].path).not.toContain("tenant_tenant_1");
		await application.query("SELECT tenancy.enter('tenant-1')");
		await expect(application.query("SELECT * FROM users")).rejects.toThrow(/does not exist|permission denied/);
		for (const slug of ["nobody", "tenant_1", "", "x'; SELECT 1"])
			expect(await as(application, slug, "SELECT 1")).toMatch(/no active tenant/);
		await expect(application.query("SELECT tenancy.provision('mine')")).rejects.toThrow(/permission denied/);
		await expect(application.query("SELECT * FROM public.tenants")).rejects.toThrow(/permission denied/);
	});

	it("a tenant's own login finds its schema, and can't become another", async () => {
		await database.client.query("ALTER ROLE tenant_tenant_3 LOGIN");
		const own = await connectAs(cluster, database, "tenant_tenant_3");
		expect((await own.query("SELECT * FROM users")).rows).toEqual([]);
		await expect(own.query("SET ROLE tenant_tenant_4")).rejects.toThrow(/permission denied/);
		await expect(own.query("SELECT tenancy.enter('tenant-4')")).rejects.toThrow(/permission denied/);
		await own.end();
		await database.client.query("ALTER ROLE tenant_tenant_3 NOLOGIN");
	});

	it("refuses hostile and reserved slugs, and leaves nothing of them", async () => {
		const now = await inventory(database.client);
		for (const slug of [
			"",
			"A",
			"a_b",
			"a b",
			"-a",
			"a-",
			"a\n",
			"é",
			'"; DROP SCHEMA tenancy CASCADE; --',
			"'",
			"a.b",
			"x".repeat(41),
			"public",
			"template",
			"pg",
		])
			await expect(database.client.query("SELECT tenancy.provision($1)", [slug]), slug).rejects.toThrow(/slug/);
		await expect(database.client.query("SELECT tenancy.provision(NULL)")).rejects.toThrow(/slug/);
		// A role that something else made is not taken over.
		await database.client.query("CREATE ROLE tenant_taken");
		await expect(database.client.query("SELECT tenancy.provision('taken')")).rejects.toThrow(
			/role tenant_taken already/,
		);
		await database.client.query("DROP ROLE tenant_taken; CREATE SCHEMA tenant_taken");
		await expect(database.client.query("SELECT tenancy.provision('taken')")).rejects.toThrow(/adopt/);
		await database.client.query("DROP SCHEMA tenant_taken");
		expect(await inventory(database.client)).toEqual(now);
	});

	it("migrates all but the one that fails, says why, and resumes", async () => {
		await database.client.query("CREATE TABLE tenant_tenant_42.notes (id int)");
		expect(await one("SELECT slug FROM tenancy.drift")).toBe("tenant-42");
		const add = "SELECT tenancy.add_migration($1, $2, $3)";
		await database.client.query(add, [
			2,
			"notes",
			'CREATE TABLE notes (id int PRIMARY KEY); CREATE FUNCTION count_notes() RETURNS bigint LANGUAGE sql SET search_path = "@tenant@", pg_temp AS $$ SELECT count(*) FROM notes $$',
		]);
		await database.client.query(add, [3, "colours", "ALTER TABLE projects ADD COLUMN colour text"]);
		await database.client.query(add, [3, "colours", "ALTER TABLE projects ADD COLUMN colour text"]);
		await expect(database.client.query(add, [3, "colours", "SELECT 1"])).rejects.toThrow(/another text/);
		await expect(database.client.query(add, [0, "early", "SELECT 1"])).rejects.toThrow(/too late/);
		// Three workers at once.
		const sessions = await Promise.all(Array.from({ length: 3 }, () => database.connect()));
		const results = await Promise.all(
			sessions.map(async (session) => (await session.query("CALL tenancy.migrate_all()")).rows[0]),
		);
		await Promise.all(sessions.map((session) => session.end()));
		expect(results.reduce((sum, { migrated }) => sum + migrated, 0)).toBe(2 * 99);
		expect(results.some(({ failed }) => failed > 0)).toBe(true);
		const { rows } = await database.client.query(
			"SELECT slug, version, behind, failed_version, sqlstate, message FROM tenancy.status WHERE behind > 0",
		);
		expect(rows).toEqual([
			{
				slug: "tenant-42",
				version: 1,
				behind: 2,
				failed_version: 2,
				sqlstate: "42P07",
				message: 'relation "notes" already exists',
			},
		]);
		await database.client.query("DROP TABLE tenant_tenant_42.notes");
		expect((await database.client.query("CALL tenancy.migrate_all()")).rows).toEqual([{ migrated: 2, failed: 0 }]);
		expect(await one("SELECT count(*)::int FROM tenancy.status WHERE behind = 0 AND message IS NULL")).toBe(100);
		expect(await one("SELECT count(*)::int FROM tenancy.drift")).toBe(0);
		expect(await as(application, "tenant-42", "INSERT INTO notes VALUES (1)", "SELECT count_notes()")).toEqual([
			{ count_notes: "1" },
		]);
		expect(await as(application, "tenant-41", "SELECT count_notes()")).toEqual([{ count_notes: "0" }]);
		// A new tenant runs all of them.
		await database.client.query("SELECT tenancy.provision('late')");
		expect(await one("SELECT version FROM tenancy.tenants WHERE slug = 'late'")).toBe(3);
	});

	it("backs up and restores one tenant", async () => {
		const folder = mkdtempSync(join(tmpdir(), "tenancy-schema-"));
		const run = (script: string, ...args: readonly string[]) =>
			promisify(execFile)("sh", [join(folder, script), ...args], {
				cwd: folder,
				env: {
					PATH: `${cluster.bin}:${process.env.PATH}`,
					PGHOST: cluster.host,
					PGPORT: "5432",
					PGUSER: "postgres",
					PGDATABASE: database.name,
				},
			});
		try {
			for (const script of ["backup-one-tenant.sh", "restore-one-tenant.sh"]) {
				expect(artifacts.find(({ path }) => path.endsWith(script))?.executable).toBe(true);
				writeFileSync(join(folder, script), textOf(artifacts, script));
			}
			await run("backup-one-tenant.sh", "tenant-42", "42.dump");
			expect(await as(application, "tenant-42", "DELETE FROM notes", "INSERT INTO notes VALUES (7), (8)")).toEqual([]);
			await database.client.query("SELECT tenancy.add_migration(4, 'sizes', 'ALTER TABLE notes ADD COLUMN size int')");
			await database.client.query("CALL tenancy.migrate_all()");
			const { stdout } = await run("restore-one-tenant.sh", "tenant-42", "42.dump");
			expect(stdout).toContain("notes|1|2");
			expect(await as(application, "tenant-42", "SELECT * FROM notes")).toEqual([{ id: 1 }]);
			expect(await one("SELECT version FROM tenancy.tenants WHERE slug = 'tenant-42'")).toBe(3);
			await database.client.query("CALL tenancy.migrate_all()");
			expect(await as(application, "tenant-42", "SELECT * FROM notes")).toEqual([{ id: 1, size: null }]);
			await database.client.query("DROP SCHEMA tenant_tenant_42_before CASCADE");
			expect(await one("SELECT count(*)::int FROM tenancy.drift")).toBe(0);
			// Another's backup, an unknown tenant: nothing is touched.
			await expect(run("restore-one-tenant.sh", "tenant-41", "42.dump")).rejects.toThrow(/holds no schema/);
			await expect(run("backup-one-tenant.sh", "x'; DROP SCHEMA tenancy; --", "x.dump")).rejects.toThrow(/no tenant/);
			expect(existsSync(join(folder, "x.dump"))).toBe(false);
		} finally {
			rmSync(folder, { recursive: true, force: true });
		}
	});

	it("shows what it takes to watch them", async () => {
		for (const view of ["status", "slowest", "sizes", "catalog_size", "vacuum", "busiest", "long_running", "drift"])
			await database.client.query(`SELECT * FROM tenancy.${view}`);
		const relations = await one("SELECT relations::int FROM tenancy.sizes WHERE slug = 'tenant-5'");
		// The README's count is of the first migration, and TOAST tables stand in a schema of their own.
		expect(relations).toBeGreaterThan(8);
		expect(textOf(artifacts, "README.md")).toMatch(/2,000 tenants are \*\*[\d,]+\*\*/);
	});

	it("the binding runs a transaction as a tenant, and gives a clean connection back", async () => {
		const folder = mkdtempSync(join(tmpdir(), "tenancy-schema-"));
		writeFileSync(join(folder, "binding.mjs"), textOf(artifacts, "binding.pg.mjs"));
		const { asTenant } = await import(/* @vite-ignore */ join(folder, "binding.mjs"));
		const pool = new pg.Pool({ host: cluster.host, port: 5432, user: "tenant_app", database: database.name, max: 1 });
		const who = (slug: string) =>
			asTenant(
				pool,
				slug,
				async (client: pg.PoolClient) => (await client.query("SELECT current_user AS it")).rows[0].it,
			);
		expect(await who("tenant-1")).toBe("tenant_tenant_1");
		await expect(
			asTenant(pool, "tenant-1", (client: pg.PoolClient) => client.query("SELECT * FROM tenant_tenant_2.users")),
		).rejects.toThrow(/permission denied/);
		expect(await who("tenant-2")).toBe("tenant_tenant_2");
		expect((await pool.query("SELECT current_user AS it")).rows[0].it).toBe("tenant_app");
		await pool.end();
		rmSync(folder, { recursive: true, force: true });
	});

	it("removes a tenant only after it was shut out, and leaves nothing", async () => {
		await expect(database.client.query("SELECT tenancy.deprovision('tenant-7')")).rejects.toThrow(/suspend/);
		await database.client.query("SELECT tenancy.suspend('tenant-7')");
		expect(await as(application, "tenant-7", "SELECT 1")).toMatch(/no active tenant/);
		await expect(database.client.query("SELECT tenancy.provision('tenant-7')")).rejects.toThrow(/suspended/);
		await database.client.query("SELECT tenancy.resume('tenant-7')");
		expect(await as(application, "tenant-7", "SELECT * FROM users")).toEqual([]);
		await removeAll(database);
		expect(await inventory(database.client)).toEqual(before);
	}, 120_000);
});
