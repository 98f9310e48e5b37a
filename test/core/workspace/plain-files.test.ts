import { describe, expect, it } from "vitest";
import { found, workspace } from "./finding";

const table = (name: string) => `CREATE TABLE ${name} (id int);\n`;

describe("releases", () => {
	const upgrade = (name: string) =>
		`ALTER TABLE ${name} ADD more int;\nCREATE TABLE IF NOT EXISTS ${name}_notes (id int);`;

	it("are no part of a schema beside them that has what they bring", () => {
		const files = workspace(
			{ "db/init.sql": ["a", "a_notes", "b", "b_notes"].map(table).join("") },
			{ "db/1.2.0/1.2.0.sql": upgrade("a") },
			{ "db/1.10.0/1.10.0.sql": upgrade("b") },
			{ "data/upgrade/v2.0.1/schema_update.sql": upgrade("b") },
			{ "db/3.0.0_schema/ddl.sql": upgrade("a") },
			{ "steps/app.upgrade.3.0.to.3.1.sql": upgrade("b") },
		);
		expect(found(files)).toEqual(["declarative db/init.sql: db/init.sql"]);
	});

	it("are none in a folder of their own either, though one table of theirs is missing there", () => {
		const files = {
			"sql/schema.sql": ["a", "b", "c", "d", "e", "f", "g"].map((name) => table(name)).join(""),
			"sql/upgrade/1.1.0.sql": `${table("b")}ALTER TABLE a ADD x int;`,
			"sql/upgrade/1.2.0.sql": `${table("c")}${table("left_out")}ALTER TABLE d ADD x int;`,
		};
		expect(found(workspace(files))).toEqual(["declarative sql/schema.sql: sql/schema.sql"]);
	});

	it("are the schema where nothing else is, or where that is something else", () => {
		const alone = workspace({ "db/1.0.0/a.sql": table("a") }, { "db/1.1.0/a.sql": upgrade("a") });
		expect(found(alone).join()).toContain("1.1.0/a.sql");
		const other = workspace({ "db/init.sql": table("z") }, { "db/1.0.0/a.sql": table("a") + upgrade("a") });
		expect(found(other).join()).toContain("1.0.0/a.sql");
	});

	it("are one database with a folder each, in the order of their numbers", () => {
		const files = workspace("db/3.9/0001_a.sql", "db/3.9/0000_b.sql", "db/3.10/0000_c.sql");
		expect(found(files)).toEqual(["ordered db: 3.9/0000_b.sql, 3.9/0001_a.sql, 3.10/0000_c.sql"]);
	});

	it("give way to the schema that they upgrade to, however much of it they brought", () => {
		const releases = workspace(
			{ "db/1.9/0000_b.sql": table("b") },
			{ "db/1.10/0000_a.sql": `ALTER TABLE a ADD x int;\n${table("c")}` },
		);
		const latest = workspace({ "db/LATEST.sql": ["a", "b", "c"].map(table).join("") });
		expect(found([...releases, ...latest])).toEqual(["declarative db/LATEST.sql: db/LATEST.sql"]);
		const complete = workspace(
			{ "db/1.9/0000_a.sql": table("a") + table("b") },
			...releases.slice(1).map(({ path, text }) => ({ [path]: text })),
		);
		expect(found([...complete, ...latest])).toEqual(["ordered db: 1.9/0000_a.sql, 1.10/0000_a.sql"]);
	});
});

it("functions come after the views whose rows their variables hold", () => {
	const files = workspace(
		{
			"s/functions.sql":
				"CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE row Alarm_Info; BEGIN RETURN 1; END $$;",
		},
		{ "s/tables.sql": table("alarms") },
		{ "s/views.sql": "CREATE VIEW alarm_info AS SELECT * FROM alarms;" },
	);
	expect(found(files)).toEqual(["declarative s: tables.sql, views.sql, functions.sql"]);
});

it("an extension's own scripts are not the product's schema", () => {
	const files = workspace(
		"rbac--1.0.sql",
		"rbac--1.0--1.1.sql",
		"ext/my_ext--2.0.0-beta.sql",
		"db/schema.sql",
		"db/02--b.sql",
	);
	expect(found(files)).toEqual(["declarative db: 02--b.sql, schema.sql"]);
});

it("files run after those that create the tables whose rights they give or take", () => {
	const files = workspace(
		{
			"s/a_rights.sql":
				"REVOKE ALL ON TABLE b FROM PUBLIC; GRANT SELECT ON c TO PUBLIC; GRANT USAGE ON SCHEMA public TO PUBLIC;",
		},
		{ "s/b.sql": table("b") },
		{ "s/c.sql": table("c") },
	);
	expect(found(files)).toEqual(["declarative s: b.sql, c.sql, a_rights.sql"]);
});

describe("plain ordered files", () => {
	it("bring along what they include, wherever a container has it", () => {
		const files = workspace(
			{ "init/01_schema.sql": "SET search_path = app;\n\\i /sql/tables/a.sql\n\\ir ../sql/b.sql\n" },
			{ "init/02_more.sql": table("c") },
			{ "db/sql/tables/a.sql": table("a"), "sql/b.sql": table("b") },
		);
		expect(found(files)).toEqual(["ordered init: 01_schema.sql, db/sql/tables/a.sql, sql/b.sql, 02_more.sql"]);
		const master = workspace(
			{ "init/01_all.sql": "\\ir ../sql/1_a.sql\n\\ir ../sql/2_b.sql\n", "init/02_c.sql": table("c") },
			"sql/1_a.sql",
			"sql/2_b.sql",
		);
		expect(found(master)).toEqual(["ordered init: 01_all.sql, sql/1_a.sql, sql/2_b.sql, 02_c.sql"]);
	});

	it("run by number or timestamp", () => {
		expect(found(workspace("sql/10-c.sql", "sql/2_b.sql", "sql/001.sql"))).toEqual([
			"ordered sql: 001.sql, 2_b.sql, 10-c.sql",
		]);
		expect(found(workspace("2024-01-05-a.sql", "2023-12-31-b.sql"))).toEqual([
			"ordered .: 2023-12-31-b.sql, 2024-01-05-a.sql",
		]);
	});

	it("leave out what undoes them", () => {
		expect(
			found(
				workspace(
					"m/1_a.sql",
					"m/1_a.down.sql",
					"m/2_b.sql",
					"m/2_b_rollback.sql",
					"m/2.undo.b.sql",
					"m/rollback/1.sql",
				),
			),
		).toEqual(["ordered m: 1_a.sql, 2_b.sql"]);
	});

	it("run folder by folder with Diesel", () => {
		expect(
			found(
				workspace(
					"migrations/2024-01-02-b/up.sql",
					"migrations/2024-01-02-b/down.sql",
					"migrations/2024-01-01-a/up.sql",
					"migrations/2024-01-01-a/down.sql",
				),
			),
		).toEqual(["ordered migrations: 2024-01-01-a/up.sql, 2024-01-02-b/up.sql"]);
	});

	it("run by Diesel's version, which has no hyphens, and by number where no name has one", () => {
		expect(
			found(
				workspace(
					"migrations/2024-03-04-050607-0000_d/up.sql",
					"migrations/2018-01-02-030405_b/up.sql",
					"migrations/20170102030405_a/up.sql",
					"migrations/2025-01-02-030405_e/up.sql",
					"migrations/00000000000000_diesel_initial_setup/up.sql",
				),
			),
		).toEqual([
			"ordered migrations: 00000000000000_diesel_initial_setup/up.sql, 20170102030405_a/up.sql, 2018-01-02-030405_b/up.sql, 2024-03-04-050607-0000_d/up.sql, 2025-01-02-030405_e/up.sql",
		]);
		expect(found(workspace("migrations/10_b/up.sql", "migrations/2_a/up.sql"))).toEqual([
			"ordered migrations: 2_a/up.sql, 10_b/up.sql",
		]);
		expect(found(workspace("migrations/10-b/up.sql", "migrations/2-a/up.sql"))).toEqual([
			"ordered migrations: 2-a/up.sql, 10-b/up.sql",
		]);
	});

	it("may be a single file in a migrations folder", () => {
		expect(found(workspace("db/migrations/001_init.sql"))).toEqual(["ordered db/migrations: 001_init.sql"]);
		expect(found(workspace("db/migrations/committed/1.sql"))).toEqual(["ordered db/migrations/committed: 1.sql"]);
		expect(found(workspace("001_init.sql"))).toEqual(["declarative 001_init.sql: 001_init.sql"]);
	});

	it("may hold files without DDL among them, but not only those", () => {
		expect(found(workspace("m/1_a.sql", { "m/2_fill.sql": "INSERT INTO a VALUES (1);" }, "m/3_c.sql"))).toEqual([
			"ordered m: 1_a.sql, 2_fill.sql, 3_c.sql",
		]);
		expect(found(workspace({ "m/1.sql": "SELECT 1;", "m/2.sql": "SELECT 2;" }))).toEqual([]);
	});
});

describe("declarative files", () => {
	it("of a folder are one database", () => {
		expect(found(workspace("schema/a.sql", "schema/b.sql"))).toEqual(["declarative schema: a.sql, b.sql"]);
		expect(found(workspace("schema.sql"))).toEqual(["declarative schema.sql: schema.sql"]);
	});

	it("stand in an order that can run, and otherwise by name", () => {
		const files = workspace({
			"schema/a_items.sql": "CREATE TABLE items (id int, order_id int REFERENCES public.orders, s status);",
			"schema/b_orders.sql": 'CREATE TABLE orders (id int, user_id int REFERENCES "Users");',
			"schema/c_users.sql": 'CREATE TABLE "Users" (id int);',
			"schema/d_types.sql": "CREATE TYPE status AS ENUM ('a');",
			"schema/e_indexes.sql": "CREATE INDEX ON items (id);",
		});
		expect(found(files)).toEqual([
			"declarative schema: c_users.sql, b_orders.sql, d_types.sql, a_items.sql, e_indexes.sql",
		]);
	});

	it("keep their order in a circle of references", () => {
		const files = workspace({
			"s/a.sql": "CREATE TABLE a (b int REFERENCES b);",
			"s/b.sql": "CREATE TABLE b (a int REFERENCES a);",
		});
		expect(found(files)).toEqual(["declarative s: b.sql, a.sql"]);
	});

	it("follow the includes of a master file", () => {
		const files = workspace({
			"db/all.sql": "CREATE SCHEMA s;\n\\ir tables/z.sql\n\\i db/tables/a.sql\n",
			"db/tables/a.sql": table("a"),
			"db/tables/z.sql": "CREATE TABLE z (a int REFERENCES a);\n\\ir y.sql",
			"db/tables/y.sql": table("y"),
		});
		expect(found(files)).toEqual(["declarative db: all.sql, tables/z.sql, tables/y.sql, tables/a.sql"]);
	});

	it("are one database across folders that name each other's tables", () => {
		expect(
			found(
				workspace({
					"db/tables/a.sql": table("a"),
					"db/policies/p.sql": "CREATE POLICY p ON a USING (true);",
					"other/x.sql": table("x"),
				}),
			),
		).toEqual(["declarative db: tables/a.sql, policies/p.sql", "declarative other/x.sql: other/x.sql"]);
	});

	it("are one database across folders where one fills a table that only another creates", () => {
		expect(
			found(
				workspace({
					"engine/a.sql": `${table("a")}INSERT INTO versions VALUES (1);`,
					"main/v.sql": table("versions"),
				}),
			),
		).toEqual(["declarative .: main/v.sql, engine/a.sql"]);
	});

	it("that create the same tables are several databases", () => {
		expect(found(workspace({ "a.sql": table("users"), "b.sql": table("users") }))).toEqual([
			"declarative a.sql: a.sql",
			"declarative b.sql: b.sql",
		]);
	});
});
