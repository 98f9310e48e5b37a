import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FORMULAS } from "../../../src/core/strategy/cost/formulas";
import { SOURCES, sourceOf } from "../../../src/core/strategy/sources";

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
