import { expect, it } from "vitest";
import { modelOf, problemsOf, tableOf } from "./a-schema";

it("a renamed column has its new name in keys, foreign keys, checks, indexes, generated columns and policies", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE);
		CREATE TABLE c (a int PRIMARY KEY, code text REFERENCES p (code), CHECK (length(code) > a), g int GENERATED ALWAYS AS (a + 1) STORED);
		CREATE POLICY own ON c USING (c.a = 1 AND code = current_setting('app.code'));
		ALTER TABLE p RENAME COLUMN code TO "Code";
		ALTER TABLE c RENAME a TO id;
		ALTER TABLE c RENAME code TO p_code;
	`);
	const table = tableOf(model, "c");
	expect(tableOf(model, "p").uniques).toMatchObject([{ columns: ["Code"] }]);
	expect(table).toMatchObject({
		primaryKey: { columns: ["id"] },
		foreignKeys: [{ columns: ["p_code"], to: ["Code"] }],
		checks: [{ expression: "length(p_code) > id" }],
		policies: [{ using: "c.id = 1 AND p_code = current_setting('app.code')", usesColumns: ["id", "p_code"] }],
	});
	expect(table.columns.at(-1)?.generated).toBe("id + 1");
});

it("a renamed or moved table is followed by foreign keys, views, sequences and policies", async () => {
	const model = await modelOf(`
		CREATE SCHEMA app;
		CREATE TABLE p (id serial PRIMARY KEY);
		CREATE TABLE c (p_id int REFERENCES p);
		CREATE VIEW v AS SELECT p.id FROM p;
		CREATE POLICY own ON c USING (p_id IN (SELECT id FROM p WHERE p.id > 0));
		ALTER TABLE p RENAME TO parents;
		ALTER TABLE parents SET SCHEMA app;
	`);
	expect([...model.tables.keys()]).toEqual(["app.parents", "public.c"]);
	expect(tableOf(model, "c").foreignKeys[0]?.references).toEqual({ schema: "app", name: "parents" });
	expect(model.views.get("public.v")).toMatchObject({
		reads: ["app.parents"],
		query: "SELECT parents.id FROM app.parents",
	});
	expect(tableOf(model, "c").policies[0]).toMatchObject({
		usesTables: ["app.parents"],
		using: "p_id IN (SELECT id FROM app.parents WHERE parents.id > 0)",
	});
	expect([...model.sequences.keys()]).toEqual(["app.p_id_seq"]);
	expect(tableOf(model, "app.parents").columns[0]?.default).toBe("nextval('app.p_id_seq'::regclass)");
});

it("places the name where the rename gives it", async () => {
	const text = 'CREATE TABLE t (a int); ALTER TABLE t RENAME TO "New One"; ALTER TABLE "New One" RENAME COLUMN a TO b;';
	const table = tableOf(await modelOf(text), "New One");
	const at = ({ span }: { span: { start: number; end: number } }) => text.slice(span.start, span.end);
	expect(at(table.nameLocation)).toBe('"New One"');
	expect(at(table.location)).toBe("CREATE TABLE t (a int)");
	expect(table.columns.map((column) => at(column.nameLocation))).toEqual(["b"]);
	expect(table.alterations.map(at)).toEqual([
		'ALTER TABLE t RENAME TO "New One"',
		'ALTER TABLE "New One" RENAME COLUMN a TO b',
	]);
});

it("renames constraints with their indexes, and indexes with their constraints", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, CONSTRAINT c CHECK (b > 0));
		ALTER TABLE t RENAME CONSTRAINT t_pkey TO pk; ALTER INDEX t_b_key RENAME TO bk; ALTER TABLE t RENAME CONSTRAINT c TO d;
		ALTER INDEX pk RENAME TO pk2;
	`);
	expect(tableOf(model, "t")).toMatchObject({
		primaryKey: { name: "pk2" },
		uniques: [{ name: "bk" }],
		checks: [{ name: "d" }],
	});
});

it("renames types, functions, schemas, policies and triggers", async () => {
	const model = await modelOf(`
		CREATE SCHEMA old;
		CREATE TYPE old.mood AS ENUM ('sad', 'ok');
		CREATE FUNCTION old.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
		CREATE TABLE old.t (m old.mood DEFAULT 'ok');
		CREATE TRIGGER tr BEFORE INSERT ON old.t EXECUTE FUNCTION old.f();
		CREATE POLICY p ON old.t USING (m = 'sad'::old.mood);
		ALTER TYPE old.mood RENAME VALUE 'ok' TO 'fine'; ALTER TYPE old.mood RENAME TO feeling; ALTER FUNCTION old.f() RENAME TO g;
		ALTER TRIGGER tr ON old.t RENAME TO tr2; ALTER POLICY p ON old.t RENAME TO p2; ALTER SCHEMA old RENAME TO new;
	`);
	const table = tableOf(model, "new.t");
	expect(table.columns).toMatchObject([{ type: "new.feeling", default: "'fine'" }]);
	expect(table.triggers).toMatchObject([{ name: "tr2", function: "new.g" }]);
	expect(table.policies).toMatchObject([{ name: "p2", using: "m = 'sad'::new.feeling" }]);
	expect([...model.types.values()]).toMatchObject([{ schema: "new", name: "feeling", labels: ["sad", "fine"] }]);
	expect([...model.functions.keys()]).toEqual(["new.g()"]);
	expect([...model.schemas.keys()]).toEqual(["new"]);
});

it("reports what isn't there, but not with IF EXISTS", async () => {
	const model = await modelOf(
		"ALTER TABLE a RENAME TO b; ALTER TABLE IF EXISTS a RENAME TO b; ALTER INDEX i RENAME TO j; CREATE TABLE t (a int); ALTER TABLE t RENAME x TO y;",
	);
	expect(problemsOf(model).map((problem) => problem.split(" does not")[0])).toEqual([
		"unresolved: Table public.a",
		"unresolved: Index public.i",
		"unresolved: Column public.t.x",
	]);
});
