import { beforeAll, describe, expect, it } from "vitest";
import { type OutlineItem, outline } from "../../../src/core/sql/outline";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

const lines = (text: string): string[] => {
	const print = (item: OutlineItem, indent: string): string[] => [
		`${indent}${item.kind} ${item.name}${item.detail && `: ${item.detail}`} @${text.slice(item.nameSpan.start, item.nameSpan.end)}`,
		...item.children.flatMap((child) => print(child, `${indent}  `)),
	];
	return outline(reader.read({ path: "a.sql", text })).flatMap((item) => print(item, ""));
};

describe("outline", () => {
	it("lists what a file creates, with columns and named constraints", () => {
		const text = `-- first
			CREATE SCHEMA s CREATE TABLE inner_one (id int);
			CREATE TABLE IF NOT EXISTS s."T" (id uuid, at timestamp(3) with time zone[], n numeric(10, 2), v character varying(5), CONSTRAINT c CHECK (n > 0));
			CREATE UNIQUE INDEX i ON s."T" (n);
			CREATE POLICY "p q" ON s."T" USING (true);
			CREATE VIEW v AS SELECT 1;
			CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'select 1';
			CREATE TRIGGER g BEFORE INSERT ON s."T" FOR EACH ROW EXECUTE FUNCTION s.f();
			CREATE TYPE e AS ENUM ('a'); CREATE TYPE c AS (x int); CREATE DOMAIN d AS text; CREATE SEQUENCE q; CREATE ROLE r;
			INSERT INTO v VALUES (1); ALTER TABLE s."T" ADD COLUMN z int;`;
		expect(lines(text)).toEqual([
			"schema s @s",
			"  table inner_one @inner_one",
			"    column id: int @id",
			'table s.T @"T"',
			"  column id: uuid @id",
			"  column at: timestamp(3) with time zone[] @at",
			"  column n: numeric(10, 2) @n",
			"  column v: character varying(5) @v",
			"  constraint c @c",
			"index i: ON s.T @i",
			'policy p q: ON s.T @"p q"',
			"view v @v",
			"function s.f @f",
			"trigger g: ON s.T @g",
			"type e: enum @e",
			"type c @c",
			"type d: domain @d",
			"sequence q @q",
			"role r @r",
		]);
	});

	it("leaves out a broken statement and lists the others", () => {
		expect(lines("CREATE TABLE a (x int);\nCREATE TABEL b (y int);\nCREATE TABLE c (z int);")).toEqual([
			"table a @a",
			"  column x: int @x",
			"table c @c",
			"  column z: int @z",
		]);
	});

	it("keeps a name within its item, as VS Code demands", () => {
		const check = ({ span, nameSpan, children }: OutlineItem) => {
			expect(nameSpan.start).toBeGreaterThanOrEqual(span.start);
			expect(nameSpan.end).toBeLessThanOrEqual(span.end);
			children.forEach(check);
		};
		const items = outline(reader.read({ path: "a.sql", text: "CREATE INDEX ON t (a); CREATE TABLE t (a int[3]);" }));
		expect(items).toHaveLength(2);
		items.forEach(check);
	});
});
