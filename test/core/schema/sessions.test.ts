import { describe, expect, it } from "vitest";
import { modelOf, problemsOf } from "./a-schema";

describe("search_path", () => {
	it("tells where unqualified names go and are found; each file starts anew", async () => {
		const model = await modelOf(
			"CREATE SCHEMA app; SET search_path TO app, public; CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE u (t_id int REFERENCES t);",
			"CREATE TABLE t (a int); CREATE INDEX ON t (a);",
		);
		expect([...model.tables.keys()]).toEqual(["app.t", "app.u", "public.t"]);
		expect(model.tables.get("app.u")?.foreignKeys[0]?.references).toEqual({ schema: "app", name: "t" });
	});

	it("set_config, RESET, SET LOCAL in a transaction and SET SCHEMA", async () => {
		const model = await modelOf(`
			CREATE SCHEMA a; CREATE SCHEMA b;
			SELECT pg_catalog.set_config('search_path', '"a"', false); CREATE TABLE one (id int);
			BEGIN; SET LOCAL search_path = b; CREATE TABLE two (id int); COMMIT; CREATE TABLE three (id int);
			RESET search_path; CREATE TABLE four (id int); SET SCHEMA 'b'; CREATE TABLE five (id int);
		`);
		expect([...model.tables.keys()]).toEqual(["a.one", "b.two", "a.three", "public.four", "b.five"]);
	});

	it("ALTER DATABASE … SET holds for later files", async () => {
		const model = await modelOf(
			"CREATE SCHEMA app; ALTER DATABASE db SET search_path = app; CREATE TABLE now (id int)",
			"CREATE TABLE later (id int)",
		);
		expect([...model.tables.keys()]).toEqual(["public.now", "app.later"]);
	});

	it("skips schemas that don't exist, but not those that only this workspace fills", async () => {
		const model = await modelOf(
			"SET search_path = nowhere, public; CREATE TABLE a (id int); CREATE TABLE tool_made.b (id int); SET search_path = tool_made; CREATE TABLE c (id int);",
		);
		expect([...model.tables.keys()]).toEqual(["public.a", "tool_made.b", "tool_made.c"]);
	});

	it("takes the temporary functions and types of a session with it", async () => {
		const model = await modelOf(
			"CREATE FUNCTION pg_temp.next_id() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TYPE pg_temp.mood AS ENUM ('a'); CREATE TABLE kept (id int);",
		);
		expect([[...model.functions.keys()], [...model.types.keys()], [...model.tables.keys()]]).toEqual([
			[],
			[],
			["public.kept"],
		]);
	});

	it("reaches the elements of CREATE SCHEMA", async () => {
		const model = await modelOf(
			"CREATE SCHEMA app CREATE TABLE t (id int) CREATE VIEW v AS SELECT id FROM t; CREATE TABLE u (id int);",
		);
		expect([...model.tables.keys(), ...model.views.keys()]).toEqual(["app.t", "public.u", "app.v"]);
		expect(model.views.get("app.v")?.reads).toEqual(["app.t"]);
	});
});

describe("transactions", () => {
	it("what is rolled back never was", async () => {
		const model = await modelOf(`
			BEGIN; CREATE TABLE kept (id int); SAVEPOINT s; CREATE TABLE undone (id int); ROLLBACK TO s; CREATE TABLE too (id int); COMMIT;
			BEGIN; DROP TABLE kept; ALTER TABLE too ADD a int; ROLLBACK;
		`);
		expect([...model.tables.values()].map((table) => [table.name, table.columns.length])).toEqual([
			["kept", 1],
			["too", 1],
		]);
	});

	it("a transaction that the file leaves open is undone, and reported", async () => {
		const model = await modelOf("CREATE TABLE a (id int); BEGIN; CREATE TABLE b (id int);");
		expect([...model.tables.keys()]).toEqual(["public.a"]);
		expect(model.problems).toMatchObject([
			{ kind: "unresolved", severity: "warning", location: { span: { start: 25, end: 30 } } },
		]);
	});
});

it("says what it has no place for", async () => {
	const model = await modelOf(
		"CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; CREATE SERVER s FOREIGN DATA WRAPPER w; ANALYZE t; SET work_mem = 5; SELECT 1;",
	);
	expect(problemsOf(model)).toEqual([
		"unsupported: This makes or changes a rewrite rule, which the schema shown here leaves out.",
		"unsupported: This makes or changes a foreign server, which the schema shown here leaves out.",
	]);
});
