import { describe, expect, it } from "vitest";
import {
	chooseName,
	distinctColumnNames,
	makeObjectName,
	nameAddition,
	truncated,
} from "../../../src/core/schema/names";
import { modelOf, tableOf } from "./a-schema";

describe("makeObjectName", () => {
	it("joins with underscores", () => {
		expect(makeObjectName("orders", "tenant_id", "fkey")).toBe("orders_tenant_id_fkey");
		expect(makeObjectName("orders", null, "pkey")).toBe("orders_pkey");
	});

	it("takes from the longer name until 63 bytes are left", () => {
		const name = makeObjectName("a".repeat(50), "b".repeat(20), "idx");
		// 63 - "_" - "_idx" = 58 bytes for both; the longer gives way until it fits.
		expect(name).toBe(`${"a".repeat(38)}_${"b".repeat(20)}_idx`);
		expect(makeObjectName("a".repeat(63), "b".repeat(63), "fkey")).toBe(`${"a".repeat(29)}_${"b".repeat(28)}_fkey`);
	});

	it("counts bytes and never splits a character", () => {
		const name = makeObjectName("ä".repeat(31), null, "pkey");
		// 58 bytes are left: 29 characters of two bytes.
		expect(name).toBe(`${"ä".repeat(29)}_pkey`);
		expect(truncated("€".repeat(22))).toBe("€".repeat(21));
		expect(truncated("😀".repeat(16))).toBe("😀".repeat(15));
	});
});

it("numbers names that are taken", () => {
	const taken = new Set(["t_a_idx", "t_a_idx1"]);
	expect(chooseName("t", "a", "idx", (name) => taken.has(name))).toBe("t_a_idx2");
});

it("tells index columns of one name apart", () => {
	expect(distinctColumnNames(["expr", "lower", "expr", "expr"])).toEqual(["expr", "lower", "expr1", "expr2"]);
	expect(nameAddition(["a", "b", "c"])).toBe("a_b_c");
});

it("gives keys, checks, indexes and foreign keys PostgreSQL's names", async () => {
	const model = await modelOf(`
		CREATE TABLE p (id int PRIMARY KEY, a int, b int, UNIQUE (a, b));
		CREATE TABLE t (
			x int UNIQUE CHECK (x > 0) CHECK (x > 1), y int CHECK (y > x), z int REFERENCES p,
			a int, b int, FOREIGN KEY (a, b) REFERENCES p (a, b), EXCLUDE USING gist (x WITH =, y WITH <>), CHECK (true)
		);
		CREATE INDEX ON t (x);
		CREATE INDEX ON t (x);
		CREATE INDEX ON t (lower(x::text), (y + 1), (y + 2), a) INCLUDE (b);
	`);
	const table = tableOf(model, "t");
	expect(table.uniques.map((key) => key.name)).toEqual(["t_x_key"]);
	expect(table.checks.map((check) => check.name)).toEqual(["t_x_check", "t_x_check1", "t_check", "t_check1"]);
	expect(table.foreignKeys.map((key) => key.name)).toEqual(["t_z_fkey", "t_a_b_fkey"]);
	expect(table.excludes.map((exclude) => exclude.name)).toEqual(["t_x_y_excl"]);
	expect(table.indexes.map((index) => index.name)).toEqual(["t_x_idx", "t_x_idx1", "t_lower_expr_expr1_a_b_idx"]);
});

it("avoids the names of other relations and constraints of the schema", async () => {
	const model = await modelOf(`
		CREATE SEQUENCE t_a_seq;
		CREATE VIEW t_b_idx AS SELECT 1;
		CREATE TABLE other (CONSTRAINT t_c_check CHECK (true));
		CREATE TABLE t (a serial, b int, c int CHECK (c > 0));
		CREATE INDEX ON t (b);
	`);
	const table = tableOf(model, "t");
	expect(table.columns[0]?.default).toBe("nextval('t_a_seq1'::regclass)");
	expect(table.indexes[0]?.name).toBe("t_b_idx1");
	expect(table.checks[0]?.name).toBe("t_c_check1");
});

it("makes one key of equal ones, under the name that is given", async () => {
	const model = await modelOf("CREATE TABLE t (id int UNIQUE PRIMARY KEY, a int UNIQUE, CONSTRAINT named UNIQUE (a))");
	expect(tableOf(model, "t")).toMatchObject({
		primaryKey: { name: "t_pkey" },
		uniques: [{ name: "named", columns: ["a"] }],
	});
});

it("makes a key for each of an ALTER TABLE's commands, and one of equal ones of a column that it adds", async () => {
	const model = await modelOf(`
		CREATE TABLE t (a int, b int);
		ALTER TABLE t ADD COLUMN c int UNIQUE UNIQUE, ADD UNIQUE (c), ADD CONSTRAINT named UNIQUE (a), ADD UNIQUE (a), ADD UNIQUE (a);
	`);
	expect(tableOf(model, "t").uniques).toMatchObject(
		["t_c_key", "t_c_key1", "named", "t_a_key", "t_a_key1"].map((name) => ({ name })),
	);
});
