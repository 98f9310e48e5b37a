import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { JSDOM } from "jsdom";
import { beforeAll, describe, expect, test } from "vitest";
import { SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

const HOSTILE =
	'CREATE TABLE """><img src=x onerror=alert(1)>" (id int PRIMARY KEY);\nCREATE TABLE "x""; DROP TABLE y; --" (id int PRIMARY KEY);\n';
const shop = () => temporaryFolder({ "schema.sql": SHOP + HOSTILE });
const drawn = (cwd: string, file: string): string[] =>
	(JSON.parse(readFileSync(join(cwd, file), "utf8")).tables as { name: string }[]).map(({ name }) => name);

describe("each format", () => {
	test("svg: every table, hostile names as text", async () => {
		const cwd = shop();
		const { code, stdout, stderr } = await tenancy(["diagram", "--out", "x.svg"], cwd);
		expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
		expect(stderr).toContain("Wrote x.svg: 7 tables");
		const { document } = new JSDOM(readFileSync(join(cwd, "x.svg"), "utf8"), { contentType: "image/svg+xml" }).window;
		expect(document.querySelectorAll(".tables > g")).toHaveLength(7);
		expect(document.querySelectorAll("img, script")).toHaveLength(0);
		expect(readdirSync(cwd).sort()).toEqual(["schema.sql", "x.svg"]);
	});

	test("html: one file that needs nothing else", async () => {
		const cwd = shop();
		expect((await tenancy(["diagram", "--out", "x.html"], cwd)).code).toBe(0);
		const { document } = new JSDOM(readFileSync(join(cwd, "x.html"), "utf8")).window;
		const { diagram } = JSON.parse(document.getElementById("tenancy-diagram")?.textContent ?? "");
		expect(diagram.tables).toHaveLength(7);
		expect(document.querySelectorAll("[src], link, img")).toHaveLength(0);
	});

	test("png: a picture", async () => {
		const cwd = shop();
		expect((await tenancy(["diagram", "--out", "x.PNG"], cwd)).code).toBe(0);
		expect(readFileSync(join(cwd, "x.PNG")).subarray(1, 4).toString()).toBe("PNG");
	});

	test("mmd, dbml and json", async () => {
		const cwd = shop();
		for (const format of ["mmd", "dbml", "json"])
			expect((await tenancy(["diagram", "--out", `x.${format}`], cwd)).code).toBe(0);
		expect(readFileSync(join(cwd, "x.mmd"), "utf8")).toMatch(/^erDiagram\n/);
		expect(readFileSync(join(cwd, "x.dbml"), "utf8")).toContain('Table "public"."\\"><img src=x onerror=alert(1)>"');
		const { tables, positions } = JSON.parse(readFileSync(join(cwd, "x.json"), "utf8"));
		expect(Object.keys(positions).sort()).toEqual(tables.map((table: { id: string }) => table.id).sort());
	});
});

describe("a part of the tables", () => {
	test("--focus with its neighbours, --scope, and both", async () => {
		const cwd = shop();
		await tenancy(["diagram", "--out", "x.json", "--focus", "order_lines"], cwd);
		expect(drawn(cwd, "x.json")).toEqual(["order_lines", "orders"]);
		await tenancy(["diagram", "--out", "x.json", "--focus", "public.organizations", "--distance", "2"], cwd);
		expect(drawn(cwd, "x.json")).toEqual(["invoices", "order_lines", "orders", "organizations"]);
		await tenancy(["diagram", "--out", "x.json", "--scope", "tenant-derived", "shared"], cwd);
		expect(drawn(cwd, "x.json")).toEqual(expect.arrayContaining(["countries", "order_lines"]));
		expect(drawn(cwd, "x.json")).not.toContain("orders");
	});

	test.each([
		[["--focus", "order"], "There is no table order. Did you mean public.order_lines, public.orders?"],
		[["--distance", "2"], "name a table with --focus"],
		[["--focus", "orders", "--distance", "far"], "It is a number such as 1 or 2."],
	])("%j is refused", async (options, message) => {
		const { code, stderr } = await tenancy(["diagram", "--out", "x.svg", ...options], shop());
		expect(code).toBe(2);
		expect(stderr).toContain(message);
	});
});

describe("the file", () => {
	test("an old one is replaced whole, and kept when the new one can't be made", async () => {
		const cwd = shop();
		writeFileSync(join(cwd, "x.svg"), "old");
		expect((await tenancy(["diagram", "gone", "--out", "x.svg"], cwd)).code).toBe(2);
		expect(readFileSync(join(cwd, "x.svg"), "utf8")).toBe("old");
		expect((await tenancy(["diagram", "--out", "x.svg"], cwd)).code).toBe(0);
		expect(readFileSync(join(cwd, "x.svg"), "utf8")).toMatch(/^<svg /);
	});

	test("is not written into a folder that is not there, nor over a folder", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP, "a.svg/": "" });
		expect((await tenancy(["diagram", "--out", "gone/x.svg"], cwd)).stderr).toContain("There is no folder gone");
		expect((await tenancy(["diagram", "--out", "a.svg"], cwd)).stderr).toContain("a.svg is a folder");
	});

	test("shows one database; of several one has to be chosen", async () => {
		const cwd = temporaryFolder({
			"a/migrations/0001_x.sql": SHOP,
			"a/migrations/0002_x.sql": "CREATE TABLE x (id int);",
			"b/migrations/0001_x.sql": "CREATE TABLE y (id int);",
			"b/migrations/0002_x.sql": "CREATE TABLE z (id int);",
		});
		const { code, stderr } = await tenancy(["diagram", "--out", "x.json"], cwd);
		expect(code).toBe(2);
		expect(stderr).toContain("Choose with --database PATH");
		expect((await tenancy(["diagram", "--out", "x.json", "--database", "b/migrations"], cwd)).code).toBe(0);
		expect(drawn(cwd, "x.json")).toEqual(["y", "z"]);
	});
});
