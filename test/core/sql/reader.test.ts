import { describe, expect, it } from "vitest";
import { createSqlReader } from "../../../src/core/sql/reader";
import fc from "../../random-cases";
import { locations, problems, read, tagOf, tags } from "./reading";

describe("createSqlReader", () => {
	it("gives each statement its text, place and tree", async () => {
		const text = "\ufeff-- a\r\nCREATE TABLE é (x int);\r\n\r\nSELECT 'ü';\r\n";
		const { file, statements, problems: none } = await read(text);
		expect(file).toBe("test.sql");
		expect(none).toEqual([]);
		expect(statements.map(({ span, text: own, node }) => [text.slice(span.start, span.end), own, tagOf(node)])).toEqual(
			[
				["CREATE TABLE é (x int)", "CREATE TABLE é (x int)", "CreateStmt"],
				["SELECT 'ü'", "SELECT 'ü'", "SelectStmt"],
			],
		);
		expect(statements[0]?.leadingComments.map((comment) => comment.text)).toEqual(["a"]);
	});

	it.each(["", " \n", "-- only a comment", ";;", "\ufeff", "\\set x 1\n"])("finds nothing in %j", async (text) => {
		expect(await read(text)).toMatchObject({ statements: [], problems: [] });
	});

	it("makes the tree's locations UTF-16 offsets from the statement's start", async () => {
		const { statements } = await read(
			"SELECT 1;\n/* é😀 */ SELECT 'é😀' AS x, größe, \"😀\".z FROM größe JOIN tab ON true;",
		);
		const [, statement] = statements;
		const words = locations(statement?.node, "")
			.filter(({ key }) => key === "ColumnRef" || key === "RangeVar")
			.map(({ location }) => statement?.text.slice(location).split(/[ ,.;]/)[0]);
		expect(words).toEqual(["größe", '"😀"', "größe", "tab"]);
	});

	it("gives a statement the same tree wherever it stands", async () => {
		const alone = await read("CREATE TABLE t (ü int, b text DEFAULT 'ö')");
		const among = await read("SELECT 'ä';CREATE TABLE t (ü int, b text DEFAULT 'ö');SELECT 2");
		const last = await read("SELEC;\n\n\nCREATE TABLE t (ü int, b text DEFAULT 'ö')");
		expect(among.statements[1]?.node).toEqual(alone.statements[0]?.node);
		expect(last.statements[1]?.node).toEqual(alone.statements[0]?.node);
	});

	it("parses only what an edit touched", async () => {
		const reader = await createSqlReader();
		const before = reader.read({ path: "a.sql", text: "CREATE TABLE a (x int);\nCREATE TABLE b (y int);" });
		const after = reader.read({ path: "a.sql", text: "\nCREATE TABLE a (x bigint);\nCREATE TABLE b (y int);" });
		expect(after.statements[1]?.node).toBe(before.statements[1]?.node);
		expect(after.statements[0]?.node).not.toBe(before.statements[0]?.node);
		expect(after.statements[1]?.span.start).toBe((before.statements[1]?.span.start ?? 0) + 4);
	});

	it("reads only the parts that run upwards", async () => {
		const reader = await createSqlReader();
		const text = "SELECT 1;\nSELECT 2;\nSELECT 3;";
		const { statements } = reader.read({
			path: "a.sql",
			text,
			up: [
				{ start: 0, end: 9 },
				{ start: 20, end: text.length },
			],
		});
		expect(statements.map((statement) => statement.text)).toEqual(["SELECT 1", "SELECT 3"]);
	});

	it("reads more than one batch, and statements longer than one", async () => {
		const long = `SELECT '${"x".repeat(250_000)}'`;
		const text = [
			...Array.from({ length: 3000 }, (_, index) => `CREATE TABLE t${index} (id uuid PRIMARY KEY, n text NOT NULL)`),
			long,
			"SELECT 1",
		].join(";\n");
		const file = await read(text);
		expect(file.problems).toEqual([]);
		expect(file.statements).toHaveLength(3002);
		expect(file.statements.every(({ node }) => node !== null)).toBe(true);
	});

	it("reads NUL bytes and lone surrogates without losing what follows", async () => {
		const file = await read("SELECT '\0a' AS x, y\0z;\nSELECT '\ud800', 'é', b FROM c;\nCREATE TABLE t (a int);");
		expect(tags(file)).toEqual(["SelectStmt", "SelectStmt", "CreateStmt"]);
		const [, statement] = file.statements;
		const column = locations(statement?.node).find(({ key }) => key === "ColumnRef");
		expect(statement?.text.slice(column?.location)).toBe("b FROM c");
	});

	describe("what migration tools and psql fill in", () => {
		it("is a name where a name is expected, and keeps its spelling", async () => {
			const { statements } = await read("CREATE TABLE ${Schema}.orders (id int);");
			expect(statements[0]?.node).toMatchObject({
				CreateStmt: { relation: { schemaname: "${Schema}", relname: "orders" } },
			});
		});

		it("may be part of a name", async () => {
			const { statements } = await read("CREATE TABLE tenant_${id}_orders (id int);");
			expect(statements[0]?.node).toMatchObject({ CreateStmt: { relation: { relname: "tenant_${id}_orders" } } });
		});

		it("may be a value, a whole clause, or in quotes", async () => {
			const file = await read(
				"ALTER TABLE a SET (fillfactor = ${f});\nCREATE TABLE b (x int) ${storage};\nSELECT '${x}', \"${y}\", $$ ${z} $$;",
			);
			expect(tags(file)).toEqual(["AlterTableStmt", "CreateStmt", "SelectStmt"]);
			expect(file.problems).toEqual([]);
		});

		it("is of Go's kind or Jinja's, too: one name, however it is spaced, and no text that is about templates", async () => {
			const { statements, problems } = await read(
				"CREATE TABLE \"{{ .Schema }}\".a (x int);\nCREATE TABLE {{.Schema}}.b (x text DEFAULT '{{ name }}');\nSET search_path = '{{ .Schema }}';",
			);
			expect(problems).toEqual([]);
			const schemas = statements.map(({ node }) => JSON.stringify(node).match(/\{\{[^}]*\}\}/g));
			expect(schemas).toEqual([["{{.Schema}}"], ["{{.Schema}}", "{{ name }}"], ["{{.Schema}}"]]);
		});

		it("may be reached over a path, and by a function of the template's, within a longer name too", async () => {
			const file = await read(
				"CREATE TABLE {{ .Tenant.Schema }}.a (x int);\nCREATE INDEX {{ identifier .Options.table }}_x_idx ON {{ identifier .Options.table }} (x);",
			);
			expect(file.problems).toEqual([]);
			expect(file.statements.map(({ node }) => node)).toMatchObject([
				{ CreateStmt: { relation: { schemaname: "{{.Tenant.Schema}}", relname: "a" } } },
				{ IndexStmt: { relation: { relname: "{{identifier .Options.table}}" } } },
			]);
			expect(JSON.stringify(file.statements[1]?.node)).toContain("{{identifier .Options.table}}_x_idx");
		});

		it("may be a template's condition, or a comment in a schema's place", async () => {
			const file = await read(
				'CREATE INDEX {{ if not .InTransaction }}CONCURRENTLY{{ end }} i ON "{{ .Schema }}".t (a);\nCREATE INDEX j ON /* SCHEMA */."t" (b);\nCREATE INDEX k ON "{{ index .Options "Schema" }}"."t" (c);',
			);
			expect(file.problems).toEqual([]);
			expect(file.statements.map(({ node }) => node)).toMatchObject([
				{ IndexStmt: { idxname: "i", concurrent: true, relation: { schemaname: "{{.Schema}}", relname: "t" } } },
				{ IndexStmt: { idxname: "j", relation: { relname: "t" } } },
				{ IndexStmt: { idxname: "k", relation: { relname: "t" } } },
			]);
		});

		it("is reported where it is a whole statement", async () => {
			const file = await read("${grants};\nSELECT 1;");
			expect(tags(file)).toEqual(["SelectStmt"]);
			expect(file.problems.map(({ kind }) => kind)).toEqual(["dynamic"]);
		});

		it("keeps offsets", async () => {
			const { statements } = await read("SELECT ${a}, b;");
			expect(
				locations(statements[0]?.node)
					.filter(({ key }) => key === "ColumnRef")
					.map(({ location }) => location),
			).toEqual([7, 13]);
		});

		it("knows psql's variables from casts and slices", async () => {
			const file = await read(
				"CREATE ROLE :\"name\" PASSWORD :'word';\nSELECT a::text, b[1:n], b[i:j] FROM :table_name WHERE x = :x::int;\nALTER DATABASE :db SET a = 1;",
			);
			expect(file.problems).toEqual([]);
			expect(file.statements[0]?.node).toMatchObject({ CreateRoleStmt: { role: "name" } });
		});
	});

	describe("what can't be read", () => {
		it("costs itself alone", async () => {
			const file = await read("CREATE TABLE a (x int);\nCREATE TABEL b (y int);\nCREATE TABLE c (z int);");
			expect(tags(file)).toEqual(["CreateStmt", "failed", "CreateStmt"]);
			expect(problems(file)).toEqual([
				["TABEL", 'PostgreSQL can\'t read this statement: syntax error at or near "TABEL".'],
			]);
			expect(file.problems[0]).toMatchObject({ kind: "syntax", severity: "error", location: { file: "test.sql" } });
		});

		it("never changes what another statement gives", async () => {
			const good = fc.constantFrom(
				"CREATE TABLE a (é int)",
				"SELECT 'x;'",
				"DO $$ BEGIN NULL; END $$",
				"-- c\nGRANT SELECT ON a TO b",
				"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)",
			);
			const bad = fc.constantFrom(
				"SELEC 1",
				"CREATE TABLE (",
				"CREATE TABLE x (a int,)",
				")",
				"INSERT INTO",
				"DROP TABEL é",
				"SELECT 1 2 3",
				"CREATE RULE r AS ON",
				"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END x",
			);
			await fc.assert(
				fc.asyncProperty(
					fc.array(
						fc.oneof(
							good,
							bad.map((sql) => `!${sql}`),
						),
						{ maxLength: 12 },
					),
					async (statements) => {
						const file = await read(statements.map((sql) => sql.replace(/^!/, "")).join(";\n"));
						expect(tags(file).map((tag) => tag === "failed")).toEqual(statements.map((sql) => sql.startsWith("!")));
						for (const [index, sql] of statements.entries()) {
							const [alone] = (await read(sql.replace(/^!/, ""))).statements;
							expect(file.statements[index]?.node).toEqual(alone?.node);
						}
					},
				),
			);
		});

		it("never throws, and keeps the rest, for random text before it", async () => {
			const unit = fc.constantFrom(
				"'",
				'"',
				"$$",
				"$a$",
				"/*",
				"*/",
				"--",
				"\n",
				"E'",
				"${",
				"}",
				"\\",
				";",
				"a",
				"é",
				"😀",
				"\ud800",
				"1",
				" ",
				"\0",
				"(",
				")",
				":",
				"CREATE",
				"SELECT",
				"COPY a FROM stdin;",
				"CASE",
				"BEGIN ATOMIC",
				"\\.",
			);
			await fc.assert(
				fc.asyncProperty(fc.string({ unit, maxLength: 40 }), async (text) => {
					const file = await read(text);
					for (const { span, text: own } of file.statements) expect(text.slice(span.start, span.end)).toBe(own);
					for (const { location } of file.problems) expect(location.span.end).toBeGreaterThan(location.span.start);
					expect(file.statements.filter(({ node }) => node === null).length).toBeLessThanOrEqual(file.problems.length);
				}),
				{ numRuns: 500 },
			);
		});

		it("isn't tried when it is too deep or too long, and the parser stays sound", async () => {
			const deep = [
				`SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)}`,
				`SELECT ${"NOT ".repeat(5000)}true`,
				`SELECT 1${" + 1".repeat(20_000)}`,
				`SELECT * FROM ${"(SELECT * FROM ".repeat(1000)}t${") x".repeat(1000)}`,
			];
			const long = `SELECT '${"x".repeat(17_000_000)}'`;
			const file = await read(["CREATE TABLE a (x int)", ...deep, long, "CREATE TABLE b (y int)"].join(";\n"));
			expect(tags(file)).toEqual(["CreateStmt", "failed", "failed", "failed", "failed", "failed", "CreateStmt"]);
			for (const { message } of file.problems) expect(message).toMatch(/too (?:deeply|long)/);
		});

		it("reads what is merely large", async () => {
			const file = await read(
				`SELECT '${"x".repeat(10_000_000)}';\nINSERT INTO t VALUES ${Array(20_000).fill("(1, 'abc', -2.5)").join(",")};\nSELECT ${Array(5000).fill("a = 1").join(" AND ")};`,
			);
			expect(tags(file)).toEqual(["SelectStmt", "InsertStmt", "SelectStmt"]);
		});
	});
});
