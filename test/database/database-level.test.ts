import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { collect } from "../../src/cli/files/collect";
import { createAnalyzer } from "../../src/core/analyze";
import { databaseLevel } from "../../src/core/implement/database/generate";
import { createSqlReader } from "../../src/core/sql/reader";
import { answersSchema } from "../../src/core/tenancy/answers";
import { blueprintOf, type Unpacked, unpack } from "./artifacts";
import { type Cluster, startCluster } from "./cluster";
import { findPgbouncer, type Pgbouncer, startPgbouncer } from "./pgbouncer";

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const C = "00000000-0000-0000-0000-00000000000c";
const TENANTS = { acme: A, beta: B, gamma: C };
const PASSWORD = "a secret's \\ word";

// Each step starts a dozen programs, which a busy machine takes its time for.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let cluster: Cluster;
let files: Unpacked;
beforeAll(async () => {
	cluster = await startCluster();
	files = unpack(databaseLevel(await blueprintOf({ tenants: { now: 3, inTwoYears: 20 } })), cluster);
	await files.ok("bin/setup.sh", []);
});
afterAll(async () => {
	files?.remove();
	await cluster?.stop();
});

async function as(user: string, database: string): Promise<pg.Client> {
	const client = new pg.Client({ host: cluster.host, port: 5432, user, database });
	client.on("error", () => undefined);
	await client.connect();
	return client;
}

async function ask(
	user: string,
	database: string,
	sql: string,
	values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
	const client = await as(user, database);
	try {
		return (await client.query(sql, values)).rows;
	} finally {
		await client.end();
	}
}

/** Everything of the server's that a tenant could leave behind. */
const shared = async () =>
	ask(
		"postgres",
		"tenancy_control",
		`SELECT 'database' AS kind, datname::text AS name FROM pg_database UNION ALL SELECT 'role', rolname FROM pg_roles
		UNION ALL SELECT 'tenant', slug FROM tenancy.tenants UNION ALL SELECT 'member', roleid::regrole || ' ' || member::regrole FROM pg_auth_members ORDER BY 1, 2`,
	);

const provision = (slug: keyof typeof TENANTS) =>
	files.ok("bin/provision.sh", [slug, TENANTS[slug]], { TENANT_PASSWORD: PASSWORD });

describe("a database for each tenant, from the starter", () => {
	let before: unknown;
	it("is set up twice with the same result", async () => {
		before = await shared();
		await files.ok("bin/setup.sh", []);
		expect(await shared()).toEqual(before);
	});

	it("provisions tenants, also twice and at once", async () => {
		await provision("acme");
		await Promise.all([provision("beta"), provision("beta"), provision("gamma")]);
		await provision("acme");
		expect(
			await ask(
				"postgres",
				"tenancy_control",
				"SELECT slug, tenant_id, state, dsn_ref FROM tenancy.tenants ORDER BY 1",
			),
		).toEqual(
			Object.entries(TENANTS).map(([slug, tenant_id]) => ({
				slug,
				tenant_id,
				state: "active",
				dsn_ref: `service=tenant_${slug}`,
			})),
		);
	});

	it.each(["", "Acme", "a-b", "1st", "a;b", "a'b", "-d", "../a", "a\nb", "a b", "a".repeat(41)])(
		"refuses the slug %j",
		async (slug) => {
			const { code, stderr } = await files.run("bin/provision.sh", [slug]);
			expect([code, stderr]).toEqual([2, expect.stringContaining("A slug is")]);
		},
	);

	it("refuses another id for a known tenant, and a database of somebody else's", async () => {
		expect((await files.run("bin/provision.sh", ["acme", B])).stderr).toContain("is known with the id");
		await ask("postgres", "postgres", "CREATE DATABASE tenant_foreign");
		expect((await files.run("bin/provision.sh", ["foreign"])).stderr).toContain("the catalog knows nothing of");
		await ask("postgres", "postgres", "DROP DATABASE tenant_foreign");
		expect(await ask("postgres", "tenancy_control", "SELECT FROM tenancy.tenants WHERE slug = 'foreign'")).toEqual([]);
	});

	it("lets the application read and write its own database", async () => {
		for (const [slug, id] of Object.entries(TENANTS)) {
			const app = await as(`tenant_${slug}_app`, `tenant_${slug}`);
			await app.query("INSERT INTO public.tenants (id, slug, name) VALUES ($1, $2, $2)", [id, slug]);
			await app.query("INSERT INTO public.users (tenant_id, email) VALUES ($1, $2)", [id, `who@${slug}.example`]);
			await app.query("UPDATE public.users SET email = upper(email)");
			expect((await app.query("SELECT email FROM public.users")).rows).toEqual([
				{ email: `WHO@${slug.toUpperCase()}.EXAMPLE` },
			]);
			await expect(app.query("DROP TABLE public.tasks")).rejects.toThrow(/must be owner/);
			await expect(app.query("CREATE TABLE public.mine ()")).rejects.toThrow(/permission denied/);
			await app.end();
		}
	});

	it("lets nobody into another tenant's database, the catalog or the template", async () => {
		for (const role of ["tenant_acme_app", "tenancy_pooler"])
			await expect(as(role, "tenancy_control")).rejects.toThrow(/permission denied for database|does not have CONNECT/);
		await expect(as("tenant_acme_app", "tenant_beta")).rejects.toThrow(/permission denied for database/);
		await expect(as("tenant_acme_app", "tenancy_template")).rejects.toThrow(
			/permission denied|not currently accepting/,
		);
		await expect(as("tenant_acme_owner", "tenant_acme")).rejects.toThrow(/not permitted to log in/);
	});

	it("keeps passwords out of the catalog", async () => {
		const insert = (dsn: string) =>
			ask("postgres", "tenancy_control", "UPDATE tenancy.tenants SET dsn_ref = $1 WHERE slug = 'acme'", [dsn]);
		await expect(insert("postgres://acme:secret@db/acme")).rejects.toThrow(/check constraint/);
		await expect(insert("host=db password=secret")).rejects.toThrow(/check constraint/);
	});

	it("migrates all tenants, goes on after a failure, and resumes", async () => {
		const folder = join(files.folder, "migrations");
		mkdirSync(folder);
		const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
		write("0001_notes.sql", "ALTER TABLE public.tasks ADD COLUMN note text;\n");
		write(
			"0002_email.sql",
			"ALTER TABLE public.users ADD CONSTRAINT no_beta CHECK (email NOT LIKE '%BETA%');\nCREATE TABLE public.labels (id int);\n",
		);
		write(
			"0003_index.sql",
			"-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS users_email_idx ON public.users (lower(email));\n",
		);
		const failed = await files.run("bin/migrate-all.sh", [folder]);
		expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining("2 migrated, 1 failed, 0 left out")]);
		expect(failed.stdout).toMatch(/tenant_beta failed:\n.*no_beta/s);
		const ledger = (slug: string) =>
			ask("postgres", `tenant_${slug}`, "SELECT name FROM tenancy.migrations ORDER BY 1");
		expect([(await ledger("acme")).length, (await ledger("beta")).length]).toEqual([3, 1]);
		expect(await ask("postgres", "tenant_beta", "SELECT to_regclass('public.labels') AS labels")).toEqual([
			{ labels: null },
		]);

		await ask("postgres", "tenant_beta", "UPDATE public.users SET email = 'ok'");
		expect(await files.ok("bin/migrate-all.sh", [folder])).toContain("3 migrated, 0 failed");
		expect((await ledger("beta")).length).toBe(3);
		expect(await ask("postgres", "tenancy_control", "SELECT DISTINCT schema_version FROM tenancy.tenants")).toEqual([
			{ schema_version: "0003_index.sql" },
		]);
		// What a migration makes is the application's to use.
		await ask("tenant_beta_app", "tenant_beta", "INSERT INTO public.labels VALUES (1)");

		write("0001_notes.sql", "ALTER TABLE public.tasks ADD COLUMN other text;\n");
		const changed = await files.run("bin/migrate-all.sh", [folder]);
		expect([changed.code, changed.stderr]).toEqual([2, expect.stringContaining("has changed since it ran")]);
		write("0001_notes.sql", "ALTER TABLE public.tasks ADD COLUMN note text;\n");
	});

	it("gives new tenants what the template was migrated to", async () => {
		await files.ok("bin/provision.sh", ["late"]);
		expect(await ask("postgres", "tenant_late", "SELECT count(*)::int AS n FROM tenancy.migrations")).toEqual([
			{ n: 3 },
		]);
		await files.ok("bin/deprovision.sh", ["late", files.folder]);
	});

	it("restores one tenant's dump beside the live database", async () => {
		const file = (await files.ok("bin/backup.sh", ["acme", files.folder])).trim();
		await ask("postgres", "postgres", "CREATE DATABASE tenant_acme_restored TEMPLATE template0");
		const at = ["-h", cluster.host, "-U", "postgres", "--exit-on-error", "--dbname=tenant_acme_restored"];
		execFileSync("pg_restore", [...at, file], {
			env: { ...process.env, PATH: `${cluster.bin}:${process.env.PATH}` },
		});
		expect(await ask("postgres", "tenant_acme_restored", "SELECT slug FROM public.tenants")).toEqual([
			{ slug: "acme" },
		]);
		await ask("postgres", "postgres", "DROP DATABASE tenant_acme_restored");
	});

	describe("behind PgBouncer with the generated configuration", () => {
		let bouncer: Pgbouncer;
		beforeAll(async () => {
			findPgbouncer();
			const list = join(files.folder, "pgbouncer/databases.ini");
			await files.ok("bin/pgbouncer-databases.sh", [list], { DATABASE_HOST: cluster.host });
			bouncer = await startPgbouncer(
				readFileSync(join(files.folder, "pgbouncer/pgbouncer.ini"), "utf8"),
				readFileSync(list, "utf8"),
			);
		});
		afterAll(() => bouncer?.stop());

		it("carries two tenants at once over few connections, and mixes nothing up", async () => {
			const seen = new Map<string, Set<unknown>>();
			const backends = new Set<unknown>();
			await Promise.all(
				Array.from({ length: 24 }, async (_, i) => {
					const slug = i % 2 === 0 ? "acme" : "gamma";
					const client = await bouncer.connect(`tenant_${slug}`, `tenant_${slug}_app`, PASSWORD);
					for (let round = 0; round < 10; round++) {
						const { rows } = await client.query(
							"SELECT slug, current_database() AS db, pg_backend_pid() AS pid FROM public.tenants",
						);
						seen.set(
							slug,
							(seen.get(slug) ?? new Set()).add(JSON.stringify([rows.map((row) => row.slug), rows[0]?.db])),
						);
						backends.add(rows[0]?.pid);
					}
					await client.end();
				}),
			);
			expect(Object.fromEntries([...seen].map(([slug, what]) => [slug, [...what]]))).toEqual({
				acme: ['[["acme"],"tenant_acme"]'],
				gamma: ['[["gamma"],"tenant_gamma"]'],
			});
			const size = Number(/^default_pool_size = (\d+)/m.exec(bouncer.configuration)?.[1]);
			expect(backends.size).toBeGreaterThan(1);
			expect(backends.size).toBeLessThanOrEqual(2 * (size + Math.ceil(size / 4)));
		});

		it("lets nobody in with a wrong password, or into another tenant's database", async () => {
			await expect(bouncer.connect("tenant_acme", "tenant_acme_app", "wrong")).rejects.toThrow(/SASL|password/i);
			const other = bouncer
				.connect("tenant_gamma", "tenant_acme_app", PASSWORD)
				.then((client) => client.query("SELECT 1").finally(() => client.end()));
			await expect(other).rejects.toThrow(/permission denied|failed/);
			await expect(bouncer.connect("postgres", "tenant_acme_app", PASSWORD)).rejects.toThrow();
		});
	});

	it("deprovisions without leaving anything but the dump", async () => {
		const list = join(files.folder, "list.ini");
		for (const slug of Object.keys(TENANTS)) {
			const open = await as(`tenant_${slug}_app`, `tenant_${slug}`);
			await files.ok("bin/deprovision.sh", [slug, files.folder], { PGBOUNCER_DATABASES: list });
			await files.ok("bin/deprovision.sh", [slug, files.folder]);
			await open.end().catch(() => undefined);
			expect(readFileSync(list, "utf8")).not.toContain(slug);
			expect(
				readdirSync(files.folder).filter((name) => name.startsWith(`tenant_${slug}-`) && name.endsWith(".dump")),
			).not.toEqual([]);
		}
		expect(await shared()).toEqual(before);
	});
});

const analyzer = createAnalyzer(await createSqlReader());
const examples = readdirSync("examples", { withFileTypes: true }).flatMap((entry) => {
	if (!entry.isDirectory()) return [];
	const { files: sources, configText } = collect([`examples/${entry.name}`], process.cwd());
	return analyzer
		.analyze(sources, configText)
		.databases.map((database) => [`${entry.name} ${database.path}`, database] as const);
});

it.each(examples)("is set up and provisioned from %s", async (_, database) => {
	const answers = answersSchema.parse({ tenants: { now: 10, inTwoYears: 20 } });
	const own = unpack(databaseLevel({ answers, database, isStarter: false, analyzer }), cluster);
	const names = { CONTROL_DATABASE: "example_control", TEMPLATE_DATABASE: "example_template" };
	try {
		await own.ok("bin/setup.sh", [], names);
		await own.ok("bin/provision.sh", ["sample"], names);
		const [row] = await ask(
			"postgres",
			"tenant_sample",
			`SELECT count(*) FILTER (WHERE has_table_privilege('tenant_sample_app', c.oid, 'SELECT'))::int AS readable,
				count(*) FILTER (WHERE pg_has_role('tenant_sample_app', c.relowner, 'MEMBER'))::int AS owned, count(*)::int AS n
			FROM pg_class c WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text !~ '^(pg_|information_schema|tenancy)'`,
		);
		expect(row?.n).toBe(
			[...database.model.tables.values()].filter(
				({ kind, persistence }) => kind !== "foreign" && persistence !== "temporary",
			).length,
		);
		expect(row?.readable).toBeGreaterThan(0);
		expect(row?.owned).toBe(0);
		await own.ok("bin/deprovision.sh", ["sample", own.folder], names);
	} finally {
		own.remove();
		await ask("postgres", "postgres", "ALTER DATABASE example_template IS_TEMPLATE false");
		await ask("postgres", "postgres", "DROP DATABASE example_template");
		await ask("postgres", "postgres", "DROP DATABASE example_control");
	}
});
