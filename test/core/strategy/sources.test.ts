import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Claim } from "../../../src/core/strategy/claim";
import { complianceOf } from "../../../src/core/strategy/compliance";
import { FORMULAS } from "../../../src/core/strategy/cost/formulas";
import { guidanceFor } from "../../../src/core/strategy/guidance";
import { recommend } from "../../../src/core/strategy/recommend";
import { brokenRequirements } from "../../../src/core/strategy/requirements";
import { SOURCES, type SourceId, sourceOf } from "../../../src/core/strategy/sources";
import { STRATEGIES } from "../../../src/core/tenancy/answers";
import fc from "../../random-cases";
import { anyAnswers } from "./any-answers";

const folder = "src/core/strategy";
const code = readdirSync(folder, { recursive: true, encoding: "utf8" })
	.filter((path) => path.endsWith(".ts") && path !== "sources.ts")
	.map((path) => readFileSync(join(folder, path), "utf8"))
	.join("\n");

test("every document in the list is cited", () => {
	expect(SOURCES.filter(({ id }) => !code.includes(`"${id}"`)).map(({ id }) => id)).toEqual([]);
});

test("every document has a title, a publisher and an address of its own", () => {
	for (const { title, publisher, url } of SOURCES) {
		expect(title.length > 2 && publisher.length > 2).toBe(true);
		if (url !== null) expect(new URL(url).protocol).toBe("https:");
	}
	expect(new Set(SOURCES.map(({ url }) => url)).size).toBe(SOURCES.length);
});

test("every formula cites a document, or says that it is an assumption", () => {
	for (const { source, text } of FORMULAS)
		if (source === null) expect(text).toMatch(/assumption/);
		else expect(sourceOf(source).title).not.toBe("");
});

test("a reason, a requirement and what a regulation asks rest on a document; only guidance may be our advice", () => {
	const isDocument = (id: SourceId) => sourceOf(id).url !== null;
	fc.assert(
		fc.property(anyAnswers, (answers) => {
			const { reasons, needs } = recommend(answers);
			const broken = STRATEGIES.flatMap((strategy) => brokenRequirements(strategy, needs));
			const decided = [...reasons, ...broken, ...complianceOf(answers)];
			expect(decided.filter(({ source }) => !isDocument(source))).toEqual([]);
			for (const strategy of STRATEGIES) {
				const { plan, ...lists } = guidanceFor(strategy, answers);
				const claims: readonly Claim[] = [...plan, ...Object.values(lists).flat()];
				expect(claims.filter(({ text, source }) => text === "" || sourceOf(source).title === "")).toEqual([]);
				// Advice without a document is the exception.
				expect(claims.filter(({ source }) => !isDocument(source)).length).toBeLessThan(claims.length / 3);
			}
		}),
		{ numRuns: 50 },
	);
});
