import { expect, it } from "vitest";
import { columnsOf, modelOf, problemsOf, tableOf } from "./a-schema";

it("a primary key makes its columns NOT NULL", async () => {
	const model = await modelOf(
		"CREATE TABLE a (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE b (x int); ALTER TABLE b ADD PRIMARY KEY (x);",
	);
	expect(columnsOf(tableOf(model, "a"))).toEqual(["x integer not null", "y integer not null"]);
	expect(tableOf(model, "b")).toMatchObject({
		primaryKey: { name: "b_pkey", columns: ["x"] },
		columns: [{ notNull: true }],
	});
});

it("a foreign key that waits for its table is reported where the key stands, whatever creates the table", async () => {
	const model = await modelOf(`CREATE TABLE c (p_id int REFERENCES p, x text REFERENCES p (x));
		DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'p') THEN CREATE TABLE p (id int); END IF; END $$`);
	expect(
		model.problems.map(({ message, location }) => [message.split(" ").slice(0, 4).join(" "), location.span.start < 70]),
	).toEqual([
		["public.p has no primary", true],
		["Column public.p.x does not", true],
	]);
});

it("REFERENCES without columns means the primary key", async () => {
	const model = await modelOf(`
		CREATE TABLE p (a int, b int, PRIMARY KEY (b, a));
		CREATE TABLE c (x int, y int, FOREIGN KEY (x, y) REFERENCES p ON DELETE CASCADE ON UPDATE SET NULL DEFERRABLE);
	`);
	expect(tableOf(model, "c").foreignKeys).toMatchObject([
		{
			columns: ["x", "y"],
			references: { schema: "public", name: "p" },
			to: ["b", "a"],
			onDelete: "cascade",
			onUpdate: "set null",
			deferrable: true,
			validated: true,
		},
	]);
});

it("a column's DEFERRABLE belongs to the constraint before it", async () => {
	const model = await modelOf(
		"CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (a int REFERENCES p DEFERRABLE INITIALLY DEFERRED NOT NULL, b int REFERENCES p NOT DEFERRABLE)",
	);
	expect(tableOf(model, "c").foreignKeys.map((key) => [key.name, key.deferrable])).toEqual([
		["c_a_fkey", true],
		["c_b_fkey", false],
	]);
	expect(tableOf(model, "c").columns[0]?.notNull).toBe(true);
});

it("a table that never comes is reported once, however many foreign keys wait for it", async () => {
	const model = await modelOf(
		"CREATE TABLE a (t_id int REFERENCES t); CREATE TABLE b (t_id int REFERENCES t); CREATE TABLE c (t_id int REFERENCES t)",
	);
	expect(problemsOf(model)).toEqual([
		"unresolved: Foreign key a_t_id_fkey of public.a refers to public.t, which no statement creates, as do 2 more. Check the name, or whether a file is missing.",
	]);
});

it("a foreign key may come before its table, and is reported when that never comes", async () => {
	const model = await modelOf(
		"CREATE TABLE c (p_id int REFERENCES p, q_id int REFERENCES q (id), u_id uuid REFERENCES auth.users (id)); CREATE TABLE p (id int PRIMARY KEY)",
	);
	expect(tableOf(model, "c").foreignKeys.map((key) => [key.references.schema, key.references.name, key.to])).toEqual([
		["public", "p", ["id"]],
		["public", "q", ["id"]],
		["auth", "users", ["id"]],
	]);
	expect(problemsOf(model)).toEqual([
		"unresolved: Foreign key c_q_id_fkey of public.c refers to public.q, which no statement creates. Check the name, or whether a file is missing.",
		"unresolved: Schema auth is not created in these files, so what is in it is not known here. If an extension or another service makes it, nothing needs doing.",
	]);
	expect(model.problems.map((problem) => problem.severity)).toEqual(["warning", "info"]);
});

it("NOT VALID stays until VALIDATE", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY);
		CREATE TABLE c (a int, b int);
		ALTER TABLE c ADD CONSTRAINT fa FOREIGN KEY (a) REFERENCES p NOT VALID, ADD CONSTRAINT fb FOREIGN KEY (b) REFERENCES p NOT VALID, ADD CONSTRAINT ck CHECK (a > 0) NOT VALID;
		ALTER TABLE c VALIDATE CONSTRAINT fa;
	`);
	expect(tableOf(model, "c").foreignKeys.map((key) => key.validated)).toEqual([true, false]);
	expect(tableOf(model, "c").checks.map((check) => check.validated)).toEqual([false]);
});

it("a unique index becomes a constraint and takes its name", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b int);
		CREATE UNIQUE INDEX i ON t (a, b);
		CREATE UNIQUE INDEX j ON t (a);
		ALTER TABLE t ADD CONSTRAINT named UNIQUE USING INDEX i, ADD PRIMARY KEY USING INDEX j;
	`);
	expect(tableOf(model, "t")).toMatchObject({
		uniques: [{ name: "named", columns: ["a", "b"] }],
		primaryKey: { name: "j", columns: ["a"] },
		indexes: [],
	});
	expect(columnsOf(tableOf(model, "t"))).toEqual(["a integer not null", "b integer"]);
});

it("reads excludes with their operators and expressions", async () => {
	const model = await modelOf(
		"CREATE TABLE t (r tstzrange, s text, CONSTRAINT e EXCLUDE USING gist (r WITH &&, lower(s) WITH =) WHERE (s <> ''))",
	);
	expect(tableOf(model, "t").excludes).toMatchObject([{ name: "e", columns: ["r", null], operators: ["&&", "="] }]);
});

it("the commands of one ALTER TABLE run in PostgreSQL's passes", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY);
		CREATE TABLE t (a int);
		ALTER TABLE t ADD CONSTRAINT k UNIQUE (b), ADD COLUMN b int REFERENCES p, DROP COLUMN a, ADD COLUMN a text PRIMARY KEY UNIQUE;
	`);
	expect(columnsOf(tableOf(model, "t"))).toEqual(["b integer", "a text not null"]);
	expect(tableOf(model, "t")).toMatchObject({
		primaryKey: { name: "t_pkey" },
		uniques: [{ name: "k" }],
		foreignKeys: [{ name: "t_b_fkey" }],
	});
});

it("reports keys over columns that aren't there, and leaves them out", async () => {
	const model = await modelOf(
		"CREATE TABLE t (a int, UNIQUE (nope)); ALTER TABLE t DROP CONSTRAINT missing; ALTER TABLE t DROP CONSTRAINT IF EXISTS missing;",
	);
	expect(tableOf(model, "t").uniques).toEqual([]);
	expect(problemsOf(model).map((problem) => problem.slice(0, 57))).toEqual([
		"unresolved: Column public.t.nope does not exist at this p",
		"unresolved: Constraint public.t.missing does not exist at",
	]);
});
