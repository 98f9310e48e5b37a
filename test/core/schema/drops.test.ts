import { expect, it } from "vitest";
import { columnsOf, modelOf, problemsOf, tableOf } from "./a-schema";

it("a dropped column takes along the keys, checks, indexes and foreign keys that contain it", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY);
		CREATE TABLE t (a int REFERENCES p, b int, UNIQUE (a, b), CHECK (a > b), CONSTRAINT only_b CHECK (b > 0), EXCLUDE USING gist (a WITH =));
		CREATE INDEX ON t (b, a); CREATE INDEX ON t ((a + 1)); CREATE INDEX ON t (b) WHERE a > 0; CREATE INDEX kept ON t (b);
		ALTER TABLE t DROP COLUMN a;
	`);
	expect(tableOf(model, "t")).toMatchObject({
		uniques: [],
		excludes: [],
		foreignKeys: [],
		checks: [{ name: "only_b" }],
		indexes: [{ name: "kept" }],
	});
	expect(tableOf(model, "t").indexes).toHaveLength(1);
	expect(problemsOf(model)).toEqual([]);
});

it("CASCADE takes along foreign keys of others, policies, views and generated columns", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY, code text UNIQUE, other text, g int GENERATED ALWAYS AS (length(code)) STORED);
		CREATE TABLE c (code text REFERENCES p (code), p_id int REFERENCES p);
		CREATE VIEW v AS SELECT code FROM p; CREATE VIEW w AS SELECT * FROM v; CREATE VIEW stays AS SELECT other FROM p;
		CREATE POLICY own ON p USING (code = 'x'); CREATE POLICY reads ON c USING (EXISTS (SELECT FROM p WHERE p.code = c.code)); CREATE POLICY kept ON c USING (p_id IN (SELECT id FROM p));
		ALTER TABLE p DROP COLUMN code CASCADE;
	`);
	expect(columnsOf(tableOf(model, "p"))).toEqual(["id integer not null", "other text"]);
	expect(tableOf(model, "c").foreignKeys.map((key) => key.name)).toEqual(["c_p_id_fkey"]);
	expect(tableOf(model, "c").policies.map((policy) => policy.name)).toEqual(["kept"]);
	expect([...model.views.keys()]).toEqual(["public.stays"]);
	expect(problemsOf(model)).toEqual([]);
});

it("without CASCADE the same is done, and said", async () => {
	const model = await modelOf(
		"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p); CREATE VIEW v AS SELECT * FROM p; DROP TABLE p;",
	);
	expect([...model.tables.keys()]).toEqual(["public.c"]);
	expect(tableOf(model, "c").foreignKeys).toEqual([]);
	expect(model.views.size).toBe(0);
	expect(problemsOf(model).map((problem) => problem.split(" needs")[0])).toEqual([
		"unresolved: Foreign key c_p_id_fkey of public.c",
		"unresolved: View public.v",
	]);
	expect(model.problems.every((problem) => problem.severity === "info")).toBe(true);
});

it("tables that one statement drops don't need each other", async () => {
	const model = await modelOf(
		"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (p_id int REFERENCES p); DROP TABLE p, c;",
	);
	expect(model.tables.size).toBe(0);
	expect(problemsOf(model)).toEqual([]);
});

it("DROP SCHEMA CASCADE takes all that is in it, and what needs that", async () => {
	const model = await modelOf(`
		CREATE SCHEMA s; CREATE TYPE s.e AS ENUM ('a'); CREATE TABLE s.t (id serial PRIMARY KEY); CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE TABLE kept (e s.e, t_id int REFERENCES s.t, n int DEFAULT s.f()); CREATE VIEW v AS SELECT id FROM s.t;
		DROP SCHEMA s CASCADE;
	`);
	expect([...model.tables.keys()]).toEqual(["public.kept"]);
	expect(columnsOf(tableOf(model, "kept"))).toEqual(["t_id integer", "n integer"]);
	expect(tableOf(model, "kept").foreignKeys).toEqual([]);
	expect([model.views.size, model.types.size, model.functions.size, model.sequences.size, model.schemas.size]).toEqual([
		0, 0, 0, 0, 0,
	]);
});

it("DROP TYPE and DROP EXTENSION CASCADE drop the columns that have it", async () => {
	const model = await modelOf(`
		CREATE EXTENSION citext; CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int;
		CREATE TABLE t (id int, a e, b e[], c citext, f d); CREATE FUNCTION uses(x e) RETURNS int LANGUAGE sql AS 'SELECT 1';
		DROP TYPE e CASCADE; DROP DOMAIN d CASCADE; DROP EXTENSION citext CASCADE;
	`);
	expect(columnsOf(tableOf(model, "t"))).toEqual(["id integer"]);
	expect(model.functions.size + model.extensions.size).toBe(0);
});

it("a dropped primary key takes along the foreign keys that rely on it", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY, code int UNIQUE); CREATE TABLE c (a int REFERENCES p, b int REFERENCES p (code));
		ALTER TABLE p DROP CONSTRAINT p_pkey CASCADE;
	`);
	expect(tableOf(model, "p")).toMatchObject({
		primaryKey: null,
		columns: [{ name: "id", notNull: true }, { name: "code" }],
	});
	expect(tableOf(model, "c").foreignKeys.map((key) => key.name)).toEqual(["c_b_fkey"]);
});

it("a dropped sequence takes along the defaults that it feeds", async () => {
	const model = await modelOf(
		"CREATE SEQUENCE s; CREATE TABLE t (a int DEFAULT nextval('s'), b int DEFAULT nextval('public.s'::regclass)); DROP SEQUENCE s CASCADE;",
	);
	expect(columnsOf(tableOf(model, "t"))).toEqual(["a integer", "b integer"]);
});

it("IF EXISTS says nothing, without it what is missing is reported", async () => {
	const model = await modelOf(
		"DROP TABLE IF EXISTS a, b; DROP TABLE a; DROP TYPE b; DROP FUNCTION f; DROP SCHEMA IF EXISTS s CASCADE; CREATE TABLE t (a int); DROP POLICY p ON t; DROP TRIGGER IF EXISTS x ON t;",
	);
	expect(problemsOf(model).map((problem) => problem.split(" does not")[0])).toEqual([
		"unresolved: Table public.a",
		"unresolved: Type public.b",
		"unresolved: Function public.f",
		"unresolved: Policy public.t.p",
	]);
});
