import { describe, expect, it } from "vitest";
import { isDiagram, isHostMessage, isPositions, isWebviewMessage } from "../../src/protocol/guards";
import { EXPORT_FORMATS, type HostMessage, type WebviewMessage } from "../../src/protocol/messages";
import { hostileDiagram } from "../export/sample-diagram";
import { aProduct } from "../webview/a-diagram";

const DIAGRAM: HostMessage = {
	type: "diagram",
	version: 1,
	diagram: aProduct(10),
	databases: [{ id: ".", label: "." }],
	positions: { "public.a": { x: 1, y: -2.5 } },
	arranged: { detail: "keys", positions: { "public.a": { x: 3, y: 4 } } },
	canEdit: true,
};
const HOST: readonly HostMessage[] = [
	DIAGRAM,
	{ ...DIAGRAM, arranged: null },
	{ type: "loading", label: "Reading", done: 0, total: 0 },
	{ type: "empty", reason: "no-sql" },
	{ type: "failed", message: "" },
	{ type: "reveal", table: "public.a" },
];
const WEBVIEW: readonly WebviewMessage[] = [
	{ type: "ready", version: 0 },
	{ type: "revealTable", version: 3, table: "public.a" },
	{ type: "revealProblem", version: 3, problem: 0 },
	{ type: "revealFinding", version: 3, finding: 0 },
	{ type: "applyFix", version: 3, finding: 0 },
	{ type: "protectTable", version: 3, table: "public.a" },
	{ type: "scopeTable", version: 3, table: "public.a" },
	{ type: "markTable", version: 3, table: "public.a", scope: "shared" },
	{ type: "markTable", version: 3, table: "public.a", scope: null },
	{ type: "selectDatabase", version: 3, database: "." },
	{ type: "movePositions", version: 3, positions: {} },
	{ type: "resetPositions", version: 3 },
	{ type: "arranged", version: 3, detail: "keys", positions: { "public.a": { x: 1, y: 2 } } },
	...EXPORT_FORMATS.map((format) => ({ type: "export" as const, version: 3, format, positions: {}, tables: [] })),
	{ type: "runCommand", version: 3, command: "openExample" },
];

/** Each way to take a field out of a message, or to put something else in its place. */
function damaged(message: object): unknown[] {
	return Object.keys(message).flatMap((key) => [
		Object.fromEntries(Object.entries(message).filter(([other]) => other !== key)),
		...[undefined, { wrong: true }, Number.NaN, -1, [1]].map((value) => ({ ...message, [key]: value })),
	]);
}

describe("isHostMessage", () => {
	it("takes every message of the protocol", () => {
		for (const message of HOST) expect(isHostMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
	});

	it("takes names of whatever letters", () => {
		expect(isDiagram(hostileDiagram())).toBe(true);
	});

	it("refuses damaged ones", () => {
		for (const message of HOST)
			for (const bad of damaged(message)) expect(isHostMessage(bad), JSON.stringify(bad)).toBe(false);
	});

	it("refuses damage deep inside a diagram", () => {
		if (DIAGRAM.type !== "diagram") throw new Error("not a diagram");
		const { diagram } = DIAGRAM;
		const [table, ...tables] = diagram.tables;
		for (const change of [
			{ scope: "tenant" },
			{ columns: [{ name: "id" }] },
			{ rls: null },
			{ place: { file: "a" } },
			{ findings: { error: "1", warning: 0 } },
		]) {
			expect(isHostMessage({ ...DIAGRAM, diagram: { ...diagram, tables: [...tables, { ...table, ...change }] } })).toBe(
				false,
			);
		}
	});
});

describe("isWebviewMessage", () => {
	it("takes every message of the protocol", () => {
		for (const message of WEBVIEW) expect(isWebviewMessage(JSON.parse(JSON.stringify(message)))).toBe(true);
	});

	it("refuses damaged ones", () => {
		for (const message of WEBVIEW)
			for (const bad of damaged(message)) expect(isWebviewMessage(bad), JSON.stringify(bad)).toBe(false);
	});

	it.each([null, undefined, 1, "ready", [], {}, { type: "__proto__" }, { type: "constructor" }, { type: ["ready"] }])(
		"refuses %j",
		(value) => {
			expect(isWebviewMessage(value)).toBe(false);
			expect(isHostMessage(value)).toBe(false);
		},
	);
});

describe("isPositions", () => {
	it("refuses places that are no finite numbers", () => {
		for (const value of [
			null,
			[],
			{ a: null },
			{ a: { x: 1 } },
			{ a: { x: Number.POSITIVE_INFINITY, y: 0 } },
			{ a: { x: "1", y: 0 } },
		])
			expect(isPositions(value)).toBe(false);
		expect(isPositions({})).toBe(true);
	});
});
