import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

const SCHEMA = `CREATE ROLE shop_app;
CREATE TABLE orgs (id uuid PRIMARY KEY, name text);
CREATE TABLE orders (id uuid PRIMARY KEY, org_id uuid NOT NULL REFERENCES orgs, total int);
GRANT SELECT ON orgs, orders TO shop_app;
SELECT no_such_function();
`;

describe("tenancy prove", () => {
	test("--json has the contract's fields, and a leak is exit code 1", async () => {
		const cwd = temporaryFolder({ "db/schema.sql": SCHEMA });
		const { code, stdout, stderr } = await tenancy(["prove", "--json"], cwd);
		expect(code).toBe(1);
		const proof = JSON.parse(stdout);
		expect(proof).toMatchObject({ version: 1, verdict: "leaked", tables: 2, filled: 2 });
		expect(proof.engine).toMatch(/^PostgreSQL 18\.\d+ \(PGlite\)$/);
		const leak = proof.attacks.find(
			({ table, attack }: { table: string; attack: string }) => table === "public.orders" && attack === "read",
		);
		expect(leak).toMatchObject({
			result: "leaked",
			evidence: expect.stringContaining("shop_app"),
			rule: expect.any(String),
		});
		expect(proof.notApplied).toEqual([
			{
				place: { file: "db/schema.sql", line: 5, column: 1, endLine: 5, endColumn: 26 },
				message: expect.stringContaining("no_such_function"),
			},
		]);
		expect(stderr).toContain("Attacking");
	}, 90_000);

	test("text says the verdict first, then each leak; --quiet leaves progress out", async () => {
		const cwd = temporaryFolder({ "db/schema.sql": SCHEMA });
		const { code, stdout, stderr } = await tenancy(["prove", "--quiet", "--write-tests", "db/tests"], cwd);
		expect(code).toBe(1);
		for (const name of ["isolation.sql", "isolation_pgtap.sql"])
			expect(readFileSync(join(cwd, "db/tests", name), "utf8")).toContain(
				"public.orders shows no row of another tenant",
			);
		expect(stdout).toMatch(/^LEAKED: /);
		expect(stdout).toMatch(/leaked public\.orders: read/);
		expect(stdout).toMatch(/db\/schema\.sql:5:1: .*no_such_function/);
		expect(stdout).toMatch(/The attacker plays the role `shop_app`/);
		expect(stderr).toBe("");
	}, 90_000);

	test("a server that isn't there is exit code 2, by option and by variable", async () => {
		const cwd = temporaryFolder({ "db/schema.sql": SCHEMA });
		const url = "postgres://postgres:secret@127.0.0.1:1/postgres";
		const byOption = await tenancy(["prove", "--database-url", url], cwd);
		const byVariable = await tenancy(["prove"], cwd, { TENANCY_DATABASE_URL: url });
		for (const { code, stdout, stderr } of [byOption, byVariable]) {
			expect([code, stdout]).toEqual([2, ""]);
			expect(stderr).toMatch(/could not be reached/);
			expect(stderr).not.toMatch(/secret|mistake in tenancy/);
		}
	}, 60_000);
});
