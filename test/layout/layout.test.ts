import { beforeAll, describe, expect, it } from "vitest";
import { around, type Box, overlaps } from "../../src/layout/boxes";
import { createElk, type Elk } from "../../src/layout/elk";
import { type LayoutRequest, layoutDiagram, layoutInColumns, layoutRequest } from "../../src/layout/layout";
import type { Positions } from "../../src/protocol/messages";
import { aColumn, aDiagram, anEdge, aProduct, aTable } from "../webview/a-diagram";

let elk: Elk;
beforeAll(async () => {
	elk = await createElk();
});

function boxesOf({ tables }: LayoutRequest, positions: Positions): (Box & { id: string })[] {
	return tables.map(({ id, width, height }) => {
		const place = positions[id];
		if (!place) throw new Error(`${id} has no place`);
		return { id, ...place, width, height };
	});
}

/** Pairs of tables that cover each other. */
function collisions(request: LayoutRequest, positions: Positions): string[] {
	const boxes = boxesOf(request, positions).sort((a, b) => a.x - b.x);
	return boxes.flatMap((a, i) => boxes.slice(i + 1).flatMap((b) => (overlaps(a, b, 0) ? [`${a.id} and ${b.id}`] : [])));
}

/** Three tables in a row of references, and one apart. */
const CHAIN = aDiagram(
	["a", "b", "c", "d"].map((name) => aTable(name)),
	[anEdge("public.b", "public.a"), anEdge("public.c", "public.b")],
);

describe("layoutDiagram", () => {
	it("places every table and lets none cover another", async () => {
		for (const [count, detail] of [
			[3, "full"],
			[10, "full"],
			[60, "keys"],
			[139, "header"],
			[400, "full"],
		] as const) {
			const request = layoutRequest(aProduct(count), detail);
			expect(collisions(request, await layoutDiagram(elk, request))).toEqual([]);
		}
	});

	it("gives the same places each time", async () => {
		const request = layoutRequest(aProduct(60), "keys");
		expect(await layoutDiagram(elk, request)).toEqual(await layoutDiagram(elk, request));
	});

	it("stands what is referenced left of what references it", async () => {
		const positions = await layoutDiagram(elk, layoutRequest(CHAIN, "full"));
		const x = (name: string) => positions[`public.${name}`]?.x ?? Number.NaN;
		expect(x("a")).toBeLessThan(x("b"));
		expect(x("b")).toBeLessThan(x("c"));
	});

	it("leaves keys to the tenant root out", () => {
		const diagram = aDiagram(
			["organizations", "orders"].map((name) => aTable(name)),
			[anEdge("public.orders", "public.organizations", { tenant: true })],
		);
		expect(layoutRequest(diagram, "full").edges).toEqual([]);
	});

	it("takes keys to oneself, both ways, and to tables that aren't there", async () => {
		const diagram = aDiagram(
			["a", "b"].map((name) => aTable(name)),
			[
				anEdge("public.a", "public.a"),
				anEdge("public.a", "public.b"),
				anEdge("public.b", "public.a"),
				anEdge("public.a", "public.gone"),
			],
		);
		const request = layoutRequest(diagram, "full");
		expect(collisions(request, await layoutDiagram(elk, request))).toEqual([]);
	});

	it("gives nothing for nothing", async () => {
		expect(await layoutDiagram(elk, { tables: [], edges: [] })).toEqual({});
	});

	it("draws many tables that hang on one as a block, not as a column without end", async () => {
		const leaves = Array.from({ length: 20 }, (_, i) => aTable(`leaf_${i}`));
		const diagram = aDiagram(
			[aTable("hub"), ...leaves],
			leaves.map((leaf) => anEdge(leaf.id, "public.hub")),
		);
		const request = layoutRequest(diagram, "full");
		const all = around(boxesOf(request, await layoutDiagram(elk, request)));
		expect(all.height / all.width).toBeLessThan(2);
	});

	it("gives big diagrams a shape that fits screens", async () => {
		const request = layoutRequest(aProduct(300), "keys");
		const all = around(boxesOf(request, await layoutDiagram(elk, request)));
		expect(all.width / all.height).toBeGreaterThan(1);
		expect(all.width / all.height).toBeLessThan(2.2);
	});

	it("keeps tables of a group together", async () => {
		const request = layoutRequest(aProduct(200), "keys");
		const boxes = boxesOf(request, await layoutDiagram(elk, request));
		const groups = [...new Set(request.tables.map((table) => table.group))].map((group) =>
			around(boxes.filter((_, i) => request.tables[i]?.group === group)),
		);
		expect(groups.flatMap((a, i) => groups.slice(i + 1).filter((b) => overlaps(a, b, 0)))).toEqual([]);
	});

	it("moves no table that has a place when one is new, and stands the new one near its neighbour", async () => {
		const before = layoutRequest(aProduct(60), "keys");
		const positions = await layoutDiagram(elk, before);
		const added = { id: "public.new", width: 200, height: 100, group: "" };
		const neighbour = "public.bookings";
		const request = {
			tables: [...before.tables, added],
			edges: [...before.edges, { from: added.id, to: neighbour }],
			fixed: positions,
		};
		const after = await layoutDiagram(elk, request);
		for (const { id } of before.tables) expect(after[id]).toEqual(positions[id]);
		expect(collisions(request, after)).toEqual([]);
		const [here, there] = [after[added.id], after[neighbour]];
		expect(Math.hypot((here?.x ?? 0) - (there?.x ?? 0), (here?.y ?? 0) - (there?.y ?? 0))).toBeLessThan(1500);
	});

	it("lays out the rest around a few fixed tables, and makes room for them", async () => {
		const request = layoutRequest(aProduct(60), "keys");
		const free = await layoutDiagram(elk, request);
		const [first, second] = request.tables;
		// Onto another table, where a person may well drop one.
		const fixed = { [first?.id ?? ""]: free[second?.id ?? ""] ?? { x: 0, y: 0 } };
		const positions = await layoutDiagram(elk, { ...request, fixed });
		expect(positions[first?.id ?? ""]).toEqual(fixed[first?.id ?? ""]);
		expect(collisions(request, positions)).toEqual([]);
	});

	it("arranges what is left in columns when time is up", async () => {
		const request = layoutRequest(aProduct(139), "keys");
		let asked = 0;
		const positions = await layoutDiagram(elk, request, { goOn: () => asked++ < 2 });
		expect(asked).toBeGreaterThan(2);
		expect(collisions(request, positions)).toEqual([]);
	});

	it("tells how far it is", async () => {
		const seen: number[] = [];
		await layoutDiagram(elk, layoutRequest(aProduct(60), "keys"), {
			progress: (done, total) => seen.push(done / total),
		});
		expect(seen.length).toBeGreaterThan(1);
		expect(seen.at(-1)).toBe(1);
		expect([...seen].sort((a, b) => a - b)).toEqual(seen);
	});
});

describe("layoutInColumns", () => {
	it("needs no ELK and lets no table cover another", () => {
		const request = layoutRequest(aProduct(300), "full");
		expect(collisions(request, layoutInColumns(request))).toEqual([]);
	});

	it("keeps fixed places", () => {
		const request = layoutRequest(CHAIN, "full", { "public.c": { x: -500, y: 7 } });
		expect(layoutInColumns(request)["public.c"]).toEqual({ x: -500, y: 7 });
	});
});

describe("a table with no columns, and one with very many", () => {
	it("has a size", async () => {
		const wide = aTable("w".repeat(300), {
			columns: Array.from({ length: 500 }, (_, i) => aColumn({ name: `column_${i}` })),
		});
		const request = layoutRequest(aDiagram([wide, aTable("empty", { columns: [] })]), "full");
		for (const { width, height } of request.tables) {
			expect(width).toBeGreaterThanOrEqual(200);
			expect(width).toBeLessThanOrEqual(340);
			expect(height).toBeLessThan(900);
		}
		expect(collisions(request, await layoutDiagram(elk, request))).toEqual([]);
	});
});
