import type { ColumnRef } from "@pgsql/types";
import { beforeAll, describe, expect, it } from "vitest";
import { quoteIdentifier, quoteQualified } from "../../../src/core/sql/quote";
import fc from "../../random-cases";

let parse: typeof import("libpg-query").parseSync;

beforeAll(async () => {
	const { loadModule, parseSync } = await import("libpg-query");
	await loadModule();
	parse = parseSync;
});

function target(sql: string): unknown {
	const statement = parse(`SELECT ${sql}`).stmts?.[0]?.stmt;
	if (!statement || !("SelectStmt" in statement)) throw new Error("no SELECT");
	const [column] = statement.SelectStmt.targetList ?? [];
	if (!column || !("ResTarget" in column)) throw new Error("no column");
	return column.ResTarget.val;
}

describe("quoteIdentifier", () => {
	it.each([
		["orders", "orders"],
		["_a1", "_a1"],
		["Orders", '"Orders"'],
		["order", '"order"'],
		["values", '"values"'],
		["name", "name"],
		["a b", '"a b"'],
		['x"; DROP TABLE y; --', '"x""; DROP TABLE y; --"'],
		["1a", '"1a"'],
		["", '""'],
		["é", '"é"'],
	])("prints %j as %s", (name, sql) => {
		expect(quoteIdentifier(name)).toBe(sql);
	});

	it("is read back by PostgreSQL as the same name", () => {
		fc.assert(
			fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), (name) => {
				// PostgreSQL cuts longer names (NAMEDATALEN).
				fc.pre(!name.includes("\0") && new TextEncoder().encode(name).length < 64);
				const { fields } = (target(quoteIdentifier(name)) as { ColumnRef: ColumnRef }).ColumnRef;
				expect(fields).toEqual([{ String: { sval: name } }]);
			}),
		);
	});
});

describe("quoteQualified", () => {
	it("leaves out the schemas that everybody searches, and quotes each part by itself", () => {
		expect(quoteQualified("public", "Order Items")).toBe('"Order Items"');
		expect(quoteQualified("Sales", "order")).toBe('"Sales"."order"');
	});
});
