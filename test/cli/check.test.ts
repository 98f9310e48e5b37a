import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Finding } from "../../src/cli/findings";
import { BROKEN, CLEAN, DYNAMIC, SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

describe("exit codes", () => {
	test.each([
		["nothing found", CLEAN, [], 0],
		["a hole in row-level security", SHOP, [], 1],
		["an error", BROKEN, [], 1],
		["an error, but never failing", BROKEN, ["--fail-on", "never"], 0],
		["only a warning", DYNAMIC, [], 0],
		["a warning, failing on warnings", DYNAMIC, ["--fail-on", "warning"], 1],
		["an error, of another rule", BROKEN, ["--rule", "sql-dynamic"], 0],
		["an error, of one of the rules", BROKEN, ["--rule", "sql-dynamic", "sql-syntax"], 1],
	])("%s", async (_, sql, options, expected) => {
		const cwd = temporaryFolder({ "schema.sql": sql });
		expect((await tenancy(["check", ...options], cwd)).code).toBe(expected);
	});
});

describe("rules", () => {
	const found = async (files: Record<string, string>) => {
		const { stdout } = await tenancy(["check", "--json"], temporaryFolder(files));
		return JSON.parse(stdout).findings.map(({ rule, table, place }: Finding) => `${rule} ${table} ${place.line}`);
	};

	test("find holes, at the table that has them", async () => {
		expect(await found({ "schema.sql": SHOP })).toEqual([
			"rls-disabled public.organizations 1",
			"rls-disabled public.order_lines 13",
			"tenant-column-missing public.order_lines 13",
			"rls-disabled public.invoices 18",
			"tenant-index-missing public.invoices 20",
		]);
	});

	test("are silenced above a statement, for a table, or altogether; what silences nothing is reported", async () => {
		const ignored = SHOP.replace("CREATE TABLE order_lines", "-- tenancy-ignore rls-disabled: read with its order\n$&");
		expect(await found({ "schema.sql": ignored })).not.toContain("rls-disabled public.order_lines 14");
		const config = JSON.stringify({
			rules: { "tenant-index-missing": "off" },
			tables: { "public.invoices": { ignore: ["rls-disabled"] } },
		});
		expect(await found({ "schema.sql": SHOP, "tenancy.config.json": config })).toEqual([
			"rls-disabled public.organizations 1",
			"rls-disabled public.order_lines 13",
			"tenant-column-missing public.order_lines 13",
		]);
		// What reading reports is silenced alike.
		const dynamic = DYNAMIC.replace("DO ", "-- tenancy-ignore sql-dynamic: it makes two tables\nDO ");
		expect(await found({ "schema.sql": dynamic })).toEqual([]);
		expect(await found({ "schema.sql": `-- tenancy-ignore rls-disabled: nothing\n${CLEAN}` })).toEqual([
			"ignore-unused null 1",
		]);
	});
});

describe("formats", () => {
	const cwd = () => temporaryFolder({ "db/my schema,1.sql": BROKEN });

	test("text: one line a finding that a terminal makes clickable, and the sum", async () => {
		const { stdout } = await tenancy(["check"], cwd());
		expect(stdout).toMatch(
			/^db\/my schema,1\.sql:2:\d+: error: .+ \[sql-syntax\]\n\n1 error in 2 tables\.\nNo sign of several tenants /,
		);
		// Silence about a database without a sign of tenants is not its safety.
		expect((await tenancy(["check"], temporaryFolder({ "schema.sql": CLEAN }))).stdout).toMatch(
			/^No findings in 2 tables\.\nNo sign of several tenants was found, so nothing was checked about keeping them apart\. /,
		);
	});

	test("text: many findings are summed up by rule, the worst and the most frequent first", async () => {
		const tables = (n: number) =>
			`CREATE TABLE tenants (id int PRIMARY KEY);\n${Array.from(
				{ length: n },
				(_, i) => `CREATE TABLE t${i} (id int PRIMARY KEY, tenant_id int REFERENCES tenants);`,
			).join("\n")}\nNONSENSE;\n`;
		const { stdout } = await tenancy(["check"], temporaryFolder({ "schema.sql": tables(12) }));
		expect(stdout).toContain(`
By rule
   1  error  sql-syntax              PostgreSQL's grammar does not accept the statement, so nothing it creates is known.
   1  info   rls-disabled            Row-level security is off for a table that holds tenants' data.
   1  info   tenant-column-nullable  A tenant column may be NULL, so rows may belong to nobody.
   1  info   tenant-index-missing    No index of a tenant's table begins with the tenant column.
  12  hint   tenant-column-nullable  A tenant column may be NULL, so rows may belong to nobody.
  12  hint   tenant-index-missing    No index of a tenant's table begins with the tenant column.
"tenancy check --rule ID" shows the findings of one rule, "tenancy fix --dry-run" what it would mend.

1 error, 3 info, 24 hints in 13 tables.
`);
		const few = await tenancy(["check"], temporaryFolder({ "schema.sql": tables(3) }));
		expect(few.stdout).not.toContain("By rule");
		const oneRule = await tenancy(
			["check", "--rule", "tenant-index-missing"],
			temporaryFolder({ "schema.sql": tables(30) }),
		);
		expect(oneRule.stdout).not.toContain("By rule");
	});

	test.each([
		["json", (stdout: string) => JSON.parse(stdout).notChecked],
		["github", (stdout: string) => stdout.match(/^::notice title=tenancy::.*$/m)?.[0]],
		["sarif", (stdout: string) => JSON.parse(stdout).runs[0].invocations],
	])("%s: silence about a database without a sign of tenants is said to be no more than that", async (format, said) => {
		const text = expect.stringMatching(/No sign of several tenants was found, so nothing was checked /);
		const expected = {
			json: ["schema.sql"],
			github: text,
			sarif: [{ executionSuccessful: true, toolExecutionNotifications: [{ level: "note", message: { text } }] }],
		}[format];
		const check = async (sql: string) =>
			said((await tenancy(["check", "--format", format], temporaryFolder({ "schema.sql": sql }))).stdout);
		expect(await check(CLEAN)).toEqual(expected);
		expect((await check(SHOP)) ?? []).toEqual([]);
	});

	test("json: the contract's fields", async () => {
		const { stdout } = await tenancy(["check", "--format", "json"], cwd());
		const report = JSON.parse(stdout);
		expect(report).toEqual({
			version: 1,
			findings: [
				{
					rule: "sql-syntax",
					severity: "error",
					table: null,
					place: {
						file: "db/my schema,1.sql",
						line: 2,
						column: expect.any(Number),
						endLine: 2,
						endColumn: expect.any(Number),
					},
					message: expect.any(String),
					help: expect.any(String),
					docs: expect.stringMatching(/^https:/),
					fixes: [],
				},
			],
			summary: { error: 1, warning: 0, info: 0, hint: 0, tables: 2 },
			notChecked: ["db/my schema,1.sql"],
		});
		expect((await tenancy(["check", "--json"], cwd())).stdout).toBe(stdout);
	});

	test("github: the most severe first, as no more than ten of a level are shown", async () => {
		const tables = Array.from(
			{ length: 12 },
			(_, i) => `CREATE TABLE t${i} (tenant_id int NOT NULL REFERENCES tenants);`,
		);
		const sql = `CREATE TABLE tenants (id int PRIMARY KEY);\n${tables.join("\n")}\nNONSENSE;\n`;
		const { stdout } = await tenancy(["check", "--format", "github"], temporaryFolder({ "schema.sql": sql }));
		const [first, ...others] = stdout.split("\n");
		expect(first).toContain("title=sql-syntax");
		expect(others.findIndex((line) => line.includes("all over this database"))).toBeLessThan(
			others.findIndex((line) => line.includes("No index of t0 ")),
		);
	});

	test("github: workflow commands, with what ends a property or a line written as its code", async () => {
		const { stdout } = await tenancy(["check", "--format", "github"], cwd());
		expect(stdout).toMatch(
			/^::error file=db\/my schema%2C1\.sql,line=2,col=\d+,endLine=2,endColumn=\d+,title=sql-syntax::[^\n]+\n::notice title=tenancy::No sign [^\n]+\n$/,
		);
	});

	test("sarif: version 2.1.0, every result with a rule that is described, places and an encoded address", async () => {
		const { stdout } = await tenancy(["check", "--format", "sarif"], cwd());
		const log = JSON.parse(stdout);
		expect(log.version).toBe("2.1.0");
		expect(log.runs).toHaveLength(1);
		const [{ tool, results, columnKind }] = log.runs;
		expect(columnKind).toBe("utf16CodeUnits");
		expect(tool.driver).toMatchObject({ name: "tenancy", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
		expect(results).toHaveLength(1);
		const [result] = results;
		expect(tool.driver.rules[result.ruleIndex].id).toBe(result.ruleId);
		expect(result).toMatchObject({
			ruleId: "sql-syntax",
			level: "error",
			message: { text: expect.any(String) },
			locations: [
				{
					physicalLocation: {
						artifactLocation: { uri: "db/my%20schema%2C1.sql", uriBaseId: "%SRCROOT%" },
						region: { startLine: 2 },
					},
				},
			],
		});
	});
});

test("findings of several databases name theirs", async () => {
	const cwd = temporaryFolder({
		"a/migrations/0001_x.sql": BROKEN,
		"a/migrations/0002_x.sql": "CREATE TABLE x (id int);",
		"b/migrations/0001_x.sql": BROKEN,
		"b/migrations/0002_x.sql": "CREATE TABLE x (id int);",
	});
	const { findings, summary } = JSON.parse((await tenancy(["check", "--json"], cwd)).stdout);
	expect(findings.map((finding: { database: string }) => finding.database)).toEqual(["a/migrations", "b/migrations"]);
	expect(summary).toMatchObject({ error: 2, tables: 6 });
	expect(JSON.parse((await tenancy(["check", "--json", "--database", "b/migrations"], cwd)).stdout).summary.error).toBe(
		1,
	);
});

describe("what mends a finding", () => {
	test("json names it, and nothing more", async () => {
		const { stdout } = await tenancy(["check", "--json"], temporaryFolder({ "schema.sql": SHOP }));
		const { findings } = JSON.parse(stdout);
		expect(findings.find(({ table }: Finding) => table === "public.invoices").fixes).toEqual([
			{ title: "Protect invoices with row-level security", preferred: true },
		]);
	});

	test("sarif: as changes where the files describe the tables, which do what `tenancy fix` does", async () => {
		const cwd = temporaryFolder({ "my schema.sql": SHOP });
		const { stdout } = await tenancy(["check", "--format", "sarif", "--rule", "rls-disabled"], cwd);
		const result = JSON.parse(stdout).runs[0].results.at(-1);
		const end = SHOP.split("\n").length;
		expect(result.fixes).toEqual([
			{
				description: { text: "Protect invoices with row-level security" },
				artifactChanges: [
					{
						artifactLocation: { uri: "my%20schema.sql", uriBaseId: "%SRCROOT%" },
						replacements: [
							{
								deletedRegion: { startLine: end, startColumn: 1, endLine: end, endColumn: 1 },
								insertedContent: { text: expect.stringContaining("CREATE POLICY invoices_tenant_isolation") },
							},
						],
					},
				],
			},
		]);
		await tenancy(["fix", "--rule", "rls-disabled", "--table", "invoices"], cwd);
		const text = result.fixes[0].artifactChanges[0].replacements[0].insertedContent.text;
		expect(readFileSync(join(cwd, "my schema.sql"), "utf8")).toBe(SHOP + text);
	});

	test("sarif: a migration is no change of a file, so it is named in words", async () => {
		const cwd = temporaryFolder({ "migrations/001_a.sql": SHOP, "migrations/002_b.sql": "SELECT 1;\n" });
		const { stdout } = await tenancy(["check", "--format", "sarif", "--rule", "rls-disabled"], cwd);
		const result = JSON.parse(stdout).runs[0].results.at(-1);
		expect(result.fixes).toBeUndefined();
		expect(result.message.text).toMatch(/`tenancy fix` can write: Protect invoices with row-level security\.$/);
	});
});

describe("baseline", () => {
	const write = (cwd: string, ...options: string[]) =>
		tenancy(["check", "--write-baseline", "base.json", ...options], cwd);
	const against = (cwd: string, ...options: string[]) => tenancy(["check", "--baseline", "base.json", ...options], cwd);

	test("leaves out what was there, wherever its lines have moved to, and says how much", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		const written = await write(cwd);
		expect(written).toMatchObject({
			code: 0,
			stdout: "No new findings in 5 tables.\n5 findings of the baseline left out.\n",
		});
		expect(written.stderr).toContain("Wrote base.json: 5 findings.");
		writeFileSync(join(cwd, "schema.sql"), `-- moved\n\n${SHOP}`);
		expect(await against(cwd)).toMatchObject({ code: 0, stdout: written.stdout });

		writeFileSync(
			join(cwd, "schema.sql"),
			`${SHOP}CREATE TABLE refunds (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations (id));\n`,
		);
		const { code, stdout } = await against(cwd, "--json");
		const { findings, summary } = JSON.parse(stdout);
		expect(code).toBe(1);
		expect(new Set(findings.map(({ table }: Finding) => table))).toEqual(new Set(["public.refunds"]));
		expect(summary).toMatchObject({ error: 1, baseline: 5 });
	});

	test("counts those that are alike: one more is new", async () => {
		const cwd = temporaryFolder({ "schema.sql": BROKEN });
		await write(cwd);
		const broken = BROKEN.split("\n")[1];
		writeFileSync(join(cwd, "schema.sql"), `${broken}\n${BROKEN}`);
		const { findings, summary } = JSON.parse((await against(cwd, "--json")).stdout);
		expect(findings).toHaveLength(1);
		expect(summary.baseline).toBe(1);
	});

	test("is the same text for the same findings, and says what is no longer there", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		await write(cwd);
		const first = readFileSync(join(cwd, "base.json"), "utf8");
		expect(JSON.parse(first)).toEqual({
			version: 1,
			findings: expect.arrayContaining([
				{ rule: "rls-disabled", table: "public.invoices", message: expect.stringMatching(/^[0-9a-f]{16}$/), count: 1 },
			]),
		});
		writeFileSync(join(cwd, "schema.sql"), `\n\n${SHOP}`);
		await write(cwd);
		expect(readFileSync(join(cwd, "base.json"), "utf8")).toBe(first);
		writeFileSync(join(cwd, "schema.sql"), CLEAN);
		expect((await against(cwd)).stderr).toContain("5 findings of the baseline are no longer there");
	});

	test.each([
		["is not there", null, "base.json can't be read: it is not there"],
		["is no JSON", "{", "base.json is not a baseline of version 1"],
		["is of another version", '{"version":2,"findings":[]}', "base.json is not a baseline of version 1"],
		["has other entries", '{"version":1,"findings":[{"rule":1}]}', "base.json is not a baseline of version 1"],
	])("that %s is wrong usage", async (_, text, message) => {
		const cwd = temporaryFolder({ "schema.sql": SHOP, ...(text === null ? {} : { "base.json": text }) });
		const { code, stdout, stderr } = await against(cwd);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
	});

	test("that can't be written is wrong usage", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		const { code, stderr } = await tenancy(["check", "--write-baseline", "no/base.json"], cwd);
		expect(code).toBe(2);
		expect(stderr).toContain("There is no folder no to write no/base.json into.");
	});
});
