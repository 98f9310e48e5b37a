import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Analyzer, createAnalyzer } from "../../src/core/analyze";
import { foldSchema } from "../../src/core/schema/fold";
import type { SchemaModel } from "../../src/core/schema/model";
import { createSqlReader, type SqlReader } from "../../src/core/sql/reader";
import fc from "../random-cases";

const FOLDER = "test/fixtures/sql";
const fixtures = readdirSync(FOLDER)
	.filter((name) => name.endsWith(".sql"))
	.map((name) => ({ path: name, text: readFileSync(join(FOLDER, name), "utf8") }));

let reader: SqlReader;
let analyzer: Analyzer;
beforeAll(async () => {
	reader = await createSqlReader();
	analyzer = createAnalyzer(reader);
});

/** Text of any kind: Unicode with astral characters and lone surrogates, and what SQL is made of. */
const anyText = fc.oneof(
	fc.string({ unit: "binary", maxLength: 200 }),
	fc.string({
		unit: fc.constantFrom(
			"'",
			'"',
			"$",
			"$$",
			";",
			"--",
			"/*",
			"*/",
			"\\",
			"(",
			")",
			"\n",
			"E'",
			"U&",
			"BEGIN",
			"ATOMIC",
			"END",
			" ",
			"\0",
			"\ud800",
			"é",
			"😀",
			"CREATE TABLE t",
			"copy x from stdin;\n",
			"\\.\n",
			"${x}",
			"-- +goose Down\n",
		),
	}),
);

/** A real file with a few characters deleted, doubled or put in. */
const mutated = fc
	.tuple(
		fc.constantFrom(...fixtures),
		fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.constantFrom("delete", "double", "insert"), anyText), {
			minLength: 1,
			maxLength: 5,
		}),
	)
	.map(([{ text }, edits]) =>
		edits.reduce((before, [place, length, kind, inserted]) => {
			const start = place % (before.length + 1);
			const part = before.slice(start, start + length);
			const middle = kind === "delete" ? "" : kind === "double" ? part + part : inserted + part;
			return before.slice(0, start) + middle + before.slice(start + length);
		}, text),
	);

describe("whatever the text, reading gives a value and problems", () => {
	it("for random text", () => {
		fc.assert(fc.property(anyText, readsAndFolds), { numRuns: 300 });
	});

	it("for damaged SQL", () => {
		fc.assert(fc.property(mutated, readsAndFolds), { numRuns: 200 });
	});

	it("through the whole pipeline", () => {
		fc.assert(
			fc.property(fc.oneof(anyText, mutated), fc.oneof(fc.constant(null), anyText), (text, config) => {
				const { databases } = analyzer.analyze([{ path: "schema.sql", text }], config);
				for (const { statements } of databases)
					expect(statements.understood + statements.failed).toBe(statements.total);
			}),
			{ numRuns: 100 },
		);
	});
});

function readsAndFolds(text: string): void {
	const file = reader.read({ path: "x.sql", text });
	let end = 0;
	for (const { span, text: statement, node } of file.statements) {
		expect(text.slice(span.start, span.end)).toBe(statement);
		expect(span.start).toBeGreaterThanOrEqual(end);
		end = span.end;
		if (node !== null) continue;
		expect(
			file.problems.some(
				({ kind, location }) => kind === "syntax" && location.span.start >= span.start && location.span.end <= span.end,
			),
		).toBe(true);
	}
	const model = foldSchema([file]);
	for (const { location } of [...file.problems, ...model.problems]) {
		expect(location.span.start).toBeLessThanOrEqual(location.span.end);
		expect(location.span.end).toBeLessThanOrEqual(text.length);
	}
}

describe("one broken statement never changes another's result", () => {
	const broken = [
		"CREATE TABL oops (id int)",
		"CREATE TABLE oops (id int",
		"SELECT FROM WHERE",
		"ALTER TABLE",
		"CREATE FUNCTION f( RETURNS int AS $$ SELECT 1; $$",
		"this is no SQL at all",
		"CREATE TABLE oops (id int) ENGINE=InnoDB",
		"INSERT INTO x VALUES (1,, 'a;b')",
		"BEGIN ATOMIC",
		"CASE WHEN",
	];

	it.each(fixtures.map(({ path, text }) => ({ path, text })))("$path", ({ path, text }) => {
		const file = reader.read({ path, text });
		const before = withoutPlaces(foldSchema([file]));
		const boundaries = file.statements.map(({ span }) => span.start);
		fc.assert(
			fc.property(fc.constantFrom(...boundaries), fc.constantFrom(...broken), (at, wrong) => {
				const damaged = `${text.slice(0, at)}\n${wrong};\n${text.slice(at)}`;
				const reread = reader.read({ path, text: damaged });
				expect(reread.statements.filter(({ node }) => node !== null).map((statement) => statement.text)).toEqual(
					file.statements.map((statement) => statement.text),
				);
				expect(reread.problems.length).toBeGreaterThan(file.problems.length);
				expect(withoutPlaces(foldSchema([reread]))).toEqual(before);
			}),
			{ numRuns: 15 },
		);
	});
});

/** The model as plain values, without the parts that say where and what is wrong. */
function withoutPlaces(model: SchemaModel): unknown {
	const plain = (value: unknown): unknown => {
		if (value instanceof Map) return [...value].map(([key, item]) => [key, plain(item)]);
		if (Array.isArray(value)) return value.map(plain);
		if (value === null || typeof value !== "object" || "span" in value) return typeof value === "object" ? null : value;
		const entries = Object.entries(value).filter(
			([key]) => !/location$/i.test(key) && key !== "alterations" && key !== "problems",
		);
		return Object.fromEntries(entries.map(([key, item]) => [key, plain(item)]));
	};
	return plain(model);
}
