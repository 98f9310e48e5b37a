import { describe, expect, it } from "vitest";
import type { Diagram } from "../../src/core/diagram/diagram";
import type { Positions } from "../../src/protocol/messages";
import { keepSame } from "../../webview/state/keep-same";
import { type Action, initialState, type PanelState, reduce } from "../../webview/state/reduce";
import { INITIAL_VIEW, readSaved, type Saved } from "../../webview/state/view";
import { aDiagram, anEdge, aProduct, aTable } from "./a-diagram";

const A = aTable("a");
const B = aTable("b", { scope: "shared" });
const C = aTable("c", { schema: "other", findings: { error: 1, warning: 0 } });
const ABC = aDiagram([A, B, C], [anEdge("public.b", "public.a")]);
const PLACES: Positions = { "public.a": { x: 0, y: 0 }, "public.b": { x: 400, y: 0 }, "other.c": { x: 0, y: 300 } };

function diagram(shown: Diagram, positions: Positions = {}): Action {
	return {
		type: "message",
		message: {
			type: "diagram",
			version: 1,
			diagram: structuredClone(shown),
			databases: [],
			positions,
			arranged: null,
			canEdit: true,
		},
	};
}

function stateAfter(...actions: Action[]): PanelState {
	return actions.reduce(reduce, initialState(null));
}

describe("a new diagram", () => {
	it("is laid out and looked at", () => {
		const state = stateAfter(diagram(ABC));
		expect(state.positions).toBeNull();
		expect(state.look.count).toBe(1);
	});

	it("moves nothing when it is the same one edited, and finds room for what is new", () => {
		const edited = aDiagram([A, B, C, aTable("d")], [...ABC.edges, anEdge("public.d", "public.b")]);
		const before = stateAfter(diagram(ABC), { type: "laidOut", detail: "full", positions: PLACES });
		const state = reduce(before, diagram(edited));
		expect(state.positions).toMatchObject(PLACES);
		expect(state.positions?.["public.d"]).toBeDefined();
		expect(state.look).toBe(before.look);
	});

	it("keeps the objects of what didn't change", () => {
		const before = stateAfter(diagram(ABC));
		const state = reduce(before, diagram(aDiagram([A, { ...B, reason: "another" }, C], ABC.edges)));
		if (before.screen.type !== "diagram" || state.screen.type !== "diagram") throw new Error("no diagram");
		expect(state.screen.diagram.tables[0]).toBe(before.screen.diagram.tables[0]);
		expect(state.screen.diagram.tables[1]).not.toBe(before.screen.diagram.tables[1]);
		expect(keepSame(before.screen.diagram, structuredClone(before.screen.diagram)).tables).toBe(
			before.screen.diagram.tables,
		);
	});

	it("goes on with the layout under way when the same message comes again", () => {
		const places = { "public.a": { x: 7, y: 7 } };
		const before = stateAfter(diagram(ABC, places));
		const state = reduce(before, diagram(structuredClone(ABC), structuredClone(places)));
		if (before.screen.type !== "diagram" || state.screen.type !== "diagram") throw new Error("no diagram");
		expect(state.positions).toBeNull();
		expect(state.moved).toBe(before.moved);
		expect(state.screen.diagram.tables).toBe(before.screen.diagram.tables);
		expect(state.screen.diagram.edges).toBe(before.screen.diagram.edges);
		expect(reduce(before, diagram(ABC, { "public.a": { x: 8, y: 7 } })).moved).not.toBe(before.moved);
	});

	describe("that was laid out before", () => {
		const open = (shown: Diagram, detail: string, places: Positions = PLACES, moved: Positions = {}) => {
			const message = diagram(shown, moved);
			if (message.type !== "message" || message.message.type !== "diagram") throw new Error("no diagram");
			return reduce(initialState(null), {
				...message,
				message: { ...message.message, arranged: { detail, positions: places } },
			});
		};
		const many = aProduct(30);
		const manyPlaces: Positions = Object.fromEntries(many.tables.map(({ id }, i) => [id, { x: 1000 * i, y: 0 }]));

		it("stands as it stood, but for what a person moved, and is looked at", () => {
			const ontoAnother = { "public.a": { x: 410, y: 7 } };
			const state = open(ABC, "full", PLACES, ontoAnother);
			expect(state.positions).toEqual({ ...PLACES, ...ontoAnother });
			expect(state.look.count).toBe(1);
		});

		it("finds room for a new table", () => {
			const more = { ...many, tables: [...many.tables, aTable("newcomer")] };
			const { positions } = open(more, "full", manyPlaces);
			expect(positions).toMatchObject(manyPlaces);
			expect(positions?.["public.newcomer"]).toBeDefined();
		});

		it("is laid out anew where many tables are new, where they are drawn in another detail, and where some have grown into others", () => {
			expect(open(aDiagram([...ABC.tables, aTable("d")]), "full").positions).toBeNull();
			expect(open(ABC, "keys").positions).toBeNull();
			expect(open(ABC, "full", { ...PLACES, "public.b": { x: 10, y: 10 } }).positions).toBeNull();
		});
	});

	it("tells the host where the layout put it, once", () => {
		const state = stateAfter(diagram(ABC), { type: "laidOut", detail: "full", positions: PLACES });
		expect(state.laidOut).toEqual({ version: 1, detail: "full", positions: PLACES });
		expect(reduce(state, { type: "move", positions: { "public.a": { x: 1, y: 1 } } }).laidOut).toBe(state.laidOut);
		expect(reduce(state, diagram(ABC)).laidOut).toBe(state.laidOut);
	});

	it("is laid out anew when most of it is new", () => {
		const other = aDiagram(["p", "q", "r", "s"].map((name) => aTable(name)));
		expect(
			stateAfter(diagram(ABC), { type: "laidOut", detail: "full", positions: PLACES }, diagram(other)).positions,
		).toBeNull();
	});

	it("is laid out anew for another database, without its focus and selection", () => {
		const state = stateAfter(
			diagram(ABC),
			{ type: "laidOut", detail: "full", positions: PLACES },
			{ type: "focus", table: "public.a" },
			diagram({ ...ABC, database: "other" }),
		);
		expect(state.positions).toBeNull();
		expect(state.view).toMatchObject({ focus: null, selected: null });
	});

	it("follows what changed in the host's file, and nothing that the panel knows better", () => {
		const before = stateAfter(
			diagram(ABC, { "public.a": { x: 1, y: 1 } }),
			{ type: "laidOut", detail: "full", positions: PLACES },
			{ type: "move", positions: { "public.a": { x: 9, y: 9 } } },
		);
		// The host has not written the move yet.
		expect(reduce(before, diagram(ABC, { "public.a": { x: 1, y: 1 } })).positions?.["public.a"]).toEqual({
			x: 9,
			y: 9,
		});
		expect(reduce(before, diagram(ABC, { "public.a": { x: 50, y: 50 } })).positions?.["public.a"]).toEqual({
			x: 50,
			y: 50,
		});
	});

	it("drops the selection and the focus of tables that are gone", () => {
		const state = stateAfter(diagram(ABC), { type: "focus", table: "public.b" }, diagram(aDiagram([A, C])));
		expect(state.view).toMatchObject({ selected: null, focus: null });
	});

	it("isn't taken away by the news that the workspace is read again", () => {
		const state = stateAfter(diagram(ABC), {
			type: "message",
			message: { type: "loading", label: "x", done: 0, total: 1 },
		});
		expect(state.screen.type).toBe("diagram");
		expect(stateAfter({ type: "message", message: { type: "empty", reason: "no-sql" } }).screen.type).toBe("empty");
	});
});

describe("going to a table", () => {
	it("takes away whatever hides it", () => {
		const filtered = stateAfter(
			diagram(ABC),
			{ type: "toggleScope", scope: "shared" },
			{ type: "set", view: { show: "list" } },
		);
		const state = reduce(filtered, { type: "message", message: { type: "reveal", table: "public.b" } });
		expect(state.view).toMatchObject({ selected: "public.b", hiddenScopes: [], show: "diagram" });
		expect(state.view.openGroups).toHaveLength(1);
		expect(state.look.table).toBe("public.b");
	});

	it("leaves the focus only when the table lies outside of it", () => {
		const focused = stateAfter(diagram(ABC), { type: "focus", table: "public.a" });
		expect(reduce(focused, { type: "goTo", table: "public.b" }).view.focus).not.toBeNull();
		expect(reduce(focused, { type: "goTo", table: "other.c" }).view.focus).toBeNull();
	});

	it("does nothing for a table that isn't there", () => {
		const state = stateAfter(diagram(ABC));
		expect(reduce(state, { type: "goTo", table: "public.gone" })).toBe(state);
	});
});

describe("filters", () => {
	it("hide a scope, show it again, or show nothing else", () => {
		const hidden = stateAfter(diagram(ABC), { type: "toggleScope", scope: "shared" });
		expect(hidden.view.hiddenScopes).toEqual(["shared"]);
		expect(reduce(hidden, { type: "toggleScope", scope: "shared" }).view.hiddenScopes).toEqual([]);
		expect(reduce(hidden, { type: "onlyScope", scope: "shared" }).view.hiddenScopes).toHaveLength(4);
		expect(reduce(hidden, { type: "clearFilters" }).view.hiddenScopes).toEqual([]);
	});
});

describe("moving", () => {
	it("in the focus leaves the whole picture alone", () => {
		const focused = { key: "k", focus: { table: "public.a", distance: 1 as const }, positions: PLACES };
		const state = stateAfter(
			diagram(ABC),
			{ type: "laidOut", detail: "full", positions: PLACES },
			{ type: "focus", table: "public.a" },
			{ type: "focusLaidOut", focused },
			{ type: "move", positions: { "public.a": { x: 7, y: 7 } } },
		);
		expect(state.positions).toEqual(PLACES);
		expect(state.focused?.positions["public.a"]).toEqual({ x: 7, y: 7 });
	});

	it("is forgotten by a new layout, and kept when the detail changes", () => {
		const moved = stateAfter(
			diagram(ABC),
			{ type: "laidOut", detail: "full", positions: PLACES },
			{ type: "move", positions: { "public.a": { x: 7, y: 7 } } },
		);
		expect(reduce(moved, { type: "relayout" })).toMatchObject({ positions: null, moved: {} });
		expect(reduce(moved, { type: "set", view: { detail: "header" } })).toMatchObject({
			positions: null,
			moved: { "public.a": { x: 7, y: 7 } },
		});
	});
});

describe("after a reload", () => {
	const saved: Saved = {
		view: { ...INITIAL_VIEW, selected: "public.b" },
		viewport: { x: 1, y: 2, zoom: 0.5 },
		database: ".",
		positions: PLACES,
	};

	it("everything stands where it stood", () => {
		const state = reduce(initialState(readSaved(JSON.parse(JSON.stringify(saved)))), diagram(ABC));
		expect(state.positions).toEqual(PLACES);
		expect(state.view.selected).toBe("public.b");
		expect(state.look.count).toBe(0);
	});

	it("another database is laid out", () => {
		expect(reduce(initialState(saved), diagram({ ...ABC, database: "other" })).positions).toBeNull();
	});

	it.each([
		null,
		1,
		"x",
		[],
		{},
		{ view: { focus: 3, hiddenScopes: "all", openGroups: [1] }, viewport: { x: "a" }, positions: [1] },
		{ view: { focus: { table: "a", distance: 9 } }, viewport: { x: 0, y: 0, zoom: 0 } },
	])("what can't be used is left out: %j", (value) =>
		expect(readSaved(value)).toEqual({ view: INITIAL_VIEW, viewport: null, database: null, positions: null }),
	);

	it("1,000 tables are updated in a moment", () => {
		const product = aProduct(1000);
		const places = Object.fromEntries(
			product.tables.map((table, i) => [table.id, { x: (i % 40) * 400, y: Math.floor(i / 40) * 400 }]),
		);
		const state = reduce(
			stateAfter(diagram(product), { type: "laidOut", detail: "full", positions: places }),
			diagram(product),
		);
		expect(state.positions).toEqual(places);
	});
});
