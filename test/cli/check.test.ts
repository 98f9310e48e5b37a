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
		expect(stdout).toMatch(/^db\/my schema,1\.sql:2:\d+: error: .+ \[sql-syntax\]\n\n1 error in 2 tables\.\n$/);
		expect((await tenancy(["check"], temporaryFolder({ "schema.sql": CLEAN }))).stdout).toBe(
			"No findings in 2 tables.\n",
		);
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
		});
		expect((await tenancy(["check", "--json"], cwd())).stdout).toBe(stdout);
	});

	test("github: workflow commands, with what ends a property or a line written as its code", async () => {
		const { stdout } = await tenancy(["check", "--format", "github"], cwd());
		expect(stdout).toMatch(
			/^::error file=db\/my schema%2C1\.sql,line=2,col=\d+,endLine=2,endColumn=\d+,title=sql-syntax::[^\n]+\n$/,
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
