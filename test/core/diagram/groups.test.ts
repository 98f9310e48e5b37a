import { describe, expect, test } from "vitest";
import { groupTables } from "../../../src/core/diagram/groups";

const member = (name: string, schema = "public") => ({ id: `${schema}.${name}`, schema, name });
const edge = (from: string, to: string) => ({ from: `public.${from}`, to: `public.${to}` });
const family = (word: string, size: number) =>
	Array.from({ length: size }, (_, i) => (i === 0 ? `${word}s` : `${word}_part${i}`));
const keys = (names: readonly string[]) => names.slice(1).map((name) => edge(name, names[0] as string));

describe("groupTables", () => {
	test("tables that reference each other are one group, named by the word that they share", () => {
		const [orders, tickets] = [family("order", 8), family("ticket", 6)];
		const groups = groupTables(
			[...orders, ...tickets].map((name) => member(name)),
			[...keys(orders), ...keys(tickets), edge("ticket_part1", "orders")],
		);
		expect(groups.map((group) => [group.label, group.tables.length])).toEqual([
			["order", 8],
			["ticket", 6],
		]);
		expect(groups[0]?.id).toBe("group public.orders");
	});

	test("a table that everything references does not pull everything into one group", () => {
		const families = ["order", "ticket", "invoice", "campaign"].map((word) => family(word, 8));
		const names = families.flat();
		const groups = groupTables(
			[...names, "users"].map((name) => member(name)),
			[...families.flatMap(keys), ...names.map((name) => edge(name, "users"))],
		);
		expect(groups).toHaveLength(4);
	});

	test("groups of a large product have 5 to 40 tables", () => {
		const families = Array.from({ length: 30 }, (_, i) =>
			family(`domain${String.fromCharCode(97 + (i % 26))}${i}`, 3 + ((i * 7) % 60)),
		);
		const names = families.flat();
		const groups = groupTables(
			names.map((name) => member(name)),
			families.flatMap(keys),
		);
		expect(groups.flatMap((group) => group.tables).sort()).toEqual(names.map((name) => `public.${name}`).sort());
		for (const group of groups) expect(group.tables.length).toBeLessThanOrEqual(40);
		expect(groups.filter((group) => group.tables.length < 5).length).toBeLessThanOrEqual(1);
		expect(new Set(groups.map((group) => group.label)).size).toBe(groups.length);
		expect(new Set(groups.map((group) => group.id)).size).toBe(groups.length);
	});

	test("tables that nothing ties are collected", () => {
		const groups = groupTables(
			["alpha", "beta", "gamma", "delta", "epsilon", "zeta"].map((name) => member(name)),
			[],
		);
		expect(groups.map((group) => [group.label, group.tables.length])).toEqual([["other tables", 6]]);
	});

	test("schemas with the same tables, one for each tenant, stay apart", () => {
		const tables = ["a", "b", "c"].flatMap((schema) => family("order", 6).map((name) => member(name, schema)));
		const edges = tables
			.filter((table) => table.name !== "orders")
			.map((table) => ({ from: table.id, to: `${table.schema}.orders` }));
		expect(groupTables(tables, edges).map((group) => new Set(group.tables.map((id) => id[0])).size)).toEqual([1, 1, 1]);
	});

	test("no tables give no groups", () => {
		expect(groupTables([], [])).toEqual([]);
	});
});
