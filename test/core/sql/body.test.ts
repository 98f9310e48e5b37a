import { describe, expect, it } from "vitest";
import { type Body, type BodyItem, bodyOf } from "../../../src/core/sql/body";
import fc from "../../random-cases";
import { locations, read, tagOf } from "./reading";

async function bodyIn(sql: string): Promise<Body | null> {
	const { statements } = await read(sql);
	const [statement] = statements;
	if (!statement) throw new Error("no statement");
	return bodyOf(statement);
}

async function itemsIn(sql: string): Promise<readonly BodyItem[]> {
	return (await bodyIn(sql))?.items ?? [];
}

const inDo = (code: string) => `SELECT 0;\nDO $x$\n${code}\n$x$;`;

/** Items of the DO block around the code, as `text in the file | tag | branches`. */
async function summary(code: string): Promise<string[]> {
	const sql = inDo(code);
	const { statements } = await read(sql);
	const body = statements[1] && bodyOf(statements[1]);
	return (body?.items ?? []).map((item) => {
		const branches = item.branches.map(({ kind, condition }) => `${kind} ${condition}`).join(" > ");
		const [span, tag] =
			"statement" in item ? [item.statement.span, tagOf(item.statement.node)] : [item.span, `dynamic ${item.dynamic}`];
		return [sql.slice(span.start, span.end), tag, branches].filter((part) => part !== "").join(" | ");
	});
}

describe("bodyOf", () => {
	it("gives null for what has no body", async () => {
		expect(await bodyIn("SELECT 1")).toBeNull();
		expect(await bodyIn("SELEC 1")).toBeNull();
		expect(await bodyIn("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'lib', 'symbol'")).toBeNull();
		expect(await bodyIn("CREATE FUNCTION f() RETURNS int LANGUAGE internal AS 'x'")).toBeNull();
	});

	it("gives no items for other languages", async () => {
		expect(await bodyIn("DO LANGUAGE plpython3u 'x = 1; y = 2'")).toEqual({ language: "plpython3u", items: [] });
	});

	it.each([
		["DO $$ BEGIN DELETE FROM a; END $$", "plpgsql"],
		["DO LANGUAGE plpgsql 'BEGIN DELETE FROM a; END'", "plpgsql"],
		["DO E'BEGIN\\nDELETE FROM a; END'", "plpgsql"],
		[
			"CREATE FUNCTION f(x int DEFAULT 1) RETURNS trigger AS $f$ BEGIN DELETE FROM a; END $f$ LANGUAGE PLPGSQL SECURITY DEFINER SET search_path = ''",
			"plpgsql",
		],
		[
			"CREATE OR REPLACE PROCEDURE p(a text DEFAULT 'AS $$') LANGUAGE plpgsql AS /* c */ $$ BEGIN DELETE FROM a; END $$",
			"plpgsql",
		],
		["CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM a'", "sql"],
		["CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM a; END", "sql"],
	])("reads %s", async (sql, language) => {
		const body = await bodyIn(sql);
		expect(body?.language).toBe(language);
		expect(body?.items).toMatchObject([
			{ statement: { text: "DELETE FROM a" }, conditional: false, looped: false, branches: [] },
		]);
	});

	it("reads RETURN of an SQL function as the query that it is", async () => {
		const [item] = await itemsIn("CREATE FUNCTION f(a int) RETURNS int RETURN (SELECT max(b) FROM t WHERE c = a)");
		expect(item && "statement" in item && tagOf(item.statement.node)).toBe("SelectStmt");
	});

	it("places statements in the file, wherever the outer statement stands", async () => {
		const sql = "DO $$ BEGIN\n\tUPDATE größe SET a = 'é' WHERE b = 1; END $$";
		for (const text of [sql, `SELECT 'é';\n${sql}`]) {
			const { statements } = await read(text);
			const outer = statements.at(-1);
			const [item] = (outer && bodyOf(outer))?.items ?? [];
			if (!item || !("statement" in item)) throw new Error("no item");
			const { span, node } = item.statement;
			expect(text.slice(span.start, span.end)).toBe("UPDATE größe SET a = 'é' WHERE b = 1");
			const table = locations(node).find(({ location }) => text.startsWith("größe", span.start + location));
			expect(table).toBeDefined();
		}
	});

	it("keeps places where a body is in single quotes", async () => {
		const sql =
			"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'INSERT INTO a VALUES (''it''''s'', ''''); DELETE FROM b'";
		const [first, second] = await itemsIn(sql);
		if (!first || !("statement" in first) || !second || !("statement" in second)) throw new Error("no items");
		expect(tagOf(first.statement.node)).toBe("InsertStmt");
		expect(sql.slice(second.statement.span.start, second.statement.span.end)).toBe("DELETE FROM b");
	});
});

describe("PL/pgSQL", () => {
	it("is plain where only an exception is caught", async () => {
		expect(
			await summary(
				"BEGIN CREATE TYPE x AS ENUM ('a'); EXCEPTION WHEN duplicate_object OR others THEN DROP TYPE y; WHEN raise_exception THEN NULL; END",
			),
		).toEqual([
			"CREATE TYPE x AS ENUM ('a') | CreateEnumStmt",
			"DROP TYPE y | DropStmt | handler duplicate_object OR others",
		]);
	});

	it("tells the branches of IF apart", async () => {
		const code =
			"BEGIN IF NOT EXISTS (SELECT 1 FROM t WHERE CASE WHEN a THEN b END) THEN DROP TABLE a; ELSIF x = 1 THEN DROP TABLE b; ELSEIF y THEN NULL; ELSE DROP TABLE c; END IF; DROP TABLE d; END";
		const condition = "NOT EXISTS (SELECT 1 FROM t WHERE CASE WHEN a THEN b END)";
		expect(await summary(code)).toEqual([
			`DROP TABLE a | DropStmt | then ${condition}`,
			`DROP TABLE b | DropStmt | else ${condition} > then x = 1`,
			`DROP TABLE c | DropStmt | else ${condition} > else x = 1 > else y`,
			"DROP TABLE d | DropStmt",
		]);
	});

	it("tells the branches of CASE apart, and an expression's CASE from the statement", async () => {
		expect(
			await summary(
				"BEGIN CASE a WHEN 1 THEN DROP TABLE a; WHEN 2, 3 THEN DROP TABLE b; ELSE DROP TABLE c; END CASE; x := CASE WHEN a THEN 1 END; DROP TABLE d; END",
			),
		).toEqual([
			"DROP TABLE a | DropStmt | case 1",
			"DROP TABLE b | DropStmt | case 2, 3",
			"DROP TABLE c | DropStmt | case else",
			"DROP TABLE d | DropStmt",
		]);
	});

	it("knows loops, labels and nested blocks", async () => {
		const code = `#variable_conflict use_column
<<outer>>
DECLARE a int := 1; c CURSOR FOR SELECT 1;
BEGIN
	<<l>> LOOP DELETE FROM a; EXIT l WHEN b; END LOOP l;
	WHILE a < 3 LOOP DELETE FROM b; END LOOP;
	FOR i IN REVERSE 10..1 BY 2 LOOP DELETE FROM c; END LOOP;
	FOR r IN SELECT x FROM y WHERE z LOOP IF r.x THEN DELETE FROM d; END IF; END LOOP;
	FOREACH e SLICE 1 IN ARRAY a LOOP DELETE FROM e; END LOOP;
	DECLARE z int; BEGIN DELETE FROM f; EXCEPTION WHEN others THEN BEGIN DELETE FROM g; END; END;
	DELETE FROM h;
END outer;`;
		expect(await summary(code)).toEqual([
			"DELETE FROM a | DeleteStmt | loop ",
			"DELETE FROM b | DeleteStmt | loop a < 3",
			"DELETE FROM c | DeleteStmt | loop i IN REVERSE 10..1 BY 2",
			"SELECT x FROM y WHERE z | SelectStmt",
			"DELETE FROM d | DeleteStmt | loop r IN SELECT x FROM y WHERE z > then r.x",
			"DELETE FROM e | DeleteStmt | loop e SLICE 1 IN ARRAY a",
			"DELETE FROM f | DeleteStmt",
			"DELETE FROM g | DeleteStmt | handler others",
			"DELETE FROM h | DeleteStmt",
		]);
	});

	it("says what is conditional and what is looped", async () => {
		const items = await itemsIn("DO $$ BEGIN LOOP DELETE FROM a; IF b THEN DELETE FROM c; END IF; END LOOP; END $$");
		expect(items.map(({ conditional, looped }) => [conditional, looped])).toEqual([
			[false, true],
			[true, true],
		]);
	});

	it("never takes INTO for a new table", async () => {
		const code =
			"BEGIN SELECT a, b INTO STRICT x, y.z FROM t WHERE c; SELECT 1 INTO v; INSERT INTO q VALUES (1) RETURNING id INTO v; WITH w AS (INSERT INTO q VALUES (2) RETURNING id) SELECT id INTO v FROM w; PERFORM f(1) FROM t; RETURN QUERY SELECT 2; END";
		const items = await itemsIn(`DO $$ ${code} $$`);
		expect(items.map((item) => ("statement" in item ? tagOf(item.statement.node) : "dynamic"))).toEqual([
			"SelectStmt",
			"SelectStmt",
			"InsertStmt",
			"SelectStmt",
			"SelectStmt",
			"SelectStmt",
		]);
		expect(JSON.stringify(items)).not.toContain("intoClause");
		const [first] = items;
		expect(first && "statement" in first && first.statement.node).toMatchObject({
			SelectStmt: { fromClause: [{ RangeVar: { relname: "t" } }] },
		});
	});

	it("runs no assignment, RAISE, RETURN or the like as SQL", async () => {
		expect(
			await summary(
				"BEGIN a := 1; a = 2; b.c[1].d := (1); \"X\" := 3; RAISE NOTICE 'x; %', 1; RETURN NEW; RETURN; GET DIAGNOSTICS a = ROW_COUNT; OPEN c FOR SELECT 1; FETCH c INTO a; CLOSE c; ASSERT true; COMMIT; END",
			),
		).toEqual([]);
	});

	it("runs the queries within what is assigned, declared or returned", async () => {
		expect(
			await summary(
				"DECLARE a int := (SELECT 1); BEGIN b.c[1].d := (SELECT 2); a := f((SELECT 3 FROM (SELECT 4) x), (WITH y AS (SELECT 5) SELECT 6)); RETURN (SELECT 7); END",
			),
		).toEqual([
			"SELECT 1 | SelectStmt",
			"SELECT 2 | SelectStmt",
			"SELECT 3 FROM (SELECT 4) x | SelectStmt",
			"WITH y AS (SELECT 5) SELECT 6 | SelectStmt",
			"SELECT 7 | SelectStmt",
		]);
	});

	it("leaves a statement that isn't SQL without node", async () => {
		expect(await summary("BEGIN DELETE FROM a; DROP TABEL b; DELETE FROM c; END")).toEqual([
			"DELETE FROM a | DeleteStmt",
			"DROP TABEL b | failed",
			"DELETE FROM c | DeleteStmt",
		]);
	});

	it("never throws for random code", async () => {
		const unit = fc.constantFrom(
			"BEGIN ",
			"END ",
			"IF ",
			"THEN ",
			"ELSE ",
			"ELSIF ",
			"CASE ",
			"WHEN ",
			"LOOP ",
			"FOR ",
			"FOREACH ",
			"IN ",
			"ARRAY ",
			"EXECUTE ",
			"'a' ",
			"|| ",
			"format(",
			")",
			"(",
			"[",
			"]",
			";",
			":=",
			"=",
			"x ",
			"INTO ",
			"SELECT ",
			"DECLARE ",
			"EXCEPTION ",
			"<<",
			">>",
			"1..3 ",
			"RETURN ",
			"QUERY ",
			"PERFORM ",
			"#",
			"\n",
			"é",
			"😀",
		);
		await fc.assert(
			fc.asyncProperty(fc.string({ unit, maxLength: 40 }), async (code) => {
				const sql = inDo(code);
				const [, outer] = (await read(sql)).statements;
				for (const item of (outer && bodyOf(outer))?.items ?? []) {
					const { start, end } = "statement" in item ? item.statement.span : item.span;
					expect(start).toBeGreaterThanOrEqual(outer?.span.start ?? 0);
					expect(end).toBeLessThanOrEqual(outer?.span.end ?? 0);
					expect(end).toBeGreaterThan(start);
				}
			}),
			{ numRuns: 300 },
		);
	});
});

describe("EXECUTE", () => {
	const texts = async (code: string) =>
		(await itemsIn(inDo(code).slice("SELECT 0;\n".length))).map((item) =>
			"dynamic" in item ? item.dynamic : "static",
		);

	it("of one literal is placed at the literal", async () => {
		const sql = "DO $$ BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b' USING 1; END $$";
		const [item] = await itemsIn(sql);
		if (!item || !("dynamic" in item)) throw new Error("no item");
		expect(item.dynamic).toBe("DROP TABLE a; DROP TABLE b");
		expect(sql.slice(item.span.start, item.span.end)).toBe("EXECUTE 'DROP TABLE a; DROP TABLE b'");
		expect(item.statements.map(({ span }) => sql.slice(span.start, span.end))).toEqual([
			"DROP TABLE a",
			"DROP TABLE b",
		]);
		expect(item.statements.map(({ node }) => tagOf(node))).toEqual(["DropStmt", "DropStmt"]);
	});

	it.each([
		["EXECUTE $q$ DROP TABLE a $q$;", " DROP TABLE a "],
		["EXECUTE 'DROP TABLE ' || 'a' INTO x;", "DROP TABLE a"],
		["EXECUTE 'SELECT ''x''';", "SELECT 'x'"],
		["EXECUTE E'SELECT\\n\\'x\\'';", "SELECT\n'x'"],
		["EXECUTE ('DROP TABLE ' || quote_ident('A b'));", 'DROP TABLE "A b"'],
		["EXECUTE format('DROP TABLE %I.%s /* %L %% */', 'public', 'a', 'it''s');", "DROP TABLE public.a /* 'it''s' % */"],
		["EXECUTE format('%2$s %1$s', 'a', 'b'::text);", "b a"],
		["EXECUTE concat('DROP ', upper('table'), ' a');", "DROP TABLE a"],
		["EXECUTE 'DROP TABLE ' || replace('x_a', 'x_', '$&');", "DROP TABLE $&a"],
		["sql := 'DROP TABLE a'; EXECUTE sql;", "DROP TABLE a"],
	])("of %s is constant", async (code, expected) => {
		expect(await texts(`BEGIN ${code} END`)).toEqual([expected]);
	});

	it.each([
		"EXECUTE x;",
		"EXECUTE 'DROP TABLE ' || x;",
		"EXECUTE format('%I', x);",
		"EXECUTE format('%I');",
		"EXECUTE format('%10s', 'a');",
		"SELECT 'x' INTO sql; EXECUTE sql;",
		"EXECUTE f('a');",
		"EXECUTE 'a' 'b';",
	])("of %s isn't known", async (code) => {
		const all = await texts(`DECLARE sql text := 'DROP TABLE a'; BEGIN ${code} END`);
		expect(all.at(-1)).toBeNull();
	});

	it.each([
		"IF current_user = 'x' THEN t := 'b'; END IF;",
		"CASE current_user WHEN 'x' THEN t := 'b'; ELSE t := 'c'; END CASE;",
		"IF current_user = 'x' THEN BEGIN t := 'b'; END; END IF;",
		"EXECUTE 'SELECT current_user' INTO t;",
	])("isn't known of a variable that may hold something else by then: %s", async (code) => {
		expect((await texts(`DECLARE t text := 'a'; BEGIN ${code} EXECUTE 'DROP TABLE ' || t; END`)).at(-1)).toBeNull();
	});

	it("is known within the branch that assigns it, and where another branch assigns another variable", async () => {
		expect(
			await texts(
				"DECLARE t text := 'a'; u text; BEGIN IF now() IS NULL THEN u := 'b'; EXECUTE 'DROP TABLE ' || u; ELSE u := 'c'; EXECUTE 'DROP TABLE ' || u; END IF; EXECUTE 'DROP TABLE ' || t; END",
			),
		).toEqual(["DROP TABLE b", "DROP TABLE c", "DROP TABLE a"]);
	});

	it("runs once for each value of a constant list", async () => {
		const drops = ["DROP TABLE a", "DROP TABLE b"];
		expect(
			await texts(
				"DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END",
			),
		).toEqual(drops);
		expect(
			await texts("BEGIN FOREACH t IN ARRAY '{a, b}'::text[] LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END"),
		).toEqual(drops);
		expect(
			(
				await texts("BEGIN FOR t IN SELECT unnest(ARRAY['a', 'b']) LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END")
			).slice(-2),
		).toEqual(drops);
		expect(
			await texts(
				"DECLARE q text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP q := 'DROP TABLE ' || t; EXECUTE q; END LOOP; END",
			),
		).toEqual(drops);
		expect(
			await texts(
				"BEGIN FOR i IN 0..1 LOOP FOR j IN 1..2 LOOP EXECUTE format('DROP TABLE p_%s_%s', i, j); END LOOP; END LOOP; END",
			),
		).toEqual(["DROP TABLE p_0_1", "DROP TABLE p_0_2", "DROP TABLE p_1_1", "DROP TABLE p_1_2"]);
	});

	it("runs once for each name in an array that a variable holds", async () => {
		expect(
			await texts(
				"DECLARE names text[] := ARRAY['a', 'b']; t text; BEGIN FOREACH t IN ARRAY names LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END",
			),
		).toEqual(["DROP TABLE a", "DROP TABLE b"]);
	});

	it("isn't unrolled without end", async () => {
		expect(await texts("BEGIN FOR i IN 1..100000 LOOP EXECUTE 'SELECT ' || i; END LOOP; END")).toEqual([null]);
		expect(
			await texts(
				"BEGIN FOR i IN 1..1000 LOOP FOR j IN 1..1000 LOOP EXECUTE 'SELECT ' || i || j; END LOOP; END LOOP; END",
			),
		).toEqual([null]);
	});
});
