import { describe, expect, it } from "vitest";
import { tableBoxes } from "../../webview/flow/boxes";
import { clustersOf, clusterTies } from "../../webview/flow/clusters";
import { linePath, marksPath, sides } from "../../webview/flow/edge-path";
import { type EdgeInput, edgeMaker } from "../../webview/flow/edges";
import { fitName, nameParts } from "../../webview/flow/fit-name";
import { findHubs } from "../../webview/flow/hubs";
import { nearestBox, nextBox } from "../../webview/flow/navigate";
import { clusterNodeId, groupOfNode, type NodeInput, nodeMaker } from "../../webview/flow/nodes";
import { search } from "../../webview/flow/search";
import { shownTables } from "../../webview/flow/shown";
import { tableLabel } from "../../webview/flow/words";
import { INITIAL_VIEW } from "../../webview/state/view";
import { aColumn, aDiagram, anEdge, aProduct, aTable } from "./a-diagram";

const ORGANIZATIONS = aTable("organizations", { scope: "tenant-root" });
const ORDERS = aTable("orders", {
	columns: [
		aColumn({ name: "id", primaryKey: true }),
		aColumn({ name: "organization_id", references: "public.organizations", tenant: true }),
		aColumn({ name: "customer_id", references: "public.customers" }),
	],
});
const CUSTOMERS = aTable("customers", { findings: { error: 1, warning: 0 } });
const COUNTRIES = aTable("countries", { scope: "shared", schema: "reference" });
const TENANT_KEY = anEdge("public.orders", "public.organizations", { tenant: true, columns: ["organization_id"] });
const CUSTOMER_KEY = anEdge("public.orders", "public.customers", { columns: ["customer_id"] });
const SHOP = aDiagram([ORGANIZATIONS, ORDERS, CUSTOMERS, COUNTRIES], [TENANT_KEY, CUSTOMER_KEY]);
const PLACES = {
	"public.organizations": { x: 0, y: 0 },
	"public.customers": { x: 0, y: 400 },
	"public.orders": { x: 600, y: 300 },
	"reference.countries": { x: 1200, y: 0 },
};

function nodeInput(input: Partial<NodeInput> = {}): NodeInput {
	return {
		tables: SHOP.tables,
		boxes: tableBoxes(SHOP.tables, PLACES, "full"),
		detail: "full",
		clusters: [],
		closed: new Set(),
		selected: null,
		current: null,
		schemaShown: false,
		singleTenant: false,
		hubs: new Map(),
		leaks: new Map(),
		...input,
	};
}

function edgeInput(input: Partial<EdgeInput> = {}): EdgeInput {
	return {
		edges: SHOP.edges,
		tables: new Map(SHOP.tables.map((table) => [table.id, table])),
		boxes: tableBoxes(SHOP.tables, PLACES, "full"),
		detail: "full",
		closed: new Set(),
		hubs: new Map(),
		current: null,
		tenantEdges: false,
		distant: false,
		selected: null,
		hovered: null,
		...input,
	};
}

describe("shownTables", () => {
	const names = (view: Partial<typeof INITIAL_VIEW>) =>
		shownTables(SHOP, { ...INITIAL_VIEW, ...view }).map((table) => table.name);

	it("gives the very list where nothing is filtered", () => expect(shownTables(SHOP, INITIAL_VIEW)).toBe(SHOP.tables));
	it("filters by scope", () =>
		expect(names({ hiddenScopes: ["shared", "tenant-root"] })).toEqual(["orders", "customers"]));
	it("filters by schema", () => expect(names({ schema: "reference" })).toEqual(["countries"]));
	it("filters by findings", () => expect(names({ findingsOnly: true })).toEqual(["customers"]));
	it("keeps the neighbours of the focus", () =>
		expect(names({ focus: { table: "public.customers", distance: 1 } })).toEqual(["orders", "customers"]));
	it("never filters the focus itself", () =>
		expect(names({ focus: { table: "public.orders", distance: 1 }, findingsOnly: true })).toEqual([
			"orders",
			"customers",
		]));
});

describe("nodeMaker", () => {
	it("supplies size and handles, so that nothing has to be measured", () => {
		const [, orders] = nodeMaker()(nodeInput());
		expect(orders).toMatchObject({ id: "public.orders", position: { x: 600, y: 300 }, className: "tenant-scoped" });
		expect(orders?.measured).toEqual({ width: orders?.width, height: orders?.height });
		expect(orders?.handles?.map((handle) => handle.id)).toEqual(
			expect.arrayContaining(["left customer_id", "right customer_id", "left id", "left", "right"]),
		);
	});

	it("gives the same nodes again, but for the one that changed", () => {
		const make = nodeMaker();
		const before = make(nodeInput());
		const after = make(nodeInput({ selected: "public.orders" }));
		expect(after.map((node, i) => node === before[i])).toEqual([true, false, true, true]);
		// Not even its inside is drawn anew.
		expect(after[1]?.data).toBe(before[1]?.data);
	});

	it("draws a closed group in place of its tables", () => {
		const group = SHOP.groups[0]?.id ?? "";
		const boxes = tableBoxes(SHOP.tables, PLACES, "full");
		const clusters = clustersOf(SHOP, SHOP.tables, boxes, {});
		const inGroup = new Set(SHOP.groups[0]?.tables);
		const nodes = nodeMaker()(nodeInput({ clusters, closed: new Set([group]) }));
		expect(nodes.map((node) => node.id)).toContain(clusterNodeId(group));
		expect(nodes.filter((node) => inGroup.has(node.id))).toEqual([]);
		expect(groupOfNode(clusterNodeId(group))).toBe(group);
		expect(groupOfNode("public.orders")).toBeNull();
	});

	it("names table, scope and findings for a screen reader", () => {
		expect(tableLabel(CUSTOMERS, false)).toBe("customers, tenant-scoped, 1 error, 1 column, no row-level security");
		expect(
			tableLabel(
				aTable("a", { schema: "x", scope: "unscoped", rls: { enabled: true, forced: true, policies: ["p"] } }),
				true,
			),
		).toBe("x.a, not divided, 1 column, row-level security on and forced, 1 policy");
	});
});

describe("edgeMaker", () => {
	const ids = (input: Partial<EdgeInput>) => edgeMaker()(edgeInput(input)).map((edge) => edge.id);

	it("leaves keys to the tenant out, until they are asked for or the table is selected", () => {
		expect(ids({})).toEqual([CUSTOMER_KEY.id]);
		expect(ids({ tenantEdges: true })).toEqual([TENANT_KEY.id, CUSTOMER_KEY.id]);
		expect(ids({ selected: "public.orders" })).toEqual([TENANT_KEY.id, CUSTOMER_KEY.id]);
	});

	it("joins the rows of the columns, on the sides that face each other", () => {
		expect(edgeMaker()(edgeInput())[0]).toMatchObject({
			source: "public.orders",
			sourceHandle: "left customer_id",
			target: "public.customers",
			targetHandle: "right id",
		});
	});

	it("gives the same lines again while nothing about them changes", () => {
		const make = edgeMaker();
		expect(make(edgeInput())[0]).toBe(make(edgeInput())[0]);
		expect(make(edgeInput())[0]).not.toBe(make(edgeInput({ hovered: "public.orders" }))[0]);
	});

	it("lets a hub's lines from other groups wait until they are asked for", () => {
		const tables = new Map([...edgeInput().tables].map(([id, table]) => [id, { ...table, group: id }]));
		const hubs = new Map([["public.customers", 20]]);
		expect(ids({ tables, hubs })).toEqual([]);
		expect(ids({ tables, hubs, hovered: "public.orders" })).toEqual([CUSTOMER_KEY.id]);
	});

	it("joins closed groups when one of them is pointed at", () => {
		const tables = new Map([...edgeInput().tables].map(([id, table]) => [id, { ...table, group: id }]));
		const closed = new Set(["public.orders", "public.customers"]);
		expect(ids({ tables, closed })).toEqual([]);
		expect(edgeMaker()(edgeInput({ tables, closed, hovered: clusterNodeId("public.orders") }))).toMatchObject([
			{ type: "tie", data: { count: 1 } },
		]);
	});
});

describe("clusters", () => {
	it("don't stretch to a table that was dragged out", () => {
		const boxes = tableBoxes(SHOP.tables, PLACES, "full");
		const all = clustersOf(SHOP, SHOP.tables, boxes, {}).find((cluster) =>
			cluster.tables.includes(SHOP.tables[1] as never),
		);
		const without = clustersOf(SHOP, SHOP.tables, boxes, { "reference.countries": { x: 1200, y: 0 } }).find(
			(cluster) => cluster.id === all?.id,
		);
		expect(without?.tables.length).toBe(all?.tables.length);
		expect(without?.box.width).toBeLessThan(all?.box.width ?? 0);
	});

	it("count lines between the same two once, and none within one", () => {
		const edges = [anEdge("a", "b"), anEdge("b", "a", { id: "back" }), anEdge("a", "c"), anEdge("a", "gone")];
		expect(clusterTies(edges, (table) => ({ a: "A", b: "B", c: "A" })[table] ?? null)).toEqual([
			{ from: "A", to: "B", count: 2 },
		]);
	});
});

describe("findHubs", () => {
	it("counts referencing tables, not keys, and not those to the tenant", () => {
		const many = Array.from({ length: 15 }, (_, i) => anEdge(`t${i}`, "users"));
		expect(findHubs(many)).toEqual(new Map([["users", 15]]));
		expect(findHubs(many.map((edge) => ({ ...edge, from: "same" }))).size).toBe(0);
		expect(findHubs(many.map((edge) => ({ ...edge, tenant: true }))).size).toBe(0);
	});
});

describe("lines", () => {
	const box = (x: number) => ({ x, y: 0, width: 200, height: 100 });
	it("leave towards each other, or both to the right where there is no room between", () => {
		expect(sides(box(0), box(500))).toEqual(["right", "left"]);
		expect(sides(box(500), box(0))).toEqual(["left", "right"]);
		expect(sides(box(0), box(20))).toEqual(["right", "right"]);
	});
	it("mark a key that may be empty with a ring", () => {
		const ends = {
			sourceX: 0,
			sourceY: 0,
			sourceSide: "right",
			targetX: 100,
			targetY: 50,
			targetSide: "left",
		} as const;
		expect(linePath(ends)).toMatch(/^M0 0H18C.* 50H100$/);
		expect(marksPath(ends, false)).not.toContain("a");
		expect(marksPath(ends, true)).toContain("a");
	});
});

describe("search", () => {
	const hits = (query: string) =>
		search(aProduct(60).tables, query, 5).map(({ table, column }) => (column ? `${table.name}.${column}` : table.name));
	it("finds nothing for nothing", () => expect(hits("  ")).toEqual([]));
	it("puts the exact name first", () => expect(hits("invoices")[0]).toBe("invoices"));
	it("finds letters in order, words' beginnings first", () => expect(hits("bkit")[0]).toBe("booking_items"));
	it("doesn't care for upper case", () => expect(hits("INVOICES")[0]).toBe("invoices"));
	it("finds columns after tables", () => expect(hits("external_ref")[0]).toMatch(/\.external_reference$/));
	it("finds nothing where nothing matches", () => expect(hits("zzzz")).toEqual([]));
});

describe("nextBox", () => {
	const boxes = new Map([
		["a", { x: 0, y: 0, width: 100, height: 100 }],
		["b", { x: 200, y: 0, width: 100, height: 100 }],
		["c", { x: 400, y: 0, width: 100, height: 100 }],
		["d", { x: 0, y: 300, width: 100, height: 100 }],
	]);
	const never = () => false;
	it("goes to the nearest in the direction", () => {
		expect(nextBox("a", "right", boxes, never)).toBe("b");
		expect(nextBox("c", "left", boxes, never)).toBe("b");
		expect(nextBox("a", "down", boxes, never)).toBe("d");
		expect(nextBox("a", "up", boxes, never)).toBeNull();
		expect(nextBox("gone", "up", boxes, never)).toBeNull();
	});
	it("follows a foreign key before a nearer table", () =>
		expect(nextBox("a", "right", boxes, (id) => id === "c")).toBe("c"));
	it("starts at the one nearest to the middle", () => {
		expect(nearestBox({ x: 260, y: 60 }, boxes)).toBe("b");
		expect(nearestBox({ x: 0, y: 0 }, new Map())).toBeNull();
	});
});

describe("nameParts", () => {
	it.each([
		["booking_items", ["booking_", "items"]],
		["SurveyFollowUp", ["Survey", "Follow", "Up"]],
		["oauthURL2Token", ["oauth", "URL2", "Token"]],
		["", [""]],
	])("%s", (name, parts) => expect(nameParts(name)).toEqual(parts));
});

describe("fitName", () => {
	it("makes letters smaller until the words fit", () => {
		expect(fitName("a_b", { width: 300, height: 200 })).toBeGreaterThan(
			fitName("subscription_activation_rules", { width: 300, height: 200 }),
		);
		expect(fitName("ContactAttribute", { width: 200, height: 137 })).toBe(
			fitName("contact_attribute", { width: 200, height: 137 }),
		);
		expect(fitName("x".repeat(63), { width: 200, height: 50 })).toBe(14);
	});
});
