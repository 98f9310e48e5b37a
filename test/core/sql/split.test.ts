import { describe, expect, it } from "vitest";
import { split } from "../../../src/core/sql/split";

const texts = (sql: string) => split(sql).map(({ start, end }) => sql.slice(start, end));

describe("split", () => {
	it("leaves out comments around, semicolons and empty statements", () => {
		expect(texts(";; -- a\n SELECT 1 /* b */ ; /* c */ SELECT 2 -- d\n;;")).toEqual(["SELECT 1", "SELECT 2"]);
	});

	it("takes a last statement without semicolon", () => {
		expect(texts("SELECT 1;\nSELECT 2")).toEqual(["SELECT 1", "SELECT 2"]);
	});

	it.each([
		"SELECT ';'",
		"SELECT E'\\';'",
		'SELECT 1 AS ";"',
		"SELECT $$;$$",
		"SELECT $a$ $$;$$ $a$",
		"SELECT /* ; /* ; */ ; */ 1",
		"SELECT 1 -- ;\n + 2",
		"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
		"CREATE OR REPLACE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 ELSE 2 END; END",
		"CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC DELETE FROM a; END",
		"DO $do$ BEGIN EXECUTE $$SELECT 1;$$; END $do$",
		"SELECT a$$b, c$$d",
	])("keeps %s whole", (statement) => {
		expect(texts(`${statement}; SELECT 2;`)).toEqual([statement, "SELECT 2"]);
	});

	it("lets BEGIN and CASE of other statements alone", () => {
		expect(texts("BEGIN; CREATE FUNCTION f() RETURNS int RETURN CASE WHEN true THEN 1 END; COMMIT;")).toHaveLength(3);
	});

	it("ends a statement at its semicolon though a parenthesis is open", () => {
		expect(texts("CREATE TABLE a (x int;\nCREATE TABLE b (y int);")).toEqual([
			"CREATE TABLE a (x int",
			"CREATE TABLE b (y int)",
		]);
	});

	describe("psql", () => {
		it("leaves out meta-commands", () => {
			expect(
				texts(
					"\\restrict abc;def\n\\connect - postgres\nSELECT 1;\n\\unrestrict abc\n\\i 'other file.sql'\n\\set x 'it''s'\n\\echo 'don''t\nSELECT 2;",
				),
			).toEqual(["SELECT 1", "SELECT 2"]);
		});

		it("ends a statement at those that send it", () => {
			expect(
				texts(
					"SELECT 1 \\gexec\nSELECT 2 \\gset a_\nSELECT 3 \\; SELECT 4;\nSELECT 5\n\\watch 2\nSELECT 6 \\g out.txt\n",
				),
			).toEqual(["SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4", "SELECT 5", "SELECT 6"]);
		});

		it("passes over COPY data", () => {
			const sql =
				"COPY t (a, b) FROM stdin;\n1\tit's; $$\n2\t\\N\n\\.\n\nSELECT 1;\nCOPY u FROM STDIN WITH (FORMAT csv);\n'x;\n\\.\r\nSELECT 2;";
			expect(texts(sql)).toEqual([
				"COPY t (a, b) FROM stdin",
				"SELECT 1",
				"COPY u FROM STDIN WITH (FORMAT csv)",
				"SELECT 2",
			]);
		});

		it("doesn't wait for data of a COPY from a file or to stdout", () => {
			expect(texts("COPY t FROM 'a.csv'; SELECT 1; COPY t TO stdout; SELECT 2;")).toHaveLength(4);
		});
	});

	it("ends a statement at Drizzle's breakpoint, semicolon or not", () => {
		expect(
			texts(
				"CREATE TABLE a (x int);--> statement-breakpoint\nCREATE TABLE b (y int)\n--> statement-breakpoint\nSELECT 1;",
			),
		).toEqual(["CREATE TABLE a (x int)", "CREATE TABLE b (y int)", "SELECT 1"]);
	});

	it("reads the given range alone", () => {
		const sql = "SELECT 1; SELECT '2; SELECT 3;";
		expect(split(sql, 10, 16).map(({ start, end }) => sql.slice(start, end))).toEqual(["SELECT"]);
	});

	it.each([
		"SELECT 'a; SELECT 1;",
		"SELECT $$ a; SELECT 1;",
		'SELECT "a; SELECT 1;',
		"SELECT 1 /* a; SELECT 1;",
		"/* a; SELECT 1;",
	])("says where %s is left open", (sql) => {
		const [piece, ...others] = split(sql);
		expect(others).toEqual([]);
		expect(piece?.unterminated?.start).toBe(sql.search(/['"$]|\/\*/));
	});

	describe("comments above", () => {
		const above = (sql: string) => split(sql).map(({ comments }) => comments.map(({ text }) => text));

		it("are those without a blank line between", () => {
			expect(above("-- far\n\n-- near\n/* nearer\n * still */\nSELECT 1;\n-- next\nSELECT 2;")).toEqual([
				["near", "nearer\nstill"],
				["next"],
			]);
		});

		it("aren't what stands behind the statement before", () => {
			expect(above("SELECT 1; -- of one\nSELECT 2; /* of two */\n-- of three\nSELECT 3;")).toEqual([
				[],
				[],
				["of three"],
			]);
		});

		it("may stand on the statement's own line", () => {
			expect(above("/* @tenancy shared */ SELECT 1;")).toEqual([["@tenancy shared"]]);
		});

		it("have the place of the whole comment", () => {
			const sql = "-- a\r\nSELECT 1;";
			expect(split(sql)[0]?.comments).toEqual([{ span: { start: 0, end: 4 }, text: "a" }]);
		});
	});
});
