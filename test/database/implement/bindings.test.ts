import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { rowLevel } from "../../../src/core/implement/row/row-level";
import { createSqlReader } from "../../../src/core/sql/reader";
import { type Cluster, startCluster, type TestDatabase } from "../cluster";
import { type Folder, writeArtifacts } from "../run-artifacts";
import { DROP_ROLES } from "../run-steps";
import { starterBlueprint } from "./subjects";

/** The snippet that binds a session of `pg` to a tenant, run; test/core/implement/languages.test.ts checks all of them. */

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const root = resolve(import.meta.dirname, "../../..");
const artifacts = rowLevel(starterBlueprint(createAnalyzer(await createSqlReader())));
const textOf = (path: string) => artifacts.find((each) => each.path === path)?.text ?? "";

// Inside the project, so that imports find its packages.
const cache = join(root, ".cache");
mkdirSync(cache, { recursive: true });
const folder = mkdtempSync(join(cache, "bindings-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type WithTenant = <T>(pool: pg.Pool, tenant: string, work: (client: pg.PoolClient) => Promise<T>) => Promise<T>;

describe("the snippet for pg, run", () => {
	let cluster: Cluster;
	let database: TestDatabase;
	let files: Folder;
	let pool: pg.Pool;
	let withTenant: WithTenant;

	beforeAll(async () => {
		cluster = await startCluster();
		database = await cluster.database();
		files = writeArtifacts(cluster, artifacts);
		await files.run(database.name, "apply.sql");
		await database.client.query(`
			CREATE ROLE web LOGIN IN ROLE app_user;
			INSERT INTO tenants (id, slug, name) VALUES ('${A}', 'a', 'A'), ('${B}', 'b', 'B');
			INSERT INTO users (tenant_id, email) VALUES ('${A}', 'a@example.com'), ('${B}', 'b@example.com')`);
		// One connection for everybody, as a pooler in transaction mode may give it.
		pool = new pg.Pool({ host: cluster.host, port: 5432, user: "web", database: database.name, max: 1 });
		const compiled = join(folder, "run-pg.mjs");
		writeFileSync(compiled, transformSync(textOf("bindings/pg.ts"), { loader: "ts", format: "esm" }).code);
		({ withTenant } = await import(/* @vite-ignore */ pathToFileURL(compiled).href));
	});
	afterAll(async () => {
		await pool?.end();
		files?.remove();
		await database?.client.query(DROP_ROLES);
		await database?.drop();
		await cluster?.stop();
	});

	const emails = (client: Pick<pg.PoolClient, "query">) =>
		client.query("SELECT email FROM users").then(({ rows }) => rows.map(({ email }) => email));

	it("keeps two tenants apart whose requests take turns on one connection", async () => {
		const turns = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? A : B));
		const seen = await Promise.all(turns.map((tenant) => withTenant(pool, tenant, emails)));
		expect(seen).toEqual(turns.map((tenant) => [tenant === A ? "a@example.com" : "b@example.com"]));
	});

	it("leaves nothing bound, after success or failure", async () => {
		await withTenant(pool, A, emails);
		await expect(emails(pool)).rejects.toThrow();
		await expect(withTenant(pool, A, (client) => client.query("SELECT 1/0"))).rejects.toThrow(/division by zero/);
		await expect(emails(pool)).rejects.toThrow();
		expect(await withTenant(pool, B, emails)).toEqual(["b@example.com"]);
	});

	it("shows why: a plain SET stays on the connection", async () => {
		await pool.query(`SET app.tenant_id = '${A}'`);
		expect(await emails(pool)).toEqual(["a@example.com"]);
		await pool.query("RESET app.tenant_id");
	});

	it("does not take a transaction for committed that was not", async () => {
		const work = (client: pg.PoolClient) => client.query("SELECT 1/0").catch(() => undefined);
		await expect(withTenant(pool, A, work)).rejects.toThrow(/rolled back/);
	});

	it("refuses to bind what is no tenant", async () => {
		await expect(withTenant(pool, "' OR true --", emails)).rejects.toThrow();
	});
});
