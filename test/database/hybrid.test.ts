import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { hybrid } from "../../src/core/implement/hybrid/generate";
import { blueprintOf, type Unpacked, unpack } from "./artifacts";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { type Router, takeTurns } from "./hybrid-traffic";
import { type Pgbouncer, startPgbouncer } from "./pgbouncer";

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const C = "00000000-0000-0000-0000-00000000000c";
const TENANTS = { acme: A, beta: B, gamma: C };
type Slug = keyof typeof TENANTS;

// Each step starts a dozen programs, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let cluster: Cluster;
let pool: TestDatabase;
let files: Unpacked;
let env: Record<string, string>;
let router: Router;
let module: {
	TenantRouter: new (options: object) => Router;
	TenantIsMoving: typeof Error;
	UnknownTenant: typeof Error;
};
const pools = new Map<string, pg.Pool>();

function poolOf(user: string, database: string): pg.Pool {
	const known = pools.get(database);
	if (known) return known;
	const made = new pg.Pool({ host: cluster.host, port: 5432, user, database, max: 2 });
	made.on("error", () => undefined);
	pools.set(database, made);
	return made;
}

const psql = async (...args: string[]) => {
	const own = { ...process.env, PATH: `${cluster.bin}:${process.env.PATH}`, PGHOST: cluster.host, PGUSER: "postgres" };
	await promisify(execFile)("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", pool.name, ...args], {
		env: own,
		cwd: files.folder,
	});
};

const newRouter = () =>
	new module.TenantRouter({
		pool: poolOf("hybrid_test_app", pool.name),
		poolFor: (ref: string) => {
			const name = ref.replace("service=", "");
			return poolOf(`${name}_app`, name);
		},
	});

beforeAll(async () => {
	cluster = await startCluster();
	pool = await cluster.database();
	files = unpack(
		hybrid(
			await blueprintOf({
				tenants: { now: 3, inTwoYears: 20 },
				tiers: [{ name: "enterprise", tenants: 2, isolation: "database" }],
			}),
		),
		cluster,
	);
	env = { CONTROL_DATABASE: pool.name, DSN_REF: "" };
	await psql("-f", "pool/apply.sql");
	await files.ok("bin/setup.sh", [], env);
	await psql("-1", "-f", "sql/place.sql", "-f", "sql/router.sql");
	await pool.client.query("CREATE ROLE hybrid_test_app LOGIN IN ROLE app_user");
	await pool.client.query("INSERT INTO public.plans VALUES ('free', 'Free')");
	const outfile = join(files.folder, "router.mjs");
	await build({ entryPoints: [join(files.folder, "router/router.ts")], outfile, format: "esm", logLevel: "silent" });
	module = await import(/* @vite-ignore */ pathToFileURL(resolve(outfile)).href);
	router = newRouter();
	for (const [slug, id] of Object.entries(TENANTS)) {
		await pool.client.query("SELECT tenancy.register($1, $2, 'free')", [slug, id]);
		await pool.client.query("SELECT set_config('app.tenant_id', $1, false)", [id]);
		await pool.client.query("INSERT INTO public.tenants (id, slug, name) VALUES ($1, $2, $2)", [id, slug]);
		await pool.client.query("RESET app.tenant_id");
		await router.run(slug, async (client) => {
			await client.query(
				"INSERT INTO users (tenant_id, id, email) SELECT $1::text::uuid, md5($1::text || n)::uuid, n || '@' || $2::text FROM generate_series(1, 20) n",
				[id, slug],
			);
			await client.query(
				"INSERT INTO projects (tenant_id, name, owner_id) SELECT tenant_id, E'tab\\t, \"quote\" and \\\\ ' || email, id FROM users",
			);
			await client.query(
				"INSERT INTO tasks (tenant_id, project_id, title) SELECT tenant_id, id, n || name FROM projects, generate_series(1, 10) n",
			);
		});
	}
});
afterAll(async () => {
	for (const each of pools.values()) await each.end();
	files?.remove();
	await pool?.client.end();
	await cluster?.stop();
});

const TABLES = ["tenants", "users", "projects", "tasks"];

/** Counts and checksums of what a tenant sees, in a way of the test's own. */
const sums = (slug: Slug, by = newRouter()) =>
	by.run(slug, async (client) => {
		const found: Record<string, string> = {};
		for (const table of TABLES) {
			const { rows } = await client.query(
				`SELECT count(*) || ' ' || md5(string_agg(t::text, E'\\n' ORDER BY t::text)) AS sum FROM ${table} t`,
			);
			found[table] = rows[0].sum;
		}
		return found;
	});

const placement = async (slug: Slug) =>
	(await pool.client.query("SELECT placement, state FROM tenancy.tenants WHERE slug = $1", [slug])).rows[0];

const addTask = (slug: Slug, title: string, by = router) =>
	by.run(slug, async (client) => {
		await client.query(
			"INSERT INTO tasks (tenant_id, project_id, title) SELECT tenant_id, id, $1 FROM projects LIMIT 1",
			[title],
		);
	});

/** Reads and writes while something happens. Reads are compared with what is there before. */
async function during(slug: Slug, act: () => Promise<unknown>, by = router) {
	const expected = JSON.stringify(await sums(slug));
	let going = true;
	const wrong: unknown[] = [];
	const refused: Error[] = [];
	let reads = 0;
	const reader = (async () => {
		while (going) {
			const seen = JSON.stringify(await sums(slug, by));
			reads += 1;
			if (seen !== expected) wrong.push(seen);
		}
	})().catch((error: Error) => wrong.push(error.message));
	const writer = (async () => {
		while (going) {
			// Changes nothing, and is a write all the same.
			await by
				.run(slug, (client) => client.query("UPDATE users SET email = email WHERE false"))
				.catch((error: Error) => refused.push(error));
			await new Promise((done) => setTimeout(done, 5));
		}
	})();
	await act().finally(() => {
		going = false;
	});
	await Promise.all([reader, writer]);
	expect(wrong).toEqual([]);
	expect(reads).toBeGreaterThan(3);
	return { refused };
}

const move = (slug: Slug, to: string, more: Readonly<Record<string, string>> = {}) =>
	files.ok("bin/move.sh", [slug, to], { CONTROL_DATABASE: pool.name, ...more });
const cleanUp = (slug: Slug, place: string, more: Readonly<Record<string, string>> = {}) =>
	files.ok("bin/clean-up.sh", [slug, place], { CONTROL_DATABASE: pool.name, ...more });

describe("a tenant's way, from the starter", () => {
	let others: unknown;
	it("starts in the pool, each tenant with its own rows", async () => {
		expect((await sums("acme")).tasks).toMatch(/^200 /);
		expect((await sums("acme")).tasks).not.toBe((await sums("beta")).tasks);
		others = [await sums("beta"), await sums("gamma")];
	});

	it.each([
		["row", "schema"],
		["schema", "database"],
		["database", "schema"],
		["schema", "row"],
		["row", "database"],
		["database", "row"],
	])("goes from %s to %s with reads served throughout, and every row kept", async (from, to) => {
		expect(await placement("acme")).toEqual({ placement: from, state: "active" });
		const before = await sums("acme");
		const { refused } = await during("acme", () => move("acme", to));
		expect(await placement("acme")).toEqual({ placement: to, state: "active" });
		expect(await sums("acme")).toEqual(before);
		expect([await sums("beta"), await sums("gamma")]).toEqual(others);
		expect(refused.length).toBeGreaterThan(0);
		for (const error of refused) {
			expect(error).toBeInstanceOf(module.TenantIsMoving);
			expect(error.message).toMatch(/is being moved: it can be read/);
		}
		// A router that remembers the old place is sent on, to read and to write.
		await addTask("acme", `after ${to}`);
		expect((await sums("acme")).tasks).not.toBe(before.tasks);
		await cleanUp("acme", from);
		expect((await sums("acme")).tasks).toMatch(/^2\d\d /);
	});

	it("leaves nothing behind", async () => {
		const { rows } = await pool.client.query(
			"SELECT nspname FROM pg_namespace WHERE nspname LIKE 'tenant\\_%' UNION ALL SELECT datname FROM pg_database WHERE datname LIKE 'tenant\\_%' UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'tenant\\_%'",
		);
		expect(rows).toEqual([]);
		expect((await pool.client.query("SELECT DISTINCT placement, state FROM tenancy.places")).rows).toEqual([
			{ placement: "row", state: "open" },
		]);
	});

	it("keeps a session that is bound to another tenant out of a schema", async () => {
		await move("beta", "schema");
		const { rows } = await router.run("acme", (client) =>
			client.query("SELECT count(*)::int AS n FROM tenant_beta.tasks"),
		);
		expect(rows).toEqual([{ n: 0 }]);
		await expect(
			router.run("acme", (client) =>
				client.query("INSERT INTO tenant_beta.users (tenant_id, email) VALUES ($1, 'x')", [B]),
			),
		).rejects.toThrow(/row-level security|not here/);
		await move("beta", "row");
		await cleanUp("beta", "schema");
	});

	it("waits for a writer, and lets no snapshot from before the fence write", async () => {
		const app = await poolOf("hybrid_test_app", pool.name).connect();
		const bind = "SELECT tenancy.enter($1, 'row'), set_config('app.tenant_id', $1, true)";
		await app.query("BEGIN");
		await app.query(bind, [C]);
		await app.query("INSERT INTO users (tenant_id, email) VALUES ($1, 'late')", [C]);
		const old = await poolOf("hybrid_test_app", pool.name).connect();
		await old.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
		await old.query(bind, [C]);
		const moving = move("gamma", "schema");
		await expect
			.poll(
				async () =>
					(
						await pool.client.query(
							"SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted",
						)
					).rows[0].n,
				{ timeout: 20_000 },
			)
			.toBeGreaterThan(0);
		await app.query("COMMIT");
		app.release();
		await expect(old.query("UPDATE users SET email = 'lost' WHERE email = 'late'")).rejects.toThrow(
			/could not serialize|is being moved|is not here/,
		);
		await old.query("ROLLBACK");
		old.release();
		await moving;
		expect((await sums("gamma")).users).toMatch(/^21 /);
		await move("gamma", "row");
		await cleanUp("gamma", "schema");
	});

	it("serves on from the source where a move fails in the middle, and moves when that is mended", {
		timeout: 60_000,
	}, async () => {
		await pool.client.query(
			"SELECT tenancy.make_schema('beta'); ALTER TABLE tenant_beta.tasks ADD CONSTRAINT broken CHECK (false) NOT VALID",
		);
		const before = await sums("beta");
		const { code, stderr } = await files.run("bin/move.sh", ["beta", "schema"], { CONTROL_DATABASE: pool.name });
		expect([code === 0, stderr]).toEqual([false, expect.stringContaining("broken")]);
		expect(await placement("beta")).toEqual({ placement: "row", state: "active" });
		expect(await sums("beta")).toEqual(before);
		await addTask("beta", "still here");
		const after = await sums("beta");
		await pool.client.query("ALTER TABLE tenant_beta.tasks DROP CONSTRAINT broken");
		await move("beta", "schema");
		expect(await sums("beta")).toEqual(after);
	});

	it("finds a row that differs, and does not cut over", async () => {
		await pool.client.query(`CREATE FUNCTION tenant_beta.spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.title := NEW.title || ''!''; RETURN NEW; END';
			CREATE TRIGGER spoil BEFORE INSERT ON public.tasks FOR EACH ROW EXECUTE FUNCTION tenant_beta.spoil(); ALTER TABLE public.tasks ENABLE ALWAYS TRIGGER spoil`);
		const { code, stderr } = await files.run("bin/move.sh", ["beta", "row"], { CONTROL_DATABASE: pool.name });
		expect([code, stderr]).toEqual([2, expect.stringContaining("differ")]);
		expect(await placement("beta")).toEqual({ placement: "schema", state: "active" });
		await pool.client.query("DROP TRIGGER spoil ON public.tasks");
		await addTask("beta", "writes again");
		await move("beta", "row");
	});

	it("never takes away what serves, and knows whom it doesn't know", async () => {
		const served = await files.run("bin/clean-up.sh", ["beta", "row"], { CONTROL_DATABASE: pool.name });
		expect([served.code, served.stderr]).toEqual([2, expect.stringContaining("is served from there")]);
		await expect(pool.client.query("SELECT tenancy.clear('beta', $1, 'row')", [B])).rejects.toThrow(/served from here/);
		await expect(router.run("nobody", async () => 1)).rejects.toThrow(module.UnknownTenant);
		expect((await files.run("bin/move.sh", ["nobody", "schema"], { CONTROL_DATABASE: pool.name })).stderr).toContain(
			"There is no tenant",
		);
	});

	describe("behind PgBouncer with the generated configuration", () => {
		const PASSWORD = "a pooled secret";
		let bouncer: Pgbouncer;
		let pooled: Router;
		let refresh: Record<string, string>;
		const through = new Map<string, pg.Pool>();
		const poolThrough = (user: string, database: string) => {
			const known = through.get(database);
			if (known) return known;
			const made = new pg.Pool({ host: "127.0.0.1", port: bouncer.port, user, password: PASSWORD, database, max: 6 });
			made.on("error", () => undefined);
			through.set(database, made);
			return made;
		};
		beforeAll(async () => {
			await pool.client.query(`ALTER ROLE hybrid_test_app PASSWORD '${PASSWORD}'`);
			await move("gamma", "schema");
			await move("acme", "database", { TENANT_PASSWORD: PASSWORD });
			const list = join(files.folder, "pgbouncer/databases.ini");
			const host = { CONTROL_DATABASE: pool.name, DATABASE_HOST: cluster.host };
			await files.ok("bin/pgbouncer-databases.sh", [list], host);
			bouncer = await startPgbouncer(
				readFileSync(join(files.folder, "pgbouncer/pgbouncer.ini"), "utf8"),
				readFileSync(list, "utf8"),
				{},
				`"pgbouncer_admin" "${PASSWORD}"\n`,
			);
			const console = `host=127.0.0.1 port=${bouncer.port} dbname=pgbouncer user=pgbouncer_admin password='${PASSWORD}'`;
			refresh = { ...host, PGBOUNCER_DATABASES: bouncer.databases, PGBOUNCER_CONSOLE: console };
			pooled = new module.TenantRouter({
				pool: poolThrough("hybrid_test_app", pool.name),
				poolFor: (ref: string) => poolThrough(`${ref.replace("service=", "")}_app`, ref.replace("service=", "")),
			});
			// Few sessions but the pooler's: the server takes twenty.
			for (const each of pools.values()) await each.end();
			pools.clear();
		});
		afterAll(async () => {
			for (const each of through.values()) await each.end();
			await bouncer?.stop();
		});

		const traffic = (isOver: () => boolean) =>
			takeTurns(pooled, TENANTS, isOver, (error) => error instanceof module.TenantIsMoving);

		it("carries tenants of all three places over few connections, and mixes nothing up", async () => {
			let left = 300;
			const { wrong, sessions } = await traffic(() => left-- <= 0);
			expect(wrong).toEqual([]);
			const size = Number(/^default_pool_size = (\d+)/m.exec(bouncer.configuration)?.[1]);
			const most = size + Math.ceil(size / 4);
			// The shared tables and the schema are in one database: its few sessions served both in turns.
			expect(new Set([...sessions.beta, ...sessions.gamma]).size).toBeLessThanOrEqual(most);
			expect([...sessions.beta].filter((pid) => sessions.gamma.has(pid))).not.toEqual([]);
			expect(sessions.acme.size).toBeLessThanOrEqual(most);
			expect([...sessions.acme].filter((pid) => sessions.beta.has(pid))).toEqual([]);
			// Whoever comes without a tenant after them finds no place and no tenant left behind on the session.
			for (let i = 0; i < 2 * most; i++)
				await expect(through.get(pool.name)?.query("SELECT * FROM users")).rejects.toThrow(/app\.tenant_id|uuid/);
			const { rows } = (await through.get(pool.name)?.query("SHOW search_path")) ?? { rows: [] };
			expect(rows).toEqual([{ search_path: '"$user", public' }]);
		});

		it("serves a tenant that is promoted and demoted, and the others meanwhile", async () => {
			const others = [await sums("acme", pooled), await sums("gamma", pooled)];
			for (const to of ["schema", "database", "row"]) {
				let isOver = false;
				const busy = traffic(() => isOver);
				await during("beta", () => move("beta", to, { ...refresh, TENANT_PASSWORD: PASSWORD }), pooled).finally(() => {
					isOver = true;
				});
				const { wrong, done } = await busy;
				expect([to, wrong]).toEqual([to, []]);
				expect(done).toBeGreaterThan(20);
				expect(await placement("beta")).toEqual({ placement: to, state: "active" });
			}
			expect([await sums("acme", pooled), await sums("gamma", pooled)]).toEqual(others);
			expect(readFileSync(bouncer.databases, "utf8")).toContain("tenant_beta");
			await cleanUp("beta", "database", refresh);
			expect(readFileSync(bouncer.databases, "utf8")).not.toContain("tenant_beta");
			expect(await sums("beta", pooled)).toEqual(await sums("beta"));
		});
	});

	it.each([
		["row", "beta"],
		["schema", "gamma"],
		["database", "acme"],
	] as const)("saves the rows of a tenant and leaves nothing, from %s", async (place, slug) => {
		if ((await placement(slug)).placement !== place) await move(slug, place);
		const before = await sums(slug);
		const folder = mkdtempSync(join(files.folder, "last-"));
		await files.ok("bin/remove.sh", [slug, folder], { CONTROL_DATABASE: pool.name });
		const saved =
			place === "database"
				? readdirSync(folder).filter((name) => name.endsWith(".dump")).length
				: readdirSync(join(folder, `tenant_${slug}`)).filter((name) => name.endsWith(".rows")).length;
		expect(saved).toBe(place === "database" ? 1 : TABLES.length);
		if (place !== "database") {
			const lines = readdirSync(join(folder, `tenant_${slug}`)).map(
				(name) => readFileSync(join(folder, `tenant_${slug}`, name), "utf8").split("\n").length - 1,
			);
			expect(lines.join()).toContain(before.tasks?.split(" ")[0]);
		}
		const left = async (sql: string) => (await pool.client.query(sql, [TENANTS[slug]])).rows[0].n;
		for (const table of ["users", "projects", "tasks"])
			expect(await left(`SELECT count(*)::int AS n FROM public.${table} WHERE tenant_id::text = $1`)).toBe(0);
		expect(await left("SELECT count(*)::int AS n FROM public.tenants WHERE id::text = $1")).toBe(0);
		expect(
			await left(
				"SELECT (SELECT count(*) FROM tenancy.places WHERE tenant_id = $1)::int + (SELECT count(*) FROM tenancy.tenants WHERE tenant_id = $1)::int AS n",
			),
		).toBe(0);
		const { rows } = await pool.client.query(
			"SELECT nspname AS name FROM pg_namespace UNION ALL SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles",
		);
		expect(rows.filter(({ name }) => name.startsWith(`tenant_${slug}`))).toEqual([]);
		await expect(newRouter().run(slug, async () => 1)).rejects.toThrow(module.UnknownTenant);
	});

	it("is refused a schema that somebody else made, which stays as it is", async () => {
		await pool.client.query(
			"CREATE SCHEMA tenant_delta; CREATE TABLE tenant_delta.precious (); SELECT tenancy.register('delta', 'd')",
		);
		const { code, stderr } = await files.run("bin/move.sh", ["delta", "schema"], { CONTROL_DATABASE: pool.name });
		expect([code === 0, stderr]).toEqual([false, expect.stringContaining("already exists")]);
		await pool.client.query(
			"SELECT tenancy.drop_schema('delta'); TABLE tenant_delta.precious; DROP SCHEMA tenant_delta CASCADE",
		);
	});
});
