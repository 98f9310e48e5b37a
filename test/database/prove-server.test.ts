import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openServer } from "../../src/database/server";
import { type Cluster, startCluster } from "./cluster";
import { analysed, exampleDatabases, proved } from "./prove";

/** What proving does to somebody's server: nothing that stays. */

let cluster: Cluster;
let admin: pg.Client;
beforeAll(async () => {
	cluster = await startCluster();
	admin = new pg.Client({ connectionString: cluster.url });
	admin.on("error", () => undefined);
	await admin.connect();
});
afterAll(async () => {
	await admin?.end();
	await cluster?.stop();
});

const ours = async () => {
	const { rows } = await admin.query(
		"SELECT datname AS name FROM pg_database WHERE NOT datistemplate UNION ALL SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'",
	);
	return rows.map(({ name }) => name as string).sort();
};

let before: string[];
beforeEach(async () => {
	before = await ours();
});

const [sound] = exampleDatabases("sound") as [ReturnType<typeof analysed>];

describe("nothing stays on the server", () => {
	it("after a proof", async () => {
		await proved(sound, { url: cluster.url });
		expect(await ours()).toEqual(before);
	});

	it("after it was cancelled", async () => {
		const stop = new AbortController();
		const running = proved(sound, {
			url: cluster.url,
			signal: stop.signal,
			onProgress: (stage) => stage === "fill" && stop.abort(),
		});
		await expect(running).rejects.toThrow(/abort/i);
		expect(await ours()).toEqual(before);
	});

	it.each(["apply", "fill", "attack"])(
		"after a killed run and the next one: killed at %s",
		async (stage) => {
			const script = join(import.meta.dirname, "../../scripts/run-ts.mjs");
			const child = spawn(process.execPath, [script, "test/database/prove-until.ts", cluster.url, stage], {
				stdio: ["ignore", "pipe", "inherit"],
			});
			await once(child.stdout, "data");
			child.kill("SIGKILL");
			await once(child, "exit");
			expect(await ours()).not.toEqual(before);
			const { verdict } = await proved(sound, { url: cluster.url });
			expect(verdict).toBe("held");
			expect(await ours()).toEqual(before);
		},
		60_000,
	);
});

describe("what others have on the server stays as it is", () => {
	it("databases and roles with names like ours", async () => {
		await admin.query("CREATE DATABASE tenancy_scratch_0123456789ab");
		await admin.query("CREATE ROLE tenancy_scratch_abcdefabcdef");
		const others = await ours();
		await proved(sound, { url: cluster.url });
		expect(await ours()).toEqual(others);
		await admin.query("DROP DATABASE tenancy_scratch_0123456789ab");
		await admin.query("DROP ROLE tenancy_scratch_abcdefabcdef");
	});

	it("a role that the files would make, change or drop", async () => {
		await admin.query("CREATE ROLE shop_app LOGIN CONNECTION LIMIT 7; COMMENT ON ROLE shop_app IS 'The shop''s'");
		const facts = async () =>
			(
				await admin.query(
					"SELECT rolname, rolbypassrls, rolconnlimit, shobj_description(oid, 'pg_authid') AS comment, rolconfig FROM pg_roles WHERE rolname = 'shop_app'",
				)
			).rows;
		const untouched = await facts();
		const { assumptions, notApplied } = await proved(
			analysed(`
				DROP ROLE IF EXISTS shop_app;
				CREATE ROLE shop_app;
				ALTER ROLE shop_app BYPASSRLS;
				ALTER ROLE shop_app SET work_mem = '1MB';
				COMMENT ON ROLE shop_app IS 'changed';
				DO $$ BEGIN EXECUTE 'ALTER ROLE shop_app SUPERUSER'; END $$;
				CREATE FUNCTION sneak() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER ROLE shop_app CREATEDB'; END $$;
				SELECT sneak();
				CREATE ROLE shop_owner; GRANT shop_owner TO shop_app;
				CREATE TABLE orgs (id int PRIMARY KEY, name text);
				CREATE TABLE orders (id int PRIMARY KEY, org_id int NOT NULL REFERENCES orgs);
				GRANT SELECT ON orgs, orders TO shop_app;`),
			{ url: cluster.url },
		);
		expect(await facts()).toEqual(untouched);
		expect(assumptions.join(" ")).toMatch(/there is already `shop_app`/);
		expect(notApplied.length).toBeGreaterThanOrEqual(6);
		await admin.query("DROP ROLE shop_app");
		expect(await ours()).toEqual(before);
	});

	it("other databases", async () => {
		await admin.query("CREATE ROLE guest");
		await admin.query("CREATE DATABASE elsewhere");
		const acl = async () =>
			(await admin.query("SELECT datacl::text, datconnlimit FROM pg_database WHERE datname = 'elsewhere'")).rows;
		const untouched = await acl();
		const { notApplied } = await proved(
			analysed(`
				GRANT CREATE ON DATABASE elsewhere TO guest;
				ALTER DATABASE elsewhere SET work_mem = '1MB';
				ALTER DATABASE elsewhere CONNECTION LIMIT 1;
				DO $$ BEGIN EXECUTE 'REVOKE ALL ON DATABASE elsewhere FROM PUBLIC'; END $$;
				CREATE TABLE orgs (id int PRIMARY KEY, name text);
				DROP DATABASE elsewhere;`),
			{ url: cluster.url },
		);
		expect(await acl()).toEqual(untouched);
		expect(notApplied).toHaveLength(5);
		await admin.query("DROP DATABASE elsewhere");
		await admin.query("DROP ROLE guest");
	});
});

describe("a server that can't be used is said plainly", () => {
	it.each([
		["another protocol", "mysql://localhost/x", /has to begin with postgres:\/\//],
		["no address", "postgres://user:pass@word@:x/y", /can't be read|could not be reached/],
		["nobody listens", "postgres://postgres:secret@127.0.0.1:1/postgres", /could not be reached.*127\.0\.0\.1:1/],
	])("%s", async (_, url, says) => {
		const error = await openServer(url).then(
			() => null,
			(reason: Error) => reason,
		);
		expect(error?.name).toBe("ServerProblem");
		expect(error?.message).toMatch(says);
		expect(error?.message).not.toMatch(/secret/);
	});

	it("a database that is not there", async () => {
		const url = cluster.url.replace("/postgres?", "/nowhere?");
		await expect(openServer(url)).rejects.toMatchObject({ name: "ServerProblem", message: /nowhere/ });
	});

	it("a role without the rights", async () => {
		await admin.query("CREATE ROLE intern LOGIN CREATEDB CREATEROLE");
		const url = cluster.url.replace("postgres@", "intern@");
		await expect(openServer(url)).rejects.toMatchObject({ name: "ServerProblem", message: /intern is no superuser/ });
		await admin.query("DROP ROLE intern");
		expect(await ours()).toEqual(before);
	});

	it("another run at work", async () => {
		const first = await openServer(cluster.url);
		await expect(openServer(cluster.url)).rejects.toMatchObject({
			name: "ServerProblem",
			message: /Another tenancy prove/,
		});
		await first.close();
		expect(await ours()).toEqual(before);
	});

	it("one that ends our session in the middle", async () => {
		const running = proved(sound, {
			url: cluster.url,
			onProgress: (stage, done) =>
				stage === "fill" &&
				done === 3 &&
				void admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname ~ '^tenancy_scratch'"),
		});
		await expect(running).rejects.toMatchObject({ name: "ServerProblem", message: /went away/ });
		expect(await ours()).toEqual(before);
	});

	it("one that stops in the middle", async () => {
		const brief = await startCluster();
		let stopped: Promise<void> | undefined;
		const running = proved(sound, {
			url: brief.url,
			onProgress: (stage) => {
				if (stage === "fill") stopped ??= brief.stop();
			},
		});
		await expect(running).rejects.toMatchObject({ name: "ServerProblem", message: /went away/ });
		await stopped;
	}, 60_000);
});
