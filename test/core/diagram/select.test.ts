import { describe, expect, test } from "vitest";
import { findTables, neighbourhood, selectTables } from "../../../src/core/diagram/select";
import { aDiagram, anEdge, aTable } from "../../export/sample-diagram";

/** organizations ⇠ orders ← lines ← refunds; organizations ⇠ tickets; countries alone. ⇠ is a key to the root. */
const diagram = aDiagram(
	[
		aTable("organizations", { scope: "tenant-root" }),
		aTable("orders"),
		aTable("lines", { scope: "tenant-derived" }),
		aTable("refunds", { scope: "tenant-derived" }),
		aTable("tickets"),
		aTable("countries", { scope: "shared" }),
		aTable("Orders", { schema: "old", scope: "unscoped" }),
	],
	[
		anEdge("public.orders", "public.organizations", { tenant: true }),
		anEdge("public.tickets", "public.organizations", { tenant: true }),
		anEdge("public.lines", "public.orders"),
		anEdge("public.refunds", "public.lines"),
	],
);

const names = (ids: Iterable<string>) => [...ids].map((id) => id.replace("public.", "")).sort();

describe("neighbourhood", () => {
	test.each([
		[0, ["orders"]],
		[1, ["lines", "orders"]],
		[2, ["lines", "orders", "refunds"]],
		[9, ["lines", "orders", "refunds"]],
	])("at distance %i, keys to the root are not followed", (distance, expected) => {
		expect(names(neighbourhood(diagram, "public.orders", distance))).toEqual(expected);
	});

	test("of the root itself they are", () => {
		expect(names(neighbourhood(diagram, "public.organizations", 1))).toEqual(["orders", "organizations", "tickets"]);
		expect(names(neighbourhood(diagram, "public.organizations", 2))).toEqual([
			"lines",
			"orders",
			"organizations",
			"tickets",
		]);
	});
});

describe("selectTables", () => {
	test("keeps the tables' edges, groups and counts in step", () => {
		const selected = selectTables(diagram, { focus: "public.lines" });
		expect(names(selected.tables.map((table) => table.id))).toEqual(["lines", "orders", "refunds"]);
		expect(selected.edges).toHaveLength(2);
		expect(selected.groups.map((group) => names(group.tables))).toEqual([["lines", "orders", "refunds"]]);
		expect(selected.counts).toEqual({
			"tenant-root": 0,
			"tenant-scoped": 1,
			"tenant-derived": 2,
			shared: 0,
			unscoped: 0,
		});
	});

	test("scopes narrow, but the focus stays", () => {
		const selected = selectTables(diagram, { focus: "public.orders", distance: 2, scopes: ["tenant-derived"] });
		expect(names(selected.tables.map((table) => table.id))).toEqual(["lines", "orders", "refunds"]);
		expect(selectTables(diagram, { scopes: ["unscoped", "shared"] }).tables).toHaveLength(2);
		expect(selectTables(diagram, {})).toBe(diagram);
	});
});

test("findTables takes an id, a name, then a name in another case", () => {
	expect(findTables(diagram, "public.orders")).toEqual(["public.orders"]);
	expect(findTables(diagram, "orders")).toEqual(["public.orders"]);
	expect(findTables(diagram, "ORDERS")).toEqual(["public.orders", "old.Orders"]);
	expect(findTables(diagram, "nothing")).toEqual([]);
});
