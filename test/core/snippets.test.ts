import { expect, test } from "vitest";
import { createSqlReader } from "../../src/core/sql/reader";
import { readSnippets, withDefaults } from "../meta/snippet-text";

const snippets = readSnippets();
const reader = await createSqlReader();

test.for(snippets.map((snippet) => [snippet.prefix, snippet] as const))("%s is SQL", ([, snippet]) => {
	const { statements, problems } = reader.read({ path: "snippet.sql", text: withDefaults(snippet) });
	expect(problems).toEqual([]);
	expect(statements.length).toBeGreaterThan(0);
});

test("prefixes are distinct and start alike, so that typing 'tenancy' lists them all", () => {
	const prefixes = snippets.map((snippet) => snippet.prefix);
	expect(new Set(prefixes).size).toBe(prefixes.length);
	expect(prefixes.filter((prefix) => !/^tenancy-[a-z-]+$/.test(prefix))).toEqual([]);
});

test("every snippet ends where one goes on writing", () => {
	for (const { prefix, body } of snippets) expect([prefix, body.at(-1)]).toEqual([prefix, "$0"]);
});
