import { describe, expect, test } from "vitest";
import { parseGlob } from "../../../src/cli/files/glob";
import fc from "../../random-cases";

describe("parseGlob", () => {
	test.each([
		["db/*.sql", "db", "a.sql", true],
		["db/*.sql", "db", "sub/a.sql", false],
		["db/**/*.sql", "db", "a.sql", true],
		["db/**/*.sql", "db", "x/y/a.sql", true],
		["**/up.sql", ".", "1/up.sql", true],
		["**/up.sql", ".", "1/startup.sql", false],
		["db/**", "db", "x/y/a.sql", true],
		["/abs/v?.sql", "/abs", "v1.sql", true],
		["/abs/v?.sql", "/abs", "v12.sql", false],
		["*.sql", ".", "a+b (1).sql", true],
		["db/{up,down}/*.sql", "db", "down/a.sql", true],
		["db/{up,down}/*.sql", "db", "left/a.sql", false],
		["v[0-9].sql", ".", "v7.sql", true],
		["v[!0-9].sql", ".", "v7.sql", false],
		["v[!a]x.sql", ".", "v/x.sql", false],
		["v[z-a].sql", ".", "vm.sql", false],
		["v[].sql", ".", "v[].sql", true],
		["v[0-9.sql", ".", "v[0-9.sql", true],
		["{a.sql", ".", "{a.sql", true],
	])("%s under %s: %s → %s", (glob, base, path, expected) => {
		const parsed = parseGlob(glob);
		expect(parsed?.base).toBe(base);
		expect(parsed?.matches(path)).toBe(expected);
	});

	test("a name without special characters is no glob", () => {
		expect(parseGlob("db/schema.sql")).toBeNull();
	});

	test("no text throws", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(..."*?[]{},!^-\\/ab.") }), (text) => {
				expect(typeof (parseGlob(text)?.matches("a/b.sql") ?? false)).toBe("boolean");
			}),
		);
	});
});
