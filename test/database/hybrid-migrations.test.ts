import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { hybrid } from "../../src/core/implement/hybrid/generate";
import { STARTER_SQL } from "../../src/core/implement/starter";
import { blueprintOf, type Unpacked, unpack } from "./artifacts";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";

/** Releases of a hybrid: the same files in the pool, in tenants' own schemas and in their databases. */

// Each step starts a dozen programs, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const TENANTS = { acme: "row", beta: "schema", gamma: "schema", delta: "database" } as const;
type Slug = keyof typeof TENANTS;
const idOf = (slug: Slug) => `00000000-0000-0000-0000-00000000000${Object.keys(TENANTS).indexOf(slug)}`;

const LABELS = `CREATE TABLE labels (tenant_id uuid NOT NULL REFERENCES tenants, id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
ALTER TABLE labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE labels FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON labels USING (tenant_id = current_setting('app.tenant_id')::uuid);
GRANT SELECT, INSERT ON labels TO app_user;
`;
const MIGRATIONS = {
	"0001_notes.sql": "ALTER TABLE tasks ADD COLUMN note text;\nUPDATE tasks SET note = title;\n",
	"0002_labels.sql": LABELS,
	"0003_prices.sql": "-- shared\nALTER TABLE plans ADD COLUMN price int;\n",
	"0004_email.sql": "ALTER TABLE users ADD CONSTRAINT no_beta CHECK (email NOT LIKE '%@beta%');\n",
	"0005_index.sql":
		"-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON users (lower(email));\n",
};

let cluster: Cluster;
let pool: TestDatabase;
let files: Unpacked;
/** Generated again when migrations had made a table. */
let renewed: Unpacked;
let migrations: string;
const env = () => ({ CONTROL_DATABASE: pool.name });
const ask = async (sql: string, values: unknown[] = []) => (await pool.client.query(sql, values)).rows;
const ledgerOf = async (slug: Slug) =>
	(await ask("SELECT name FROM tenancy.schema_migrations WHERE slug = $1 ORDER BY 1", [slug])).map(({ name }) => name);

/** What a session of the application sees of a tenant's place. */
async function as(slug: Slug, sql: string): Promise<unknown[]> {
	const [route] = await ask("SELECT * FROM tenancy.route($1)", [slug]);
	const at = route.dsn_ref === null ? ["hybrid_app", pool.name] : [`tenant_${slug}_app`, `tenant_${slug}`];
	const client = new pg.Client({ host: cluster.host, port: 5432, user: at[0], database: at[1] });
	await client.connect();
	try {
		const bind =
			"SELECT tenancy.enter($1, $2), set_config('app.tenant_id', $1, true), set_config('search_path', coalesce($3, current_setting('search_path')), true)";
		await client.query("BEGIN");
		await client.query(bind, [route.tenant_id, route.placement, route.search_path]);
		const { rows } = await client.query(sql);
		await client.query("COMMIT");
		return rows;
	} finally {
		await client.end();
	}
}

beforeAll(async () => {
	cluster = await startCluster();
	pool = await cluster.database();
	files = unpack(hybrid(await blueprintOf({ tenants: { now: 3, inTwoYears: 20 } })), cluster);
	const sql = `${STARTER_SQL}\n${Object.values(MIGRATIONS).slice(0, 3).join("\n")}`;
	renewed = unpack(hybrid(await blueprintOf({ tenants: { now: 3, inTwoYears: 20 } }, sql)), cluster);
	migrations = join(files.folder, "migrations");
	mkdirSync(migrations);
	for (const [name, sql] of Object.entries(MIGRATIONS)) writeFileSync(join(migrations, name), sql);
	const psql = (...args: string[]) =>
		promisify(execFile)("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", pool.name, ...args], {
			env: { ...process.env, PATH: `${cluster.bin}:${process.env.PATH}`, PGHOST: cluster.host, PGUSER: "postgres" },
			cwd: files.folder,
		});
	await psql("-f", "pool/apply.sql");
	await files.ok("bin/setup.sh", [], env());
	await psql("-1", "-f", "sql/place.sql", "-f", "sql/router.sql");
	await ask("CREATE ROLE hybrid_app LOGIN IN ROLE app_user");
	for (const [slug, place] of Object.entries(TENANTS) as [Slug, string][]) {
		await ask("SELECT tenancy.register($1, $2, 'free')", [slug, idOf(slug)]);
		await ask("SELECT set_config('app.tenant_id', $1, false)", [idOf(slug)]);
		await ask("INSERT INTO public.tenants (id, slug, name) VALUES ($1, $2, $2)", [idOf(slug), slug]);
		await ask("RESET app.tenant_id");
		await as(slug, `INSERT INTO users (tenant_id, email) VALUES ('${idOf(slug)}', 'one@${slug}')`);
		await as(slug, "INSERT INTO projects (tenant_id, name, owner_id) SELECT tenant_id, email, id FROM users");
		await as(slug, "INSERT INTO tasks (tenant_id, project_id, title) SELECT tenant_id, id, name FROM projects");
		if (place !== "row") await files.ok("bin/move.sh", [slug, place], env());
		if (slug === "beta") await files.ok("bin/clean-up.sh", [slug, "row"], env());
	}
});
afterAll(async () => {
	files?.remove();
	renewed?.remove();
	await pool?.client.end();
	await cluster?.stop();
});

it("migrates every place, and goes on where one tenant fails", async () => {
	// Only beta's rows are in the way, and those of the pool are not beta's.
	const { code, stdout, stderr } = await files.run("bin/migrate-all.sh", [migrations], env());
	expect([code, stderr, stdout]).toEqual([1, "", expect.stringContaining("2 migrated, 1 failed, 0 left out")]);
	expect(stdout).toMatch(/tenant_beta failed:\n.*no_beta.*\n?.*0004_email\.sql/s);
	const names = Object.keys(MIGRATIONS);
	expect([await ledgerOf("beta"), await ledgerOf("gamma")]).toEqual([names.slice(0, 3), names]);
	for (const slug of ["acme", "beta", "gamma", "delta"] as const)
		expect(await as(slug, "SELECT note FROM tasks")).toEqual([{ note: `one@${slug}` }]);
	const indexes = "SELECT schemaname::text FROM pg_indexes WHERE indexname = 'users_email_idx' ORDER BY 1";
	expect(await ask(indexes)).toEqual([{ schemaname: "public" }, { schemaname: "tenant_gamma" }]);
});

it("gives two tenants the pool's numbers at once", async () => {
	await ask("REVOKE USAGE ON SEQUENCE labels_id_seq FROM app_user");
	const sessions = await Promise.all(
		["one", "two"].map(async (table) => {
			const client = new pg.Client({ host: cluster.host, port: 5432, user: "postgres", database: pool.name });
			await client.connect();
			await client.query(`BEGIN; CREATE TABLE ${table} (LIKE labels INCLUDING IDENTITY)`);
			const share = () => client.query(`SELECT tenancy.share_numbers('${table}', 'labels')`);
			return { client, share };
		}),
	);
	const [first, second] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
	await first.share();
	const shared = second.share();
	const waits = async () =>
		(await ask("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%share_numbers(''two''%'"))
			.length;
	await expect.poll(waits, { timeout: 20_000 }).toBe(1);
	await first.client.query("COMMIT");
	await shared;
	await second.client.query("COMMIT");
	expect(await ask("SELECT has_sequence_privilege('app_user', 'labels_id_seq', 'USAGE') AS given")).toEqual([
		{ given: true },
	]);
	for (const { client } of sessions) await client.end();
	await ask("DROP TABLE one, two");
});

it("closes a table that a migration made in a tenant's schema, and numbers its rows as the pool does", async () => {
	for (const slug of ["gamma", "acme", "gamma"] as const)
		await as(slug, `INSERT INTO labels (tenant_id, name) VALUES ('${idOf(slug)}', '${slug}')`);
	expect(await as("gamma", "SELECT id::int, name FROM labels ORDER BY 1")).toEqual([
		{ id: 1, name: "gamma" },
		{ id: 3, name: "gamma" },
	]);
	expect(await as("acme", "SELECT * FROM tenant_gamma.labels")).toEqual([]);
	const stray = `INSERT INTO tenant_gamma.labels (tenant_id, name) VALUES ('${idOf("acme")}', 'x')`;
	await expect(as("acme", stray)).rejects.toThrow(/row-level security|is not here/);
	const policies = "SELECT DISTINCT polname::text FROM pg_policy WHERE polrelid::regclass::text LIKE 'tenant_gamma.%'";
	expect(await ask(policies)).toEqual([{ polname: "tenancy_own" }]);
});

it("does not move who is behind, and takes the release up again when its rows are mended", async () => {
	const unknown = await files.run("bin/move.sh", ["gamma", "row"], env());
	expect(unknown.stderr).toMatch(/public\.labels were made after these files/);
	await renewed.ok("bin/update-places.sh", [], env());
	const behind = await files.run("bin/move.sh", ["beta", "row"], env());
	expect([behind.code, behind.stderr]).toEqual([
		2,
		expect.stringMatching(/< 0004_email|> 0004_email.*have not had the same/s),
	]);
	await as("beta", "UPDATE users SET email = 'mended'");
	await ask("SELECT pg_advisory_lock(hashtextextended('tenancy migrations beta', 0))");
	const busy = await files.run("bin/migrate-all.sh", [migrations], env());
	expect([busy.code, busy.stdout]).toEqual([1, expect.stringContaining("Another run migrates tenant beta")]);
	await ask("SELECT pg_advisory_unlock_all()");
	expect(await files.ok("bin/migrate-all.sh", [migrations], env())).toContain("3 migrated, 0 failed");
	expect(await ledgerOf("beta")).toEqual(Object.keys(MIGRATIONS));
	expect(await ask("SELECT DISTINCT schema_version FROM tenancy.tenants WHERE placement <> 'row'")).toEqual([
		{ schema_version: "0005_index.sql" },
	]);
});

it("moves the rows and columns that migrations made", async () => {
	for (const to of ["database", "row"]) {
		await renewed.ok("bin/move.sh", ["gamma", to], env());
		expect(await as("gamma", "SELECT DISTINCT name, note FROM labels, tasks")).toEqual([
			{ name: "gamma", note: "one@gamma" },
		]);
	}
});

it("refuses a file that would change the pool's tables once for each tenant", async () => {
	writeFileSync(join(migrations, "0006_again.sql"), "ALTER TABLE public.users ADD COLUMN IF NOT EXISTS nick text;\n");
	const { code, stdout } = await files.run("bin/migrate-all.sh", [migrations], env());
	expect([code, stdout]).toEqual([1, expect.stringContaining("1 migrated, 1 failed")]);
	expect(stdout).toMatch(/changes (public\.)?users, which is not the tenant's own/);
	expect(await ledgerOf("beta")).toEqual(Object.keys(MIGRATIONS));
	// What gamma left in its schema has been passed by: it is made anew, as the pool is now.
	await ask("SELECT tenancy.make_schema('gamma')");
	expect(await ask("SELECT nick, email FROM tenant_gamma.users")).toEqual([]);
	expect(await ledgerOf("gamma")).toEqual([...Object.keys(MIGRATIONS), "0006_again.sql"]);
});
