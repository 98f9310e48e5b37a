import { describe, expect, it } from "vitest";
import { FOOT_HEIGHT, HEADER_HEIGHT, ROW_HEIGHT, shortType, shownColumns, tableSize } from "../../src/layout/size";
import { aColumn, aTable } from "../webview/a-diagram";

const ORDERS = aTable("orders", {
	columns: [
		aColumn({ name: "note", type: "text" }),
		aColumn({ name: "customer_id", references: "public.customers" }),
		aColumn({ name: "organization_id", references: "public.organizations", tenant: true }),
		aColumn({ name: "id", primaryKey: true }),
		aColumn({ name: "total", type: "numeric" }),
	],
});

describe("shownColumns", () => {
	it("puts the primary key first, then the tenant, then foreign keys, then the rest as it stands", () => {
		expect(shownColumns(ORDERS, "full").columns.map((column) => column.name)).toEqual([
			"id",
			"organization_id",
			"customer_id",
			"note",
			"total",
		]);
	});

	it("keeps only keys, and counts what is left out", () => {
		const { columns, hidden } = shownColumns(ORDERS, "keys");
		expect(columns.map((column) => column.name)).toEqual(["id", "organization_id", "customer_id"]);
		expect(hidden).toBe(2);
	});

	it("leaves the rest of a very long table out", () => {
		const long = aTable("long", { columns: Array.from({ length: 100 }, (_, i) => aColumn({ name: `c${i}` })) });
		const { columns, hidden } = shownColumns(long, "full");
		expect(columns.length + hidden).toBe(100);
		expect(hidden).toBeGreaterThan(0);
	});
});

describe("tableSize", () => {
	it("counts a row for each column, and one for those left out", () => {
		expect(tableSize(ORDERS, "full").height).toBe(HEADER_HEIGHT + 5 * ROW_HEIGHT + FOOT_HEIGHT);
		expect(tableSize(ORDERS, "keys").height).toBe(HEADER_HEIGHT + 4 * ROW_HEIGHT + FOOT_HEIGHT);
		expect(tableSize(ORDERS, "header").height).toBe(HEADER_HEIGHT);
	});
});

describe("shortType", () => {
	it.each([
		["timestamp with time zone", "timestamptz"],
		["timestamp(3) without time zone", "timestamp(3)"],
		["character varying(255)", "varchar(255)"],
		["character varying[]", "varchar[]"],
		["character(2)", "char(2)"],
		["double precision", "float8"],
		["public.character_set", "public.character_set"],
		["uuid", "uuid"],
	])("%s is %s", (long, short) => expect(shortType(long)).toBe(short));
});
