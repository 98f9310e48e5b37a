import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import { disagreements } from "./differential";
import { secondOpinion } from "./second-parser";

const files = ["test/fixtures/sql", "examples"].flatMap((folder) =>
	readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".sql"))
		.map((path) => join(folder, path)),
);

describe("pgsql-ast-parser and we read the same", () => {
	let reader: SqlReader;
	let compared = 0;
	beforeAll(async () => {
		reader = await createSqlReader();
	});

	it.each(files)("%s", (path) => {
		const { statements } = reader.read({ path, text: readFileSync(path, "utf8") });
		const found = statements.flatMap(({ text }) => {
			const differing = disagreements(reader, text);
			if (differing !== null) compared += 1;
			return (differing ?? []).map((line) => `${line}\n  in: ${text.slice(0, 200)}`);
		});
		expect(found).toEqual([]);
	});

	it("compares enough statements to mean something", () => {
		expect(compared).toBeGreaterThan(100);
	});

	it.each([
		["CREATE TABLE t (id int PRIMARY KEY, a varchar(3) NOT NULL)", "CREATE TABLE t (id int PRIMARY KEY, a varchar(4))"],
		["CREATE TABLE t (id int REFERENCES x (y) ON DELETE CASCADE)", "CREATE TABLE t (id int REFERENCES x (y))"],
		["CREATE INDEX i ON t (a, b)", "CREATE UNIQUE INDEX i ON t (a, b)"],
	])("would notice that %s is not %s", (one, other) => {
		const claims = [one, other].map((sql) => secondOpinionText(sql));
		expect(claims[0]).not.toEqual(claims[1]);
	});
});

function secondOpinionText(sql: string): string {
	return JSON.stringify([...(secondOpinion(sql)?.claims ?? [])]);
}
