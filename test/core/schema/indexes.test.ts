import { expect, it } from "vitest";
import { modelOf, problemsOf, tableOf } from "./a-schema";

it("reads columns, expressions, INCLUDE, WHERE and method", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b text, c int);
		CREATE UNIQUE INDEX i ON t USING btree (a DESC NULLS LAST, lower(b) text_pattern_ops, (c + 1)) INCLUDE (c) WHERE (b <> 'x, (y)');
		CREATE INDEX CONCURRENTLY IF NOT EXISTS j ON t USING hash (b);
	`);
	expect(tableOf(model, "t").indexes).toMatchObject([
		{
			name: "i",
			columns: ["a", null, null],
			expressions: [null, "lower(b)", "c + 1"],
			include: ["c"],
			unique: true,
			method: "btree",
			where: "b <> 'x, (y)'",
		},
		{ name: "j", columns: ["b"], expressions: [null], include: [], unique: false, method: "hash", where: null },
	]);
});

it("leaves out indexes that back constraints", async () => {
	const model = await modelOf("CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE)");
	expect(tableOf(model, "t").indexes).toEqual([]);
});

it("drops indexes through the search path, and reports those that aren't there", async () => {
	const model = await modelOf(`
		CREATE SCHEMA app; CREATE TABLE app.t (a int); CREATE INDEX i ON app.t (a); CREATE INDEX j ON app.t (a);
		SET search_path = app; DROP INDEX i; RESET search_path; DROP INDEX app.j; DROP INDEX IF EXISTS i; DROP INDEX j;
	`);
	expect(tableOf(model, "app.t").indexes).toEqual([]);
	expect(problemsOf(model).map((problem) => problem.slice(0, 55))).toEqual([
		"unresolved: Index public.j does not exist at this point",
	]);
});

it("drops the defaults that a sequence feeds, also those that LIKE made, with the table that owns it", async () => {
	const model = await modelOf(
		"CREATE TABLE a (id serial, n int); CREATE TABLE b (LIKE a INCLUDING DEFAULTS); CREATE TABLE c (LIKE a INCLUDING DEFAULTS); DROP TABLE a CASCADE;",
	);
	expect(tableOf(model, "b").columns[0]).toMatchObject({ name: "id", default: null, notNull: true });
	expect(tableOf(model, "c").columns[0]).toMatchObject({ default: null });
});

it("keeps the first primary key, and decides by the kind of a constraint", async () => {
	const model = await modelOf(`
		CREATE TABLE a (id int PRIMARY KEY, n int); ALTER TABLE a ADD PRIMARY KEY (n);
		DO $$ BEGIN IF NOT EXISTS (SELECT constraint_name FROM information_schema.table_constraints WHERE table_name = 'a' AND constraint_type = 'PRIMARY KEY')
			THEN ALTER TABLE a ADD lost int; END IF; END $$;
		DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conrelid = 'a'::regclass AND contype = 'u') THEN ALTER TABLE a ADD UNIQUE (n); END IF; END $$;
	`);
	const table = tableOf(model, "a");
	expect(table.primaryKey?.columns).toEqual(["id"]);
	expect(table.columns.map(({ name }) => name)).toEqual(["id", "n"]);
	expect(table.uniques.map(({ columns }) => columns)).toEqual([["n"]]);
	expect(problemsOf(model).map((problem) => problem.slice(0, 55))).toEqual([
		"unresolved: Table public.a has a primary key already, s",
	]);
});

it("reports what isn't there once, with how many statements name it", async () => {
	const model = await modelOf(
		"ALTER TABLE a ADD b int; ALTER TABLE a ADD c int; CREATE INDEX ON a (b); ALTER TABLE z ADD b int; CREATE TABLE a (id int);",
	);
	expect(problemsOf(model).map((problem) => problem.replace(/\. Check.*/, ""))).toEqual([
		"unresolved: Table public.a does not exist at this point, nor for 2 later statements",
		"unresolved: Table public.z does not exist at this point",
	]);
});

it("says of a name that is put in while the file runs that what it changes is not known", async () => {
	const model = await modelOf(
		"CREATE TABLE a (id int); ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON ${name} USING (true); DROP TABLE ${other}_old;",
	);
	expect(problemsOf(model).map((problem) => problem.slice(0, 45))).toEqual([
		"dynamic: What stands for ${name} is put in wh",
		"dynamic: What stands for ${other}_old is put ",
	]);
});

it("puts indexes on materialized views", async () => {
	const model = await modelOf(
		"CREATE TABLE t (a int); CREATE MATERIALIZED VIEW m AS SELECT a FROM t; CREATE UNIQUE INDEX ON m (a);",
	);
	expect(model.views.get("public.m")?.indexes).toMatchObject([{ name: "m_a_idx", columns: ["a"], unique: true }]);
});

it("follows renames of index, columns and table", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b text); CREATE INDEX i ON t (a, lower(b)) WHERE a > 0;
		ALTER INDEX i RENAME TO k; ALTER TABLE t RENAME COLUMN a TO "Aa"; ALTER TABLE t RENAME COLUMN b TO bb; ALTER TABLE t RENAME TO u;
	`);
	expect(tableOf(model, "u").indexes).toMatchObject([
		{ name: "k", columns: ["Aa", null], expressions: [null, "lower(bb)"], where: '"Aa" > 0' },
	]);
});
