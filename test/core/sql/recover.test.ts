import { describe, expect, it } from "vitest";
import fc from "../../random-cases";
import { problems, read, tags } from "./reading";

/** Three statements of which the second is broken so that its text would go on into the third. */
const around = (broken: string) =>
	`CREATE TABLE a (x int);\n\n${broken}\n\n-- about z\nCREATE TABLE z (x text DEFAULT 'd');\n\nCREATE TABLE zz (x text DEFAULT 'it''s');\nINSERT INTO z VALUES ('a;b');\n`;

describe("a statement that isn't closed", () => {
	it.each([
		["a quote", "CREATE TABLE b (x text DEFAULT 'abc, y int);"],
		["a quote in one of several columns", "CREATE TABLE b (\n  x text DEFAULT 'abc,\n  y int\n);"],
		["a quoted name", 'CREATE TABLE "b (x text);'],
		["a dollar quote", "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND;"],
		["a tagged dollar quote", "DO $do$\nBEGIN\n  CREATE TABLE q (x int);\nEND;"],
		["a comment", "/* CREATE TABLE b (x text);"],
		["a comment within", "CREATE TABLE b (x text /* the text );"],
		["a parenthesis", "CREATE TABLE b (x text"],
		["a parenthesis with semicolon", "CREATE TABLE b (x text;"],
		["a rule's parenthesis", "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a;"],
		["a BEGIN ATOMIC", "CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC\n  SELECT 1;\n  SELECT 2;"],
		["a word", "ALTER TABLE b ADD COLUMN"],
	])("costs itself alone: %s", async (_, broken) => {
		const file = await read(around(broken));
		const created = file.statements.flatMap(({ node, text }) => (node && "CreateStmt" in node ? [text] : []));
		expect(created).toEqual([
			"CREATE TABLE a (x int)",
			"CREATE TABLE z (x text DEFAULT 'd')",
			"CREATE TABLE zz (x text DEFAULT 'it''s')",
		]);
		expect(tags(file).at(-1)).toBe("InsertStmt");
		expect(tags(file).filter((tag) => tag === "failed")).toHaveLength(1);
		expect(file.problems).toHaveLength(1);
		const [problem] = file.problems;
		const start = file.text.indexOf(broken);
		expect(problem?.location.span.start).toBeGreaterThanOrEqual(start);
		expect(problem?.location.span.end).toBeLessThanOrEqual(start + broken.length + 1);
		const z = file.statements.find(({ text }) => text.startsWith("CREATE TABLE z "));
		expect(z?.leadingComments.map(({ text }) => text)).toEqual(["about z"]);
	});

	it("may be followed by another such", async () => {
		const file = await read(
			around(
				"CREATE TABLE b (x text DEFAULT 'abc);\n\nCREATE TABLE c (\n  y int,\n\nALTER TABLE a ADD COLUMN\n\nCREATE FUNCTION f() AS $$ BEGIN",
			),
		);
		expect(tags(file)).toEqual([
			"CreateStmt",
			"failed",
			"failed",
			"failed",
			"failed",
			"CreateStmt",
			"CreateStmt",
			"InsertStmt",
		]);
	});

	it("is at fault where an odd quote pairs with a later one", async () => {
		const file = await read(
			"CREATE TABLE a (x text DEFAULT 'a;\nCREATE TABLE b (x text DEFAULT 'b');\nCREATE TABLE c (x text);\nCREATE TABLE d (x text DEFAULT 'd');",
		);
		expect(tags(file)).toEqual(["failed", "CreateStmt", "CreateStmt", "CreateStmt"]);
	});

	it("is at fault where it turns all quotes of its own text around", async () => {
		const other = "CREATE TABLE b (x text DEFAULT 'b', y text DEFAULT 'c');";
		const file = await read(
			`CREATE TABLE a ('x int, x text DEFAULT 'a'::text,\n  y text DEFAULT 'b'::text\n);\n\n${other}\n\n${other}`,
		);
		expect(tags(file)).toEqual(["failed", "CreateStmt", "CreateStmt"]);
	});

	it("is at fault where a function's quote is closed by the next one's", async () => {
		const body = (name: string, end: string) =>
			`CREATE FUNCTION ${name}() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND;\n${end}\n`;
		const file = await read(body("f", "") + body("g", "$$;") + body("h", "$$;"));
		expect(tags(file)).toEqual(["failed", "CreateFunctionStmt", "CreateFunctionStmt"]);
	});
});

describe("a missing semicolon", () => {
	it("is reported, and both statements are read", async () => {
		const file = await read("CREATE TABLE a (x int)\n\nCREATE TABLE b (y int);\nGRANT SELECT ON a TO x\n\nSELECT 1;");
		expect(tags(file)).toEqual(["CreateStmt", "CreateStmt", "GrantStmt", "SelectStmt"]);
		expect(problems(file).map(([text, message]) => [text, message.split(":")[0]])).toEqual([
			[")", "A semicolon is missing here"],
			["x", "A semicolon is missing here"],
		]);
		expect(file.problems.every(({ kind }) => kind === "syntax")).toBe(true);
	});
});

describe("a statement that is only wrong", () => {
	it("keeps its body together", async () => {
		const file = await read(
			"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql VOLATIL AS $$\nBEGIN\n\nCREATE TABLE q (x int);\n\nINSERT INTO q VALUES (1);\nEND;\n$$;\nSELECT 1;",
		);
		expect(tags(file)).toEqual(["failed", "SelectStmt"]);
	});

	it("keeps its query together", async () => {
		const file = await read("CREATE VIEW v AS\n\nSELECT 1 FROM FROM x;\n\nSELECT 1;");
		expect(tags(file)).toEqual(["failed", "SelectStmt"]);
	});

	it("doesn't break a valid statement whose parts begin lines", async () => {
		const file = await read(
			"CREATE SCHEMA s\n\nCREATE TABLE a (x int)\n\nCREATE VIEW v AS SELECT 1;\nEXPLAIN\n\nSELECT 1;",
		);
		expect(tags(file)).toEqual(["CreateSchemaStmt", "ExplainStmt"]);
		expect(file.problems).toEqual([]);
	});
});

describe("a stray character", () => {
	const parts = (n: number) => `-- Name: orders_${n}; Type: TABLE

CREATE TABLE public.orders_${n} (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    state character varying(20) DEFAULT 'it''s new'::character varying,
    "createdAt" timestamp(6) without time zone NOT NULL
);
COMMENT ON TABLE public.orders_${n} IS 'Orders; see "docs"';

CREATE FUNCTION public.touch_${n}() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO log (what) VALUES ('touched');
    RETURN NEW;
END
$$;

ALTER TABLE ONLY public.orders_${n}
    ADD CONSTRAINT orders_${n}_pkey PRIMARY KEY (id);
ALTER TABLE public.orders_${n} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.orders_${n} USING ((id = (SELECT current_setting('app.id'::text))::uuid));
`;
	const text = Array.from({ length: 8 }, (_, index) => parts(index)).join("\n");

	it("anywhere in a file costs the statement it is in, at most its neighbours", async () => {
		const texts = (await read(text)).statements.map((statement) => statement.text);
		expect(texts).toHaveLength(48);
		const stray = fc.constantFrom("'", '"', "$$", "$a$", "(", ")", "/*", ";", ",", "--", " foo ", "\\", "${");
		await fc.assert(
			fc.asyncProperty(fc.nat(text.length), stray, async (at, inserted) => {
				const { statements } = await read(text.slice(0, at) + inserted + text.slice(at));
				const parsed = new Set(statements.flatMap(({ node, text: own }) => (node ? [own] : [])));
				expect(texts.filter((own) => !parsed.has(own)).length).toBeLessThanOrEqual(4);
			}),
			{ numRuns: 400 },
		);
	});
});

it("stays quick for a large file of which everything is broken", async () => {
	const text = Array.from({ length: 2000 }, (_, index) => `CREATE TABLE t${index} (x text DEFAULT 'a, y int);\n`).join(
		"\n",
	);
	// Looking at each statement once for each other one would take minutes.
	const file = await read(text);
	expect(file.problems.length).toBeGreaterThan(0);
}, 60_000);
