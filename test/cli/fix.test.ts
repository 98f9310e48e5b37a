import { execFileSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { applyChanges } from "../../src/cli/files/apply";
import { CLEAN, SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

/** The shop, made by two migrations. */
const [first = "", second = ""] = SHOP.split("ALTER TABLE orders ENABLE");
const MIGRATIONS = {
	"db/migrations/0001_tables.up.sql": first,
	"db/migrations/0001_tables.down.sql": "DROP TABLE countries;\n",
	"db/migrations/0002_security.up.sql": `ALTER TABLE orders ENABLE${second}`,
	"db/migrations/0002_security.down.sql": "DROP POLICY orders_tenant_isolation ON orders;\n",
};

/** All files with their texts. */
function contents(folder: string): Record<string, string> {
	const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
	return Object.fromEntries(paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

async function rulesLeft(cwd: string): Promise<string[]> {
	const { stdout } = await tenancy(["check", "--json"], cwd);
	return JSON.parse(stdout).findings.map(({ rule, table }: { rule: string; table: string }) => `${rule} ${table}`);
}

describe("what it writes", () => {
	test("new migrations with their way down, after which the findings are gone and a second run changes nothing", async () => {
		const cwd = temporaryFolder(MIGRATIONS);
		const before = await rulesLeft(cwd);
		const { code, stdout } = await tenancy(["fix"], cwd);
		expect(code).toBe(0);
		const added = Object.keys(contents(cwd)).filter((path) => !(path in MIGRATIONS));
		const ups = added.filter((path) => /^db\/migrations\/00\d\d_tenancy_mend_\w+\.up\.sql$/.test(path));
		expect(ups[0]).toContain("0003_tenancy_mend_");
		expect(added).toEqual(ups.flatMap((up) => [up.replace(".up.", ".down."), up]));
		for (const path of added) expect(stdout).toContain(`Wrote ${path}\n`);
		expect(contents(cwd)).toMatchObject(MIGRATIONS);

		expect(before.filter((finding) => finding.startsWith("rls-disabled"))).toHaveLength(3);
		expect((await rulesLeft(cwd)).filter((finding) => finding.startsWith("rls-disabled"))).toEqual([]);
		const written = contents(cwd);
		expect((await tenancy(["fix"], cwd)).stdout).toMatch(/^Nothing to mend without a decision\./);
		expect(contents(cwd)).toEqual(written);
	});

	test("the file itself where it describes the tables", async () => {
		const cwd = temporaryFolder({ "db/schema.sql": SHOP });
		chmodSync(join(cwd, "db/schema.sql"), 0o640);
		const { stdout } = await tenancy(["fix"], cwd);
		expect(stdout).toMatch(/^Wrote db\/schema\.sql\nMended /);
		expect(Object.keys(contents(cwd))).toEqual(["db/schema.sql"]);
		expect(contents(cwd)["db/schema.sql"]?.startsWith(SHOP)).toBe(true);
		expect(statSync(join(cwd, "db/schema.sql")).mode & 0o777).toBe(0o640);
	});

	test("in place in migrations, when somebody says so; a migration where there are none is refused", async () => {
		const cwd = temporaryFolder(MIGRATIONS);
		const { stdout } = await tenancy(["fix", "--in-place"], cwd);
		expect(stdout).toContain("Wrote db/migrations/0001_tables.up.sql\n");
		expect(stdout).toContain("To do: Where these migrations ran already");
		expect(Object.keys(contents(cwd))).toEqual(Object.keys(MIGRATIONS).sort());

		const described = temporaryFolder({ "schema.sql": SHOP });
		const refused = await tenancy(["fix", "--new-migration"], described);
		expect(refused.code).toBe(2);
		expect(refused.stderr).toContain("schema.sql describes its tables and has no migrations");
		expect(contents(described)).toEqual({ "schema.sql": SHOP });
		expect((await tenancy(["fix", "--new-migration", "--in-place"], described)).code).toBe(2);
	});

	test("nothing where nothing is wrong", async () => {
		const cwd = temporaryFolder({ "schema.sql": CLEAN });
		expect(await tenancy(["fix"], cwd)).toMatchObject({ code: 0, stdout: "Nothing to mend without a decision.\n" });
		expect(await tenancy(["fix", "--dry-run"], cwd)).toMatchObject({ code: 0, stdout: "" });
	});

	test("a byte order mark and CRLF stay; a link stays a link", async () => {
		const text = `\ufeff${SHOP.replaceAll("\n", "\r\n")}`;
		const cwd = temporaryFolder({ "real/schema.txt": text });
		symlinkSync(join(cwd, "real/schema.txt"), join(cwd, "schema.sql"));
		expect((await tenancy(["fix", "schema.sql"], cwd)).code).toBe(0);
		const after = readFileSync(join(cwd, "real/schema.txt"), "utf8");
		expect(after.startsWith(text)).toBe(true);
		expect(after.slice(text.length)).not.toMatch(/[^\r]\n/);
	});

	test("several databases each in their way, in one go", async () => {
		const other = SHOP.replace(/\b(organizations|orders|order_lines|invoices|countries)\b/g, "other_$1");
		const cwd = temporaryFolder({ ...MIGRATIONS, "other/schema.sql": other });
		const { stdout } = await tenancy(["fix", "--dry-run", "--rule", "rls-disabled"], cwd);
		expect([...stdout.matchAll(/^\+\+\+ (.*)$/gm)].map(([, path]) => path?.replace(/_mend\w+/, ""))).toEqual([
			"b/other/schema.sql",
			"b/db/migrations/0003_tenancy.up.sql",
			"b/db/migrations/0003_tenancy.down.sql",
		]);
	});
});

describe("--dry-run", () => {
	test("writes nothing, and its diff is what the real run writes", async () => {
		for (const files of [MIGRATIONS, { "schema.sql": SHOP.trimEnd() }] as Record<string, string>[]) {
			const cwd = temporaryFolder(files);
			const { stdout, stderr, code } = await tenancy(["fix", "--dry-run"], cwd);
			expect(code).toBe(0);
			expect(stderr).toContain("Would mend ");
			expect(contents(cwd)).toEqual(files);
			writeFileSync(join(cwd, "fix.diff"), stdout);
			execFileSync("git", ["apply", "fix.diff"], { cwd });
			const { "fix.diff": _, ...applied } = contents(cwd);
			const other = temporaryFolder(files);
			await tenancy(["fix"], other);
			expect(applied).toEqual(contents(other));
		}
	});
});

describe("queries in programs", () => {
	/** Only the queries keep tenants apart. */
	const TABLES = `CREATE TABLE tenants (id uuid PRIMARY KEY);
CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants (id), total int NOT NULL);
CREATE TABLE lines (
	id uuid PRIMARY KEY,
	tenant_id uuid NOT NULL REFERENCES tenants (id),
	order_id uuid NOT NULL REFERENCES orders (id)
);
`;
	const PROGRAMS = {
		"db/schema.sql": TABLES,
		// The tenant is there already.
		"app/lines.py": `db.execute(
    "SELECT l.id FROM orders o LEFT JOIN lines l ON l.order_id = o.id WHERE o.tenant_id = %s", [tenant]
)
`,
		// Two in one statement, and a parameter that has the tenant's name.
		"app/report.sql":
			"-- name: Report\r\nSELECT o.id, l.id FROM orders o JOIN lines l ON true WHERE o.id = :id AND l.total > :tenant_id;\r\n",
		// The program has to pass the tenant.
		"app/order.ts": 'await pool.query("UPDATE orders SET total = 0 WHERE id = $1", [id]);\n',
	};

	test("are mended where nothing has to be decided, and a second run changes nothing", async () => {
		const cwd = temporaryFolder(PROGRAMS);
		chmodSync(join(cwd, "app/report.sql"), 0o640);
		const { stdout: diff } = await tenancy(["fix", "--dry-run"], cwd);
		expect(contents(cwd)).toEqual(PROGRAMS);
		expect(diff).toContain("+++ b/app/report.sql");
		const { stdout, code } = await tenancy(["fix"], cwd);
		expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("Wrote app/report.sql\n") });
		const written = contents(cwd);
		expect(written["app/report.sql"]).toMatch(
			/WHERE l\.tenant_id = :tenant_id AND o\.tenant_id = :tenant_id AND .*;\r\n$/,
		);
		expect(written["app/order.ts"]).toBe(PROGRAMS["app/order.ts"]);
		// The schema has a key now by which a line's order is of its own tenant, so the join is right as it is.
		expect(written["app/lines.py"]).toBe(PROGRAMS["app/lines.py"]);
		expect(statSync(join(cwd, "app/report.sql")).mode & 0o777).toBe(0o640);
		expect((await tenancy(["fix"], cwd)).stdout).toMatch(/^Nothing to mend without a decision\./);
		expect(contents(cwd)).toEqual(written);
	});

	test("are mended for a rule that somebody names, which leaves the schema alone and says what the program has to do", async () => {
		const cwd = temporaryFolder(PROGRAMS);
		const fix = ["fix", "--rule", "query-unscoped"];
		const { stdout: diff } = await tenancy([...fix, "--dry-run"], cwd);
		const { stdout } = await tenancy(fix, cwd);
		expect(stdout).toContain("To do: app/order.ts:1 Add tenant_id = $2, and pass the tenant as $2\n");
		const { "db/schema.sql": schema, "app/order.ts": order, "app/report.sql": report } = contents(cwd);
		expect(schema).toBe(TABLES);
		expect(order).toBe(PROGRAMS["app/order.ts"].replace("WHERE id", "WHERE tenant_id = $2 AND id"));
		expect(report).toMatch(/tenant_id = :tenant_id AND .*;\r\n$/);
		expect((await rulesLeft(cwd)).filter((finding) => finding.startsWith("query-unscoped"))).toEqual([]);
		const other = temporaryFolder({ ...PROGRAMS, "fix.diff": diff });
		execFileSync("git", ["apply", "fix.diff"], { cwd: other });
		expect({ ...contents(other), "fix.diff": "" }).toEqual({ ...contents(cwd), "fix.diff": "" });
		expect((await tenancy(fix, cwd)).stdout).toMatch(/^Nothing to mend/);
	});

	test("are those of the table that is asked for", async () => {
		const cwd = temporaryFolder(PROGRAMS);
		const { stdout } = await tenancy(
			["fix", "--rule", "query-unscoped", "query-join-crosses", "--table", "lines"],
			cwd,
		);
		expect(stdout).toContain("Wrote app/lines.py\n");
		expect(contents(cwd)["app/lines.py"]).toBe(
			PROGRAMS["app/lines.py"].replace("ON l.order_id", "ON l.tenant_id = o.tenant_id AND l.order_id"),
		);
		expect(contents(cwd)["app/order.ts"]).toBe(PROGRAMS["app/order.ts"]);
	});
});

describe("what is chosen", () => {
	test("by table, with its schema or without", async () => {
		for (const name of ["invoices", "public.invoices", "INVOICES"]) {
			const cwd = temporaryFolder({ "schema.sql": SHOP });
			const { code, stderr } = await tenancy(["fix", "--table", name], cwd);
			expect({ code, stderr }).toEqual({ code: 0, stderr: "Reading 1 SQL file …\n" });
			const left = await rulesLeft(cwd);
			expect(left).toContain("rls-disabled public.organizations");
			expect(left).not.toContain("rls-disabled public.invoices");
		}
	});

	test("by rule", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		const { stdout } = await tenancy(["fix", "--rule", "rls-not-forced"], cwd);
		expect(stdout).toMatch(/^Nothing to mend/);
		expect((await tenancy(["fix", "--rule", "rls-disabled", "rls-not-forced"], cwd)).stdout).toMatch(
			/Mended 3 findings: rls-disabled 3\./,
		);
	});

	test.each([
		[["--rule", "rls-disbled"], "There is no rule rls-disbled. The rules are: "],
		[["--table", "invoice"], "There is no table invoice. Did you mean public.invoices?"],
		[["--table", "countries", "nothing"], "There is no table nothing."],
	])("%j is wrong usage", async (options, message) => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		const { code, stdout, stderr } = await tenancy(["fix", ...options], cwd);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
		expect(contents(cwd)).toEqual({ "schema.sql": SHOP });
	});
});

describe("what it does not touch", () => {
	test("what could not be read may matter: nothing is written", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP, "more.sql": new Uint8Array([0, 1, 2]) });
		const { code, stderr } = await tenancy(["fix"], cwd);
		expect(code).toBe(2);
		expect(stderr).toContain("Nothing was written");
		expect(readFileSync(join(cwd, "schema.sql"), "utf8")).toBe(SHOP);
		expect((await tenancy(["fix", "--dry-run"], cwd)).stdout).toContain("+++ b/schema.sql");
	});

	test("a file that isn't UTF-8 would not be the same afterwards", async () => {
		const bytes = Buffer.concat([Buffer.from(`${SHOP}-- caf`), Buffer.from([0xe9, 0x0a])]);
		const cwd = temporaryFolder({ "schema.sql": bytes });
		const { code, stderr } = await tenancy(["fix"], cwd);
		expect(code).toBe(2);
		expect(stderr).toContain("schema.sql is not UTF-8");
		expect(readFileSync(join(cwd, "schema.sql")).equals(bytes)).toBe(true);
	});

	test("a Ruby migration that waits to be run is not written twice", async () => {
		const cwd = temporaryFolder({ "db/structure.sql": SHOP });
		const fix = ["fix", "--rule", "rls-disabled"];
		expect((await tenancy(fix, cwd)).stdout).toContain("To do: Run `bin/rails db:migrate`");
		const written = contents(cwd);
		expect(Object.keys(written)).toEqual([
			expect.stringMatching(/^db\/migrate\/\d{14}_tenancy_\w+\.rb$/),
			"db/structure.sql",
		]);
		const again = await tenancy(fix, cwd);
		expect(again.code).toBe(2);
		expect(again.stderr).toContain("is there already. Run bin/rails db:migrate");
		expect(contents(cwd)).toEqual(written);
	});
});

test("names of tables can't leave the folder, the comment, or the terminal's line", async () => {
	const hostile = '"../../x\n-- \u001b[2Jy"';
	const sql = SHOP.replaceAll("invoices", hostile.replaceAll("$", "$$$$"));
	const cwd = temporaryFolder({ "db/migrations/0001_a.sql": sql, "db/migrations/0002_b.sql": "SELECT 1;\n" });
	const { code, stdout, stderr } = await tenancy(
		["fix", "--table", "../../x\n-- \u001b[2Jy", "--rule", "rls-disabled"],
		cwd,
	);
	expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("\u001b") });
	expect(stdout).not.toContain("\u001b");
	const [path = "", ...more] = Object.keys(contents(cwd)).filter((name) => !/000[12]_/.test(name));
	expect(more).toEqual([]);
	expect(path).toMatch(/^db\/migrations\/0003_tenancy_[a-z0-9_]+\.sql$/);
	expect(await rulesLeft(cwd)).not.toContain("rls-disabled public.../../x\n-- \u001b[2Jy");
});

describe("all or nothing", () => {
	const show = (path: string) => path;
	const OLD = { "a.sql": "a", "b.sql": "b" };

	test.each([
		["a file that changed", { path: "b.sql", before: "B", after: "c" }, "b.sql has changed since it was read"],
		["a file that is gone", { path: "c.sql", before: "c", after: "d" }, "c.sql has changed since it was read"],
		["a new file that is there", { path: "b.sql", before: null, after: "c" }, "b.sql is there already"],
		["a path that leads out", { path: "../c.sql", before: null, after: "c" }, "../c.sql is not in"],
		["a folder that is a file", { path: "b.sql/c.sql", before: null, after: "c" }, "Nothing was written"],
	])("%s stops everything", (_, change, message) => {
		const root = temporaryFolder(OLD);
		const changes = [
			{ path: "a.sql", before: "a", after: "A" },
			{ path: "new/n.sql", before: null, after: "n" },
			change,
		];
		expect(() => applyChanges(root, changes, show)).toThrow(message);
		expect(contents(root)).toEqual(OLD);
		expect(readdirSync(root).sort()).toEqual(["a.sql", "b.sql"]);
	});

	test("two new files of one name: the first is taken back", () => {
		const root = temporaryFolder(OLD);
		const twice = [
			{ path: "a.sql", before: "a", after: "A" },
			{ path: "new/n.sql", before: null, after: "1" },
			{ path: "new/n.sql", before: null, after: "2" },
		];
		expect(() => applyChanges(root, twice, show)).toThrow("Nothing was written");
		expect(contents(root)).toEqual(OLD);
		expect(readdirSync(root).sort()).toEqual(["a.sql", "b.sql"]);
	});

	test("a link that leads nowhere is not written through", () => {
		const root = temporaryFolder(OLD);
		symlinkSync("/nonexistent/x", join(root, "n.sql"));
		expect(() => applyChanges(root, [{ path: "n.sql", before: null, after: "n" }], show)).toThrow(
			"n.sql is there already",
		);
	});
});
