import { execFileSync } from "node:child_process";
import { symlinkSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

const tables = (stdout: string): string[] =>
	(JSON.parse(stdout).tables as { name: string }[]).map((table) => table.name);
const table = (name: string) => `CREATE TABLE ${name} (id int PRIMARY KEY);`;

describe("what is read", () => {
	test("files, folders and globs, each file once", async () => {
		const cwd = temporaryFolder({
			"a.sql": table("a"),
			"b.sql": table("b"),
			"c.sql": table("c"),
			"d/e.sql": table("e"),
		});
		expect(tables((await tenancy(["model", "--json", "a.sql", "b.sql"], cwd)).stdout)).toEqual(["a", "b"]);
		expect(tables((await tenancy(["model", "--json", "[ab].sql", "a.sql"], cwd)).stdout)).toEqual(["a", "b"]);
		expect(tables((await tenancy(["model", "--json", "d"], cwd)).stdout)).toEqual(["e"]);
	});

	test("not what .gitignore names, unless it is asked for by name", async () => {
		const cwd = temporaryFolder({ ".git/": "", ".gitignore": "out\n", "a.sql": table("a"), "out/b.sql": table("b") });
		expect(tables((await tenancy(["model", "--json"], cwd)).stdout)).toEqual(["a"]);
		expect(tables((await tenancy(["model", "--json", "out"], cwd)).stdout)).toEqual(["b"]);
		expect(tables((await tenancy(["model", "--json", "out/b.sql"], cwd)).stdout)).toEqual(["b"]);
	});

	test("the configuration is found upward to the repository's root, and its exclude counts", async () => {
		const config = JSON.stringify({
			exclude: ["old/"],
			tables: { "public.a": { scope: "shared", why: "We say so." } },
		});
		const cwd = temporaryFolder({
			".git/": "",
			"tenancy.config.json": config,
			"db/a.sql": table("a"),
			"db/old/b.sql": table("b"),
		});
		for (const args of [
			["model", "--json", "db"],
			["model", "--json"],
		]) {
			const model = JSON.parse((await tenancy(args, cwd)).stdout);
			expect(model.tables).toEqual([
				expect.objectContaining({ name: "a", scope: "shared", reason: expect.stringContaining("We say so.") }),
			]);
		}
	});

	test("UTF-16, Windows-1252 and byte order marks", async () => {
		const cwd = temporaryFolder({
			"a.sql": Buffer.from(`\ufeff${table("größe")}`, "utf16le"),
			"b.sql": Buffer.from(table("caf\u00e9"), "latin1"),
			"c.sql": `\ufeff${table("c")}`,
		});
		const { code, stdout, stderr } = await tenancy(["model", "--json", "a.sql", "b.sql", "c.sql"], cwd);
		expect(code).toBe(0);
		expect(tables(stdout)).toEqual(["c", "café", "größe"]);
		expect(stderr).toContain("Note: b.sql: it is not UTF-8");
	});

	test("links that lead in a circle end", async () => {
		const cwd = temporaryFolder({ "db/a.sql": table("a") });
		symlinkSync("..", join(cwd, "db/up"));
		symlinkSync("a.sql", join(cwd, "db/z.sql"));
		const { code, stdout } = await tenancy(["model", "--json"], cwd);
		expect(code).toBe(0);
		expect(tables(stdout)).toEqual(["a"]);
	});
});

describe("what can't be read is exit code 2, with a message", () => {
	test.each([
		["a file that is not there", ["model", "gone.sql"], "There is no file or folder gone.sql."],
		["a folder that is not there", ["check", "gone/"], "There is no file or folder gone/."],
		["a glob that matches nothing", ["model", "x/*.sql"], "Nothing matches x/*.sql"],
		["a folder without SQL", ["model", "empty"], "No SQL files in empty."],
		["a file that is no SQL", ["model", "notes.txt"], "notes.txt is not a file that this tool reads"],
		["an unknown option", ["model", "--jsno"], "unknown option '--jsno'"],
		["an unknown command", ["modle"], "unknown command 'modle'"],
		[
			"an unknown rule",
			["check", "--rule", "sql-sintax"],
			"There is no rule sql-sintax. The rules are: rls-disabled, ",
		],
		["a wrong ending", ["diagram", "--out", "x.gif"], "must be one of .html .svg .png .mmd .dbml .json"],
		["a wrong scope", ["diagram", "--out", "x.svg", "--scope", "lost"], "Allowed choices are tenant-root, "],
	])("%s", async (_, args, message) => {
		const cwd = temporaryFolder({ "empty/": "", "notes.txt": "", "a.sql": table("a") });
		const { code, stdout, stderr } = await tenancy(args, cwd);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(message);
		expect(stderr).not.toContain("    at ");
	});

	test("a wrong configuration, with its line", async () => {
		const cwd = temporaryFolder({ "a.sql": table("a"), "tenancy.config.json": '{\n\t"root": ["public.a"]\n}\n' });
		const { code, stdout, stderr } = await tenancy(["model"], cwd);
		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toMatch(/^tenancy\.config\.json:2:2: .*root/m);
	});

	test("a configuration that is no JSON, with its line", async () => {
		const cwd = temporaryFolder({ "a.sql": table("a"), "tenancy.config.json": '{\n\t"roots": [\n' });
		const { code, stderr } = await tenancy(["check"], cwd);
		expect(code).toBe(2);
		expect(stderr).toMatch(/^tenancy\.config\.json:\d+:\d+: This is not valid JSON/m);
	});

	test("files that can't be read, are huge or binary are named; what could be read is still printed", async () => {
		const cwd = temporaryFolder({
			"a.sql": table("a"),
			"huge.sql": "",
			"archive.sql": "PGDMP\0\0",
			"blob.sql": Buffer.from([0, 1, 2]),
		});
		truncateSync(join(cwd, "huge.sql"), 60 * 1024 * 1024);
		const { code, stdout, stderr } = await tenancy(["model", "--json"], cwd);
		expect(code).toBe(2);
		expect(tables(stdout)).toEqual(["a"]);
		expect(stderr).toContain("Not read: huge.sql: it has 60 MB");
		expect(stderr).toContain("Not read: archive.sql: it is a pg_dump archive");
		expect(stderr).toContain("Not read: blob.sql: it is binary");
	});

	test("a huge file that the configuration leaves out is no matter", async () => {
		const cwd = temporaryFolder({
			"a.sql": table("a"),
			"huge.sql": "",
			"tenancy.config.json": '{ "exclude": ["huge.sql"] }',
		});
		truncateSync(join(cwd, "huge.sql"), 60 * 1024 * 1024);
		expect((await tenancy(["model", "--json"], cwd)).code).toBe(0);
	});
});

test("a reader that closes the pipe is no error", async () => {
	const cwd = temporaryFolder({ "a.sql": Array.from({ length: 3000 }, (_, i) => table(`t${i}`)).join("\n") });
	const cli = join(process.cwd(), "dist/cli.js");
	const shell = `"${process.execPath}" "${cli}" model --json --quiet | head -c 10; echo " \${PIPESTATUS[0]}"`;
	expect(execFileSync("bash", ["-c", shell], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })).toBe(
		'{\n  "versi 0\n',
	);
});

test("--help shows the usage with examples and exit codes", async () => {
	const cwd = temporaryFolder();
	for (const args of [["--help"], ["model", "--help"], ["check", "--help"], ["diagram", "--help"]]) {
		const { code, stdout, stderr } = await tenancy(args, cwd);
		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toMatch(/Examples:\n {2}tenancy /);
		expect(stdout).toContain("Exit codes:");
	}
});
