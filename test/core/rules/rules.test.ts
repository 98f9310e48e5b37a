import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { RULES } from "../../../src/core/rules";
import { rulesIn } from "./checked";

it("each rule has a file of its name, and each file a rule", () => {
	const files = readdirSync("src/core/rules")
		.filter((file) => file.endsWith(".ts") && file !== "index.ts")
		.map((file) => file.replace(/\.ts$/, ""));
	expect(RULES.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(RULES.map((rule) => [rule.id, rule.doc] as const))("%s", (id, { bad, good, traps, sources }) => {
	it("finds what is bad", async () => {
		expect(await rulesIn(bad)).toContain(id);
	});

	it("finds nothing in what is good, nor does another rule that would stop a build", async () => {
		expect(await rulesIn(good)).not.toContain(id);
	});

	for (const { title, sql } of traps)
		it(`finds nothing where ${title}`, async () => {
			expect(await rulesIn(sql)).not.toContain(id);
		});

	it("names where its advice can be read", () => {
		expect(sources.length).toBeGreaterThan(0);
	});
});
