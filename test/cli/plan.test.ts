import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { writeNewFiles } from "../../src/cli/files/write-new";
import { askQuestions, askYesOrNo, type Terminal } from "../../src/cli/interactive/ask-questions";
import { QUESTIONS } from "../../src/core/strategy/questions";
import { answersSchema } from "../../src/core/tenancy/answers";
import { SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

const ANSWERS = {
	tenants: { now: 40, inTwoYears: 2000, largestShare: 0.2 },
	contractualIsolation: "some-tenants",
	tiers: [
		{ name: "free", tenants: 1800 },
		{ name: "enterprise", tenants: 12, isolation: "database" },
	],
};
const FILE = JSON.stringify(ANSWERS);

describe("what it prints", () => {
	test("--json has what the contract says", async () => {
		const cwd = temporaryFolder({ "answers.json": FILE });
		const { code, stdout } = await tenancy(["plan", "--answers", "answers.json", "--json"], cwd);
		expect(code).toBe(0);
		const plan = JSON.parse(stdout);
		expect(plan).toMatchObject({ version: 1, recommended: "hybrid" });
		expect(Object.keys(plan.scores)).toEqual(["row", "schema", "database", "hybrid"]);
		const sources = new Map(plan.sources.map(({ id, url }: { id: string; url: string }) => [id, url]));
		for (const reason of plan.reasons) {
			expect(reason).toMatchObject({ for: expect.any(String), weight: expect.any(Number), text: expect.any(String) });
			expect(sources.get(reason.source)).toBe(reason.url);
		}
		for (const risk of plan.risks)
			expect(risk).toMatchObject({ text: expect.any(String), mitigation: expect.any(String) });
		expect(plan.cost.inTwoYears.database.monthly.total).toBeGreaterThan(plan.cost.inTwoYears.row.monthly.total);
		for (const artifact of plan.artifacts)
			expect(artifact).toEqual({ path: expect.any(String), purpose: expect.any(String) });
		expect(readdirSync(cwd)).toEqual(["answers.json"]);
	});

	test("--schema is a JSON schema; nothing else is read", async () => {
		const { code, stdout } = await tenancy(["plan", "--schema"], temporaryFolder());
		expect(code).toBe(0);
		const schema = JSON.parse(stdout);
		expect(schema.required).toEqual(["tenants"]);
		expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(ANSWERS)));
	});

	test("for people: what is recommended, what is ruled out by what, and what would change it", async () => {
		const cwd = temporaryFolder({ "answers.json": FILE });
		const { stdout } = await tenancy(["plan", "--answers", "answers.json"], cwd);
		expect(stdout).toMatch(/^Hybrid by tier: /);
		expect(stdout).toMatch(/ {2}Row-level .* ruled out: contract-some-tenants, tier-isolation\n/);
		expect(stdout).toMatch(/→ Hybrid by tier {2,}\d+ {2}\$[\d,]+ a month\n/);
		expect(stdout).toContain("What would change the answer:\n");
	});
});

describe("--out", () => {
	test("writes the report and the answers; the same plan again writes nothing", async () => {
		const cwd = temporaryFolder({ "answers.json": FILE });
		const args = ["plan", "--answers", "answers.json", "--out", "docs/plan"];
		const first = await tenancy(args, cwd);
		expect(first).toMatchObject({
			code: 0,
			stdout: expect.stringContaining("Wrote docs/plan/isolation-strategy.md\n"),
		});
		const report = readFileSync(join(cwd, "docs/plan/isolation-strategy.md"), "utf8");
		expect(report).toMatch(/^# Tenant isolation: Hybrid by tier\n/);
		const kept = JSON.parse(readFileSync(join(cwd, "docs/plan/answers.json"), "utf8"));
		expect(kept).toEqual(answersSchema.parse(ANSWERS));

		const again = await tenancy(args, cwd);
		expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to write") });
		expect(readFileSync(join(cwd, "docs/plan/isolation-strategy.md"), "utf8")).toBe(report);
	});

	test("replaces nothing that says something else, and then writes nothing at all", async () => {
		const cwd = temporaryFolder({ "answers.json": FILE, "out/isolation-strategy.md": "mine" });
		const { code, stdout, stderr } = await tenancy(["plan", "--answers", "answers.json", "--out", "out"], cwd);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(
			"Nothing was written: out/isolation-strategy.md is there already and says something else.",
		);
		expect(readdirSync(join(cwd, "out"))).toEqual(["isolation-strategy.md"]);
	});

	test("what was generated is no part of the product, to no command, until its first line goes", async () => {
		const cwd = temporaryFolder({ "answers.json": FILE, "schema.sql": SHOP });
		const checked = () => tenancy(["check", "--json", "--fail-on", "never"], cwd);
		const before = await checked();
		const args = ["plan", "--answers", "answers.json", "--out", "out"];
		expect(await tenancy(args, cwd)).toMatchObject({ code: 0, stderr: "Reading 1 SQL file …\n" });
		expect(await tenancy(args, cwd)).toMatchObject({ code: 0, stdout: expect.stringContaining("Nothing to write") });
		expect(await checked()).toEqual(before);

		const roles = join(cwd, "out/pool/sql/01-roles.sql");
		writeFileSync(roles, readFileSync(roles, "utf8").replace(/^.*\n/, "CREATE TABLE taken_over (id int);\n"));
		const { stdout } = await checked();
		expect(stdout).not.toBe(before.stdout);
	});
});

describe("--as-migrations", () => {
	const ROW = JSON.stringify({ tenants: { now: 4, inTwoYears: 40 } });
	const files = { "answers.json": ROW, "migrations/0001_shop.sql": SHOP, "migrations/0002_more.sql": "SELECT 1;" };
	const args = ["plan", "migrations", "--answers", "answers.json", "--as-migrations"];

	test("writes new migrations beside those that are there, the rest to the folder, and nothing twice", async () => {
		const cwd = temporaryFolder(files);
		const { code, stdout } = await tenancy([...args, "--out", "docs/plan"], cwd);
		expect(code).toBe(0);
		expect(stdout).toContain("Wrote migrations/0003_tenancy_make_the_roles.sql\n");
		expect(stdout).toContain("Wrote docs/plan/isolation-strategy.md\n");
		const migrations = readdirSync(join(cwd, "migrations"));
		expect(migrations.length).toBeGreaterThan(5);
		expect(existsSync(join(cwd, "docs/plan/apply.sql"))).toBe(false);
		expect(existsSync(join(cwd, "docs/plan/bindings/pg.ts"))).toBe(true);

		const { stdout: checked } = await tenancy(["check", "migrations", "--rule", "rls-disabled"], cwd);
		expect(checked).not.toContain("rls-disabled");

		const again = await tenancy([...args, "--out", "docs/again"], cwd);
		expect(again).toMatchObject({ code: 2, stdout: "", stderr: expect.stringContaining("is there already") });
		expect(readdirSync(join(cwd, "migrations"))).toEqual(migrations);
		expect(existsSync(join(cwd, "docs/again"))).toBe(false);
	});

	test("says why where there is nothing for a tool to do", async () => {
		const described = temporaryFolder({ "answers.json": ROW, "schema.sql": SHOP });
		const one = await tenancy(["plan", "--answers", "answers.json", "--as-migrations", "--out", "out"], described);
		expect(one).toMatchObject({
			code: 2,
			stderr: expect.stringContaining("has no migrations, so there is none to add"),
		});
		expect(existsSync(join(described, "out"))).toBe(false);
		const nowhere = await tenancy(args, temporaryFolder(files));
		expect(nowhere).toMatchObject({ code: 2, stderr: expect.stringContaining("--as-migrations --out FOLDER") });
	});
});

describe("where the answers are from", () => {
	test("the configuration, where nothing else is said", async () => {
		const cwd = temporaryFolder({ "tenancy.config.json": `{ "strategy": ${FILE} }` });
		const { code, stdout } = await tenancy(["plan", "--json"], cwd);
		expect(code).toBe(0);
		expect(JSON.parse(stdout)).toMatchObject({ recommended: "hybrid", answers: { tenants: { inTwoYears: 2000 } } });
	});

	test("a file goes before it", async () => {
		const cwd = temporaryFolder({
			"tenancy.config.json": `{ "strategy": ${FILE} }`,
			"answers.json": '{ "tenants": { "now": 1, "inTwoYears": 2000 } }',
		});
		const { stdout } = await tenancy(["plan", "--json", "--answers", "answers.json"], cwd);
		expect(JSON.parse(stdout)).toMatchObject({ recommended: "row" });
	});
});

describe("wrong usage", () => {
	test.each([
		[["plan"], {}, "No answers to plan from. Use --interactive, or --answers FILE"],
		[["plan", "--answers", "none.json"], {}, "none.json can't be read"],
		[["plan", "--answers", "a.json", "--interactive"], { "a.json": FILE }, "cannot be used with"],
		[["plan", "--interactive"], {}, "--interactive needs a terminal"],
		[["plan", "--answers", "a.json", "nowhere"], { "a.json": FILE }, "There is no file or folder nowhere."],
		[["plan", "--answers", "a.json", "empty"], { "a.json": FILE, "empty/": "" }, "No SQL files in empty."],
		[["plan", "--answers", "a.json"], { "a.json": new Uint8Array([0, 1, 2]) }, "a.json can't be read"],
		[
			["plan"],
			{ "tenancy.config.json": '{\n"strategy": {} }' },
			"tenancy.config.json:2:13: strategy.tenants is missing.",
		],
		[
			["plan", "--answers", "a.json"],
			{ "a.json": FILE, "a/schema.sql": SHOP, "b/schema.sql": SHOP },
			"There are several databases here; name the one to plan for with --database:",
		],
	])("%j", async (args, files, message) => {
		const { code, stdout, stderr } = await tenancy(args, temporaryFolder(files as Record<string, string>));
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
	});

	test("each mistake in the answers is named with its line and column", async () => {
		const cwd = temporaryFolder({
			"answers.json": '{\n  "tenants": { "now": 4, "inTwoYears": "many" },\n  "tabels": 3\n}\n',
		});
		const { code, stderr } = await tenancy(["plan", "--answers", "answers.json", "--out", "out"], cwd);
		expect(code).toBe(2);
		expect(stderr).toMatch(/^answers\.json:2:26: tenants\.inTwoYears: .*number/m);
		expect(stderr).toMatch(/^answers\.json:3:3: tabels: /m);
		expect(readdirSync(cwd)).toEqual(["answers.json"]);
	});
});

describe("questions on a terminal", () => {
	/** Somebody who types these lines and then ends the input. */
	function typing(...lines: string[]): Terminal & { readonly said: string[] } {
		const said: string[] = [];
		return {
			said,
			say: (text) => void said.push(text),
			ask: async (prompt) => {
				said.push(prompt);
				return lines.shift() ?? null;
			},
		};
	}
	const ALL = Array.from({ length: QUESTIONS.length + 2 }, () => "");

	test("Return takes each default; what is known already is one", async () => {
		const answers = await askQuestions({ existing: "schema", tables: 12 }, typing(...ALL));
		expect(answers).toMatchObject({
			existing: "schema",
			tables: 12,
			tenants: { now: 10, inTwoYears: 100, largestShare: 0.2 },
			crossTenantAnalytics: false,
			team: { dedicatedOperations: false },
		});
	});

	test("a wrong number is said, and asked again", async () => {
		const person = typing("1", "ten", "10", ...ALL);
		expect(await askQuestions({}, person)).toMatchObject({ tenants: { now: 10 } });
		expect(person.said).toContain("Type a number, such as 40 or 0.5.");
		expect(person.said.filter((text) => text.includes("Tenants today"))).toHaveLength(2);
	});

	test("a choice that isn't there is said, and asked again", async () => {
		const person = typing("9", "1 2", "2", ...ALL);
		expect(await askQuestions({}, person)).toMatchObject({ existing: "single-tenant" });
		expect(person.said).toContain("Type a number from 1 to 5.");
		expect(person.said).toContain("Type one number from 1 to 5.");
	});

	test("< goes back, and what was answered is the default there; from the first question there is no back", async () => {
		const person = typing("<", "3", "7", "<", "<", "4", "", ...ALL);
		expect(await askQuestions({}, person)).toMatchObject({ existing: "schema", tenants: { now: 7 } });
		expect(person.said).toContain("[3] ");
	});

	test("several may be chosen, or none", async () => {
		const at = (id: string) => QUESTIONS.filter(({ when }) => !when).findIndex((question) => question.id === id);
		const lines = [...ALL];
		lines[at("compliance")] = "1, 3";
		expect(await askQuestions({}, typing(...lines))).toMatchObject({ compliance: ["gdpr", "soc2"] });
		lines[at("compliance")] = "none";
		expect(await askQuestions({ compliance: ["gdpr"] }, typing(...lines))).toMatchObject({ compliance: [] });
	});

	test("input that ends early gives nothing", async () => {
		expect(await askQuestions({}, typing("1", "10"))).toBeNull();
		expect(await askYesOrNo("Keep?", typing())).toBe(false);
		expect(await askYesOrNo("Keep?", typing("maybe", "no"))).toBe(false);
		expect(await askYesOrNo("Keep?", typing(""))).toBe(true);
	});
});

describe("where files may be written", () => {
	const show = (path: string) => path;

	test.each(["../x", "a/../../x", "/etc/x", "a//b", "./x", "C:/x", "a\\b", "", "x\0y"])("%j is refused", (path) => {
		const folder = join(temporaryFolder(), "out");
		expect(() =>
			writeNewFiles(
				folder,
				[
					{ path: "fine", text: "1" },
					{ path, text: "2" },
				],
				show,
			),
		).toThrow("is not a path within the folder");
		expect(() => readdirSync(folder)).toThrow();
	});

	test("a link that leads out is refused", () => {
		const outside = temporaryFolder();
		const folder = temporaryFolder();
		symlinkSync(outside, join(folder, "sql"));
		expect(() => writeNewFiles(folder, [{ path: "sql/a.sql", text: "1" }], show)).toThrow("is not a path within");
		expect(readdirSync(outside)).toEqual([]);
	});

	test("scripts can be run; what is there just so is left", () => {
		const folder = temporaryFolder();
		mkdirSync(join(folder, "bin"));
		writeFileSync(join(folder, "same"), "s");
		const written = writeNewFiles(
			folder,
			[
				{ path: "bin/run.sh", text: "#!/bin/sh\n", executable: true },
				{ path: "same", text: "s" },
			],
			show,
		);
		expect(written).toEqual([join(folder, "bin/run.sh")]);
	});
});
