import { expect, it } from "vitest";
import { qualified, type SchemaModel } from "../../../src/core/schema/model";
import fc from "../../random-cases";
import { modelOf } from "./a-schema";

/** Statements that meet each other in every order: the names are few, so that they collide. */
const STATEMENTS = [
	"CREATE TABLE a (id int PRIMARY KEY, x text UNIQUE, y int CHECK (y > 0))",
	"CREATE TABLE b (id serial PRIMARY KEY, a_id int REFERENCES a, x text REFERENCES a (x), y int GENERATED ALWAYS AS (id + 1) STORED)",
	"CREATE TABLE c (LIKE a INCLUDING ALL)",
	"CREATE TABLE d (z int) INHERITS (a)",
	"CREATE TABLE p (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)",
	"CREATE TABLE p1 PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
	"ALTER TABLE p ATTACH PARTITION c DEFAULT",
	"ALTER TABLE p DETACH PARTITION p1",
	"ALTER TABLE p ADD FOREIGN KEY (id) REFERENCES a",
	"ALTER TABLE b ADD FOREIGN KEY (id, x) REFERENCES p (id, at)",
	"CREATE TABLE e AS SELECT a.*, b.x AS bx FROM a JOIN b ON b.a_id = a.id",
	"CREATE VIEW v AS SELECT a.id, b.x FROM a JOIN b ON b.a_id = a.id",
	"CREATE OR REPLACE VIEW v AS SELECT * FROM a",
	"CREATE MATERIALIZED VIEW m AS SELECT x FROM v",
	"CREATE INDEX i ON a (x, lower(x)) WHERE y > 0",
	"CREATE UNIQUE INDEX ON p (at, id)",
	"CREATE INDEX ON m (x)",
	"ALTER TABLE a ADD CONSTRAINT u UNIQUE USING INDEX i",
	"CREATE POLICY q ON a USING (y IN (SELECT id FROM b WHERE b.x = a.x))",
	"CREATE POLICY q ON b USING (x = current_setting('app.x') AND f(id))",
	"CREATE FUNCTION f(int) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
	"CREATE FUNCTION g() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE a ADD g int; PERFORM g(); END'",
	"SELECT g()",
	"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_class WHERE relname = 'a') THEN CREATE TABLE a (id int); END IF; ALTER TABLE a ADD w int; END $$",
	"CREATE TYPE t AS ENUM ('one')",
	"CREATE TYPE k AS (id int, t t)",
	"CREATE TABLE o OF k",
	"ALTER TYPE k ADD ATTRIBUTE more text CASCADE",
	"ALTER TABLE a ADD COLUMN t t DEFAULT 'one'",
	"ALTER TYPE t RENAME VALUE 'one' TO 'two'",
	"ALTER TABLE a DROP COLUMN x CASCADE",
	"ALTER TABLE a DROP COLUMN y",
	"ALTER TABLE a DROP COLUMN id",
	"ALTER TABLE b DROP CONSTRAINT b_pkey CASCADE",
	"ALTER TABLE a RENAME COLUMN y TO z",
	"ALTER TABLE a RENAME TO c",
	"ALTER TABLE p RENAME TO a",
	"ALTER TABLE a SET SCHEMA s",
	"CREATE SCHEMA s",
	"ALTER SCHEMA s RENAME TO r",
	"SET search_path TO s, public",
	"GRANT SELECT (x), INSERT ON a TO app",
	"GRANT ALL ON ALL TABLES IN SCHEMA public TO app",
	"REVOKE INSERT ON a FROM app",
	"COMMENT ON COLUMN a.x IS 'c'",
	"BEGIN",
	"ROLLBACK",
	"COMMIT",
	"DROP TABLE a",
	"DROP TABLE IF EXISTS p CASCADE",
	"DROP VIEW v CASCADE",
	"DROP TYPE t CASCADE",
	"DROP SCHEMA s CASCADE",
	"DROP SEQUENCE b_id_seq CASCADE",
	"DROP INDEX i",
	"this is no SQL",
];

/** What must hold in every model: keys, indexes and foreign keys name columns that are there, or reported as missing. */
function inconsistencies(model: SchemaModel): string[] {
	const found: string[] = [];
	const isReported = (words: string) => model.problems.some(({ message }) => message.includes(words));
	for (const [key, table] of model.tables) {
		const names = table.columns.map((column) => column.name);
		const isThere = (columns: readonly (string | null)[]) =>
			columns.every((column) => column === null || names.includes(column) || isReported(`.${column} `));
		if (key !== qualified(table)) found.push(`${key} is called ${qualified(table)}`);
		if (new Set(names).size !== names.length) found.push(`${key} has a column twice: ${names}`);
		for (const each of [
			table.primaryKey,
			...table.uniques,
			...table.excludes,
			...table.indexes,
			...table.foreignKeys,
		]) {
			if (each && !isThere(each.columns)) found.push(`${key}: ${each.name} names ${each.columns}`);
		}
		for (const policy of table.policies) if (!isThere(policy.usesColumns)) found.push(`${key}: policy ${policy.name}`);
		for (const foreignKey of table.foreignKeys) {
			const target = model.tables.get(qualified(foreignKey.references));
			const missing = foreignKey.to.filter((name) => target && !target.columns.some((column) => column.name === name));
			if (missing.some((name) => !isReported(`.${name} `)) && !isReported(`Foreign key ${foreignKey.name} `))
				found.push(`${key}: ${foreignKey.name} to ${missing}`);
		}
		for (const parent of [table.partitionOf, ...table.inherits])
			if (parent && !model.tables.has(qualified(parent))) found.push(`${key} lost its parent`);
	}
	for (const { ownedBy } of model.sequences.values())
		if (ownedBy && !model.tables.has(qualified(ownedBy.table))) found.push("a sequence lost its table");
	return found;
}

it("statements in any order give a model that holds together, and never throw", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(fc.constantFrom(...STATEMENTS), { maxLength: 40 }), async (statements) => {
			expect(inconsistencies(await modelOf(statements.join(";\n")))).toEqual([]);
		}),
		{ numRuns: 400 },
	);
});

it("a statement that fails leaves the others as they are", async () => {
	const sound = STATEMENTS.filter((statement) => statement.startsWith("CREATE") && !statement.includes("PARTITION"));
	const without = await modelOf(sound.join(";\n"));
	const broken = await modelOf(
		sound.flatMap((statement) => ["ALTER TABLE nowhere ADD x int", "CREATE TABL oops (", statement]).join(";\n"),
	);
	expect([...broken.tables].map(([name, { columns }]) => [name, columns.map((column) => column.name)])).toEqual(
		[...without.tables].map(([name, { columns }]) => [name, columns.map((column) => column.name)]),
	);
	expect([...broken.views.keys()]).toEqual([...without.views.keys()]);
});
