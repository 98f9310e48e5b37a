import { expect, it } from "vitest";
import { columnsOf, modelOf, tableOf } from "./a-schema";

it("a child has its parents' columns, defaults and checks, but not their keys", async () => {
	const model = await modelOf(`
		CREATE TABLE a (id int PRIMARY KEY, n int DEFAULT 1 CHECK (n > 0), here int CHECK (here > 0) NO INHERIT);
		CREATE TABLE b (n int NOT NULL, m text);
		CREATE TABLE c (own int, n int DEFAULT 9) INHERITS (a, b);
	`);
	const child = tableOf(model, "c");
	expect(columnsOf(child)).toEqual([
		"id integer not null",
		"n integer not null default 9",
		"here integer",
		"m text",
		"own integer",
	]);
	expect(child).toMatchObject({
		primaryKey: null,
		inherits: [{ name: "a" }, { name: "b" }],
		checks: [{ name: "a_n_check" }],
	});
	expect(child.checks).toHaveLength(1);
});

it("a dropped column goes from children that only inherit it", async () => {
	const model = await modelOf(`
		CREATE TABLE a (x int, y int); CREATE TABLE b (y int);
		CREATE TABLE inherits () INHERITS (a); CREATE TABLE owns (x int) INHERITS (a); CREATE TABLE two () INHERITS (a, b);
		ALTER TABLE a DROP COLUMN x; ALTER TABLE a DROP COLUMN y;
	`);
	expect(columnsOf(tableOf(model, "inherits"))).toEqual([]);
	expect(columnsOf(tableOf(model, "owns"))).toEqual(["x integer"]);
	expect(columnsOf(tableOf(model, "two"))).toEqual(["y integer"]);
});

it("INHERIT and NO INHERIT connect and disconnect", async () => {
	const model = await modelOf(`
		CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE TABLE c () INHERITS (a);
		ALTER TABLE b INHERIT a; ALTER TABLE c NO INHERIT a; ALTER TABLE a ADD COLUMN later int;
	`);
	expect(columnsOf(tableOf(model, "b"))).toEqual(["x integer", "later integer"]);
	expect(columnsOf(tableOf(model, "c"))).toEqual(["x integer"]);
	expect(tableOf(model, "c").inherits).toEqual([]);
});
