import { execFile } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join, resolve } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { packCommandLine } from "../../scripts/lib/npm-package.mjs";
import { cleanEnvironment } from "../../scripts/lib/run.mjs";
import { buildWhenStale, type Ran } from "./run";
import { temporaryFolder } from "./temporary";

interface Step {
	readonly name: string;
	readonly id?: string;
	readonly if?: string;
	readonly uses?: string;
	readonly run?: string;
	readonly shell?: string;
	readonly env?: Readonly<Record<string, string>>;
	readonly with?: Readonly<Record<string, string>>;
}
interface Action {
	readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
	readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}
const yaml: { load(text: string): unknown } = createRequire(import.meta.url)("js-yaml");
const action = yaml.load(readFileSync("action.yml", "utf8")) as Action;

/** A product of somebody else's, with the packed command line in it and nothing else installed. */
let project: string;
let tarball: string;
/** What a GitHub runner gives the steps. */
let runner: string;

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
	const options = {
		cwd: project,
		env: cleanEnvironment({ ...env, npm_config_offline: "true", npm_config_update_notifier: "false", CI: "1" }),
		maxBuffer: 1e9,
	};
	return new Promise((done, fail) => {
		execFile(command, args, options, (error, stdout, stderr) => {
			const code = error === null ? 0 : error.code;
			if (typeof code === "number") done({ code, stdout, stderr });
			else fail(error);
		});
	});
}

const npx = (...args: string[]) => run("npx", ["--no-install", "tenancy", ...args]);

beforeAll(async () => {
	await buildWhenStale();
	project = temporaryFolder({ "package.json": '{ "name": "product", "private": true }\n' });
	runner = temporaryFolder({ "a folder/": "" });
	cpSync("examples/leaky", project, { recursive: true });
	writeFileSync(join(project, "report.js"), "await db.query('SELECT * FROM customers WHERE id = $1', [id]);\n");
	tarball = await packCommandLine(join(project, "tools"));
}, 240_000);

// Each starts several processes, beside what else the machine does.
vi.setConfig({ testTimeout: 180_000 });

describe("the packed command line", () => {
	test("installs offline, without dependencies, and brings what it needs and no more", async () => {
		const { code, stderr } = await run("npm", [
			"install",
			"--offline",
			"--no-audit",
			"--no-fund",
			`./tools/${basename(tarball)}`,
		]);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		const modules = readdirSync(join(project, "node_modules")).filter((name) => !name.startsWith("."));
		expect(modules).toEqual(["tenancy"]);
		const installed = join(project, "node_modules/tenancy");
		expect(readdirSync(installed).sort()).toEqual(["README.md", "dist", "package.json"]);
		const dist = readdirSync(join(installed, "dist"));
		expect(dist).toEqual(expect.arrayContaining(["THIRD-PARTY-LICENSES.txt", "libpg-query.wasm", "pglite.wasm"]));
		expect(dist.filter((name) => /^(?:extension|core)\.js$|\.map$/.test(name))).toEqual([]);
	});

	test("check reports, with exit code 1, and writes a baseline", async () => {
		expect(await npx("check", "--quiet")).toMatchObject({ code: 1, stdout: expect.stringContaining("query-unscoped") });
		expect((await npx("check", "--write-baseline", "tenancy.baseline.json")).code).toBe(0);
	});

	test("model, diagram, fix and prove run", async () => {
		expect(await npx("model")).toMatchObject({ code: 0, stdout: expect.stringContaining("ticket_messages") });
		expect((await npx("diagram", "--out", "x.svg")).code).toBe(0);
		expect(readFileSync(join(project, "x.svg"), "utf8")).toContain("canned_replies");
		for (const out of ["x.png", "x.html"]) expect([out, (await npx("diagram", "--out", out)).code]).toEqual([out, 0]);
		const migrations = readdirSync(join(project, "migrations"));
		expect(await npx("fix", "--dry-run")).toMatchObject({
			code: 0,
			stdout: expect.stringContaining("+++ b/migrations/"),
		});
		expect(readdirSync(join(project, "migrations"))).toEqual(migrations);
		expect(await npx("prove", "--quiet")).toMatchObject({ code: 1, stdout: expect.stringMatching(/^LEAKED: /) });
	});
});

describe("the GitHub action", () => {
	const { inputs, runs } = action;
	const defaults = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default]));

	/** Runs a step of the action as a runner does: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax */
	function step(name: string, given: Readonly<Record<string, string>> = {}) {
		const found = runs.steps.find((each) => each.name === name);
		if (found?.run === undefined || found.shell !== "bash") throw new Error(`No step of bash is called ${name}.`);
		const values = { ...defaults, ...given };
		const env = Object.entries(found.env ?? {}).map(([variable, value]) => {
			const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(value)?.[1] ?? "";
			return [variable, values[input] ?? expect.fail(`${value} is no input`)];
		});
		const script = join(runner, "a folder", "script.sh");
		writeFileSync(script, found.run);
		return run("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
			...Object.fromEntries(env),
			RUNNER_TEMP: join(runner, "a folder"),
			GITHUB_ACTION_PATH: resolve("."),
			GITHUB_OUTPUT: join(runner, "output"),
		});
	}

	test("its expressions stand in no script, where an input would be run; it names what there is", () => {
		for (const { run: script, env = {}, with: given = {}, if: condition = "" } of runs.steps) {
			expect(script ?? "").not.toContain("${{");
			const expressions = [...Object.values(env), ...Object.values(given), condition].join(" ");
			for (const [, input] of expressions.matchAll(/\binputs\.([\w-]+)/g)) expect(Object.keys(inputs)).toContain(input);
			for (const [, id] of expressions.matchAll(/\bsteps\.([\w-]+)/g))
				expect(runs.steps.map((each) => each.id)).toContain(id);
		}
		const documented = readFileSync("docs/ci.md", "utf8").matchAll(/^\| `([\w-]+)` \| (?:`([^`]*)`)? ?\|/gm);
		expect(Object.fromEntries([...documented].map(([, name, value]) => [name, value ?? ""]))).toEqual(defaults);
	});

	test("installs the package, checks, writes SARIF and proves, and fails where it should", async () => {
		expect(await step("Install tenancy", { package: `tools/${basename(tarball)}` })).toMatchObject({
			code: 0,
			stderr: "",
		});
		expect(await step("Check")).toMatchObject({
			code: 1,
			stdout: expect.stringMatching(/^::error file=migrations\//m),
		});
		expect(await step("Check", { "fail-on": "never", paths: "report.js\nmigrations\n", format: "text" })).toMatchObject(
			{
				code: 0,
				stdout: expect.stringMatching(/^report\.js:1:/m),
			},
		);
		expect(await step("Check", { baseline: "tenancy.baseline.json" })).toMatchObject({ code: 0, stdout: "" });
		// Neither an option nor a command.
		expect(await step("Check", { paths: "--help\n$(touch ran)" })).toMatchObject({ code: 2, stdout: "" });
		expect(existsSync(join(project, "ran"))).toBe(false);
		expect((await step("Write SARIF")).code).toBe(0);
		const [, sarif = ""] = /^file=(.*)$/m.exec(readFileSync(join(runner, "output"), "utf8")) ?? [];
		expect(JSON.parse(readFileSync(sarif, "utf8")).runs[0].results.length).toBeGreaterThan(10);
		writeFileSync(join(project, "held.sql"), "CREATE TABLE countries (code char(2) PRIMARY KEY);\n");
		expect((await step("Prove isolation", { paths: "held.sql" })).code).toBe(0);
		expect(
			(await step("Prove isolation", { paths: "held.sql", "database-url": "postgres://nobody@localhost:1/x" })).code,
		).toBe(2);
	});
});

test("the pre-commit hook names a command that there is", async () => {
	const [hook] = yaml.load(readFileSync(".pre-commit-hooks.yaml", "utf8")) as { entry: string; files: string }[];
	const [command = "", ...args] = (hook?.entry ?? "").split(" ");
	expect(await run(command, args)).toMatchObject({ code: 1, stdout: expect.stringContaining("query-unscoped") });
	const files = new RegExp(hook?.files ?? "");
	expect(["a.sql", "a.mts", "a.jsx", "a.py", "tenancy.config.json"].every((file) => files.test(file))).toBe(true);
	expect(files.test("a.css")).toBe(false);
});
