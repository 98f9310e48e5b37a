import { beforeAll, describe, expect, it } from "vitest";
import { foldSchema } from "../../../src/core/schema/fold";
import { NameResolver } from "../../../src/core/schema/name-resolver";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

/** `|` in a file marks a place: the name there is asked for. Files are in order; those in `others` are no part of the database. */
function setUp(files: Record<string, string>, others: Record<string, string> = {}) {
	let asked: { file: string; offset: number } | null = null;
	const read = ([path, text]: [string, string]) => {
		const offset = text.indexOf("|");
		if (offset >= 0) asked = { file: path, offset };
		return reader.read({ path, text: text.replace("|", "") });
	};
	const own = Object.entries(files).map(read);
	const all = [...own, ...Object.entries(others).map(read)];
	const resolver = new NameResolver(own, foldSchema(own));
	const place = asked as { file: string; offset: number } | null;
	const name =
		place && resolver.nameAt(all.find(({ file }) => file === place.file) as (typeof all)[number], place.offset);
	const references = (table: string, column: string | null = null) =>
		resolver.references(all, table, column).map(({ location: { file, span }, defines }) => {
			const text = all.find((candidate) => candidate.file === file)?.text ?? "";
			return `${file}:${text.slice(0, span.start).split("\n").length} ${text.slice(span.start, span.end)}${defines ? "!" : ""}`;
		});
	return { name: name && { table: name.table, column: name.column }, references };
}

describe("NameResolver", () => {
	it("knows a table by name, by schema and in quotes", () => {
		expect(setUp({ "1.sql": 'CREATE TABLE "Ord|er" (id int);' }).name).toEqual({ table: "public.Order", column: null });
		expect(setUp({ "1.sql": "CREATE TABLE s.t (id int);\nSELECT * FROM S.|T;" }).name).toEqual({
			table: "s.t",
			column: null,
		});
		expect(setUp({ "1.sql": "CREATE TABLE s.t (id int);\nSELECT * FROM t|;" }).name).toEqual({
			table: "s.t",
			column: null,
		});
	});

	it("prefers public for a name that is in several schemas", () => {
		expect(setUp({ "1.sql": "CREATE TABLE a.t (id int); CREATE TABLE t (id int);\nSELECT * FROM |t;" }).name).toEqual({
			table: "public.t",
			column: null,
		});
	});

	it("finds the table of a bare column by its columns", () => {
		const files = { "1.sql": "CREATE TABLE a (x int); CREATE TABLE b (y int);\nSELECT |y FROM a, b;" };
		expect(setUp(files).name).toEqual({ table: "public.b", column: "y" });
	});

	it("says nothing of what is no name, of unknown tables and of columns that are gone", () => {
		expect(setUp({ "1.sql": "CREATE TABLE a (x int);\nSEL|ECT 1;" }).name).toBeNull();
		expect(setUp({ "1.sql": "SELECT * FROM |a;" }).name).toBeNull();
		expect(setUp({ "1.sql": "CREATE TABLE a (|x int, y int);\nALTER TABLE a DROP COLUMN x;" }).name).toBeNull();
	});

	it("follows a table and its column through later renames, and not through earlier ones", () => {
		const files = {
			"1.sql": "CREATE TABLE a (x int);\nALTER TABLE a ADD CHECK (x > 0);",
			"2.sql": "ALTER TABLE a RENAME TO b;\nALTER TABLE b RENAME COLUMN x TO y;",
			"3.sql": "CREATE TABLE a (x int);\nCREATE INDEX ON b (y);",
		};
		const { references } = setUp(files);
		expect(references("public.b")).toEqual([
			"1.sql:1 a!",
			"1.sql:2 a",
			"2.sql:1 a",
			"2.sql:1 b!",
			"2.sql:2 b",
			"3.sql:2 b",
		]);
		expect(references("public.b", "y")).toEqual(["1.sql:1 x!", "1.sql:2 x", "2.sql:2 x", "2.sql:2 y!", "3.sql:2 y"]);
		expect(references("public.a")).toEqual(["3.sql:1 a!"]);
		expect(references("public.a", "x")).toEqual(["3.sql:1 x!"]);
	});

	it("follows a table into another schema", () => {
		const { references } = setUp({
			"1.sql":
				"CREATE TABLE t (x int);\nALTER TABLE t SET SCHEMA s;\nDROP INDEX IF EXISTS i;\nCOMMENT ON COLUMN s.t.x IS 'n';",
		});
		expect(references("s.t")).toEqual(["1.sql:1 t!", "1.sql:2 t", "1.sql:4 t"]);
		expect(references("s.t", "x")).toEqual(["1.sql:1 x!", "1.sql:4 x"]);
	});

	it("finds references in files beside the database, by the last name", () => {
		const { references } = setUp(
			{ "1.sql": "CREATE TABLE old (x int);\nALTER TABLE old RENAME TO t;" },
			{ "q.sql": "SELECT t.x FROM t;" },
		);
		expect(references("public.t")).toEqual(["1.sql:1 old!", "1.sql:2 old", "1.sql:2 t!", "q.sql:1 t", "q.sql:1 t"]);
		expect(references("public.t", "x")).toEqual(["1.sql:1 x!", "q.sql:1 x"]);
	});

	it("knows views", () => {
		const { references } = setUp({
			"1.sql": "CREATE TABLE t (x int);\nCREATE VIEW v AS SELECT x FROM t;\nGRANT SELECT ON v TO PUBLIC;",
		});
		expect(references("public.v")).toEqual(["1.sql:2 v!", "1.sql:3 v"]);
	});

	it("looks into the bodies of functions and DO blocks", () => {
		const { references } = setUp({
			"1.sql": `CREATE TABLE t (x int, n int);
CREATE FUNCTION f(n int) RETURNS int LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
	SELECT t.x INTO r FROM t WHERE t.x = f.n;
	EXECUTE 'TRUNCATE t';
	UPDATE t SET x = 1;
END $$;
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql AS 'SELECT count(x) FROM t';
CREATE FUNCTION h() RETURNS bigint BEGIN ATOMIC SELECT count(x) FROM t; END;
DO $$ BEGIN ALTER TABLE t ADD COLUMN y int; END $$;`,
		});
		expect(references("public.t", "x")).toEqual([
			"1.sql:1 x!",
			"1.sql:5 x",
			"1.sql:5 x",
			"1.sql:7 x",
			"1.sql:9 x",
			"1.sql:10 x",
		]);
		expect(references("public.t").map((place) => place.split(" ")[0])).toEqual([
			"1.sql:1",
			"1.sql:5",
			"1.sql:5",
			"1.sql:5",
			"1.sql:6",
			"1.sql:7",
			"1.sql:9",
			"1.sql:10",
			"1.sql:11",
		]);
	});
});
