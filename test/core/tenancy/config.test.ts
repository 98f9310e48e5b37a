import { describe, expect, it } from "vitest";
import { configJsonSchema, decisionsFor, readConfig } from "../../../src/core/tenancy/config";
import { markTable } from "../../../src/core/tenancy/mark-table";

describe("readConfig", () => {
	it("reads comments and trailing commas", () => {
		const { config, problems } = readConfig('{ // ours\n "roots": ["public.clubs"], }', "tenancy.config.json");
		expect(problems).toEqual([]);
		expect(config.roots).toEqual(["public.clubs"]);
	});

	it("reports what is wrong at its place and keeps the rest", () => {
		const text = '{ "roots": ["public.clubs"], "tables": { "public.a": { "scope": "public" } }, "rooots": [] }';
		const { config, problems } = readConfig(text, "tenancy.config.json");
		expect(config.roots).toEqual(["public.clubs"]);
		expect(problems).toHaveLength(2);
		const shown = problems.map((p) => text.slice(p.location.span.start, p.location.span.end)).sort();
		expect(shown).toEqual(['"rooots": []', '"scope": "public"']);
	});

	it("says what is not JSON", () => {
		expect(readConfig("{ roots }", "tenancy.config.json").problems.length).toBeGreaterThan(0);
		expect(readConfig("", "tenancy.config.json").problems.length).toBeGreaterThan(0);
		expect(readConfig("[]", "tenancy.config.json").problems[0]?.message).toContain("object");
	});

	it("lets one database of several decide for itself", () => {
		const { config } = readConfig(
			'{ "roots": ["a.a"], "tables": { "x.y": { "scope": "shared" } }, "databases": { "billing": { "roots": ["b.b"] } } }',
			"f",
		);
		expect(decisionsFor(config, "billing")).toMatchObject({ roots: ["b.b"], tables: { "x.y": { scope: "shared" } } });
		expect(decisionsFor(config, "other").roots).toEqual(["a.a"]);
	});

	it("describes itself as JSON schema", () => {
		expect(configJsonSchema()).toMatchObject({
			type: "object",
			properties: { tables: { type: "object" }, roots: { type: "array" } },
		});
	});
});

describe("markTable", () => {
	it("starts a file, and takes back what it did", () => {
		const marked = markTable(null, "public.countries", "shared");
		expect(JSON.parse(marked)).toEqual({ tables: { "public.countries": { scope: "shared" } } });
		expect(JSON.parse(markTable(marked, "public.countries", null))).toEqual({ tables: {} });
	});

	it("keeps comments, other keys and a table's other decisions", () => {
		const text =
			'{\n\t// why\n\t"roots": ["a.b"],\n\t"tables": { "public.x": { "scope": "shared", "why": "list" } }\n}\n';
		const marked = markTable(text, "public.y", "unscoped");
		expect(marked).toContain("// why");
		expect(markTable(marked, "public.x", null)).toContain('"why": "list"');
	});

	it("takes any name as it is", () => {
		const name = 'public.x"; DROP TABLE y; --';
		expect(JSON.parse(markTable("{}", name, "shared")).tables[name]).toEqual({ scope: "shared" });
	});
});
