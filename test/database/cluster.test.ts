import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { startCluster } from "./cluster";
import { findPostgres } from "./find-postgres";

it("gives each test a database of its own, and leaves nothing behind", async () => {
	const cluster = await startCluster();
	const [one, two] = [await cluster.database(), await cluster.database()];
	await one.client.query("CREATE TABLE t (id int)");
	await two.client.query("CREATE TABLE t (id int)");
	await two.drop();
	expect((await one.client.query("SELECT count(*)::int AS n FROM t")).rows).toEqual([{ n: 0 }]);
	await cluster.stop();
	expect(existsSync(cluster.host)).toBe(false);
});

it("leaves nothing behind when the process is killed", async () => {
	const { stdout } = spawnSync("node", ["scripts/run-ts.mjs", "test/fixtures/start-cluster-and-die.ts"], {
		encoding: "utf8",
	});
	const [folder] = stdout.split(" ");
	expect(folder).toMatch(/tenancy-postgres-/);
	await vi.waitFor(() => expect(existsSync(folder as string)).toBe(false), { timeout: 20_000 });
});

it("deletes what a run left whose supervisor was killed too", async () => {
	const orphan = mkdtempSync(join(tmpdir(), "tenancy-postgres-"));
	// No process has this number: Linux ends at 4194304, macOS at 99999.
	writeFileSync(join(orphan, "owner"), "99999999");
	const cluster = await startCluster();
	await cluster.stop();
	const left = existsSync(orphan);
	rmSync(orphan, { recursive: true, force: true });
	expect(left).toBe(false);
});

it("says what to install where there is no PostgreSQL", () => {
	expect(() => findPostgres([])).toThrow(/No PostgreSQL server found.*apt-get install postgresql/);
});
