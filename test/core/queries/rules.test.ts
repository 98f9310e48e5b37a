import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { QUERY_RULES } from "../../../src/core/queries/rules";
import { applyEdits } from "../../../src/core/text/edit";
import { findingsInFile } from "./checked";

it("each rule has a file of its name, and each file a rule", () => {
	const files = readdirSync("src/core/queries/rules")
		.map((file) => file.replace(/\.ts$/, ""))
		.filter((name) => name !== "index" && name !== "examples");
	expect(QUERY_RULES.map(({ id }) => id).sort()).toEqual(files.sort());
});

describe.each(QUERY_RULES.map((rule) => [rule.id, rule.doc] as const))(
	"%s",
	(id, { schema, bad, good, traps, sources }) => {
		const rulesIn = (sql: string, own = schema) =>
			findingsInFile(own, "queries/examples.sql", sql).map(({ rule }) => rule);

		it("finds what is bad", () => {
			expect(rulesIn(bad)).toContain(id);
		});

		it("finds nothing in what is good, and nor does another rule", () => {
			expect(rulesIn(good)).toEqual([]);
		});

		for (const { title, sql, schema: own } of traps)
			it(`finds nothing where ${title}`, () => {
				expect(rulesIn(sql, own)).not.toContain(id);
			});

		it("is mended by its fix, where there is one", () => {
			const file = "queries/examples.sql";
			const findings = findingsInFile(schema, file, bad).filter(({ rule }) => rule === id);
			for (const finding of findings) {
				const [remedy] = finding.remedies();
				if (!remedy) continue;
				const mended = applyEdits(bad, remedy.edits ?? []);
				expect(mended).not.toEqual(bad);
				const left = findingsInFile(schema, file, mended).filter(({ rule }) => rule === id);
				expect(left.length).toBeLessThan(findings.length);
			}
		});

		it("names where its advice can be read", () => {
			expect(sources.length).toBeGreaterThan(0);
		});
	},
);
