import { readFileSync } from "node:fs";
import { JSDOM } from "jsdom";
import { describe, expect, test } from "vitest";
import { toPng } from "../../src/export/png";
import { DARK, LIGHT } from "../../src/export/scope-style";
import { toSvg } from "../../src/export/svg";
import { aColumn, aDiagram, anEdge, aTable, HOSTILE_NAMES, hostileDiagram, inRows } from "./sample-diagram";

const OPTIONS = { detail: "full", theme: "auto" } as const;

/** Parsed as XML: anything that is not well-formed throws. */
function parse(svg: string): Document {
	return new JSDOM(svg, { contentType: "image/svg+xml" }).window.document;
}

const shop = aDiagram(
	[
		aTable("orders", {
			rls: { enabled: true, forced: true, policies: ["p"] },
			columns: [
				aColumn({ primaryKey: true }),
				aColumn({ name: "organization_id", tenant: true, references: "public.organizations" }),
			],
		}),
		aTable("order_lines", {
			scope: "tenant-derived",
			columns: [
				aColumn({ name: "order_id", references: "public.orders" }),
				aColumn({ name: "note", type: "character varying(20)", notNull: false }),
			],
		}),
		aTable("organizations", { scope: "tenant-root" }),
	],
	[
		anEdge("public.order_lines", "public.orders", { columns: ["order_id"] }),
		anEdge("public.orders", "public.organizations", { columns: ["organization_id"], tenant: true }),
	],
);

describe("toSvg", () => {
	test("each table in its scope's colours with the word, the reason and its columns; keys to the root are left out", () => {
		const document = parse(toSvg(shop, inRows(shop), OPTIONS));
		const lines = document.querySelector(".tables .tenant-derived");
		expect(lines?.querySelector("title")?.textContent).toBe(
			"public.order_lines — Tenant-derived. order_lines has a tenant column.",
		);
		expect([...(lines?.querySelectorAll("text") ?? [])].map((text) => text.textContent)).toEqual([
			"order_lines",
			"Tenant-derived",
			"FK",
			"order_id",
			"uuid",
			"note",
			"varchar(20)?",
		]);
		expect([...document.querySelectorAll("g.edges title")].map((title) => title.textContent)).toEqual([
			"public.order_lines (order_id) → public.orders (id), on delete cascade",
		]);
		expect(document.querySelector("desc")?.textContent).toBe(
			"Five tables carry organization_id. 3 tables: 1 tenant root, 1 tenant-scoped, 1 tenant-derived.",
		);
		expect(document.documentElement.getAttribute("aria-labelledby")).toBe("title description");
	});

	test("everything lies within the picture", () => {
		const svg = toSvg(
			shop,
			{ "public.orders": { x: -500, y: -300 }, "public.order_lines": { x: 900, y: 700 } },
			OPTIONS,
		);
		const root = parse(svg).documentElement;
		expect(Number(root.getAttribute("width"))).toBeGreaterThan(1400);
		expect(Number(root.getAttribute("height"))).toBeGreaterThan(1000);
		expect(svg).toContain("translate(532 ");
		expect(svg).not.toContain("public.organizations —");
	});

	test("names are text, whatever they contain", () => {
		const diagram = hostileDiagram();
		const document = parse(toSvg(diagram, inRows(diagram), OPTIONS));
		expect(document.querySelectorAll("script, img, image, foreignObject, a, use")).toHaveLength(0);
		const attributes = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes]);
		expect(
			attributes.filter(
				({ name, value }) =>
					name.startsWith("on") || /javascript:|url\(|http(?!:\/\/www.w3.org\/2000\/svg)/.test(value),
			),
		).toEqual([]);
		const titles = [...document.querySelectorAll(".tables title")].map((title) => title.textContent ?? "");
		expect(titles.some((title) => title.startsWith(`public.${HOSTILE_NAMES[0]} — `))).toBe(true);
	});

	test("auto follows the viewer's theme, light and dark are fixed", () => {
		expect(toSvg(shop, inRows(shop), OPTIONS)).toContain("@media (prefers-color-scheme:dark)");
		const dark = toSvg(shop, inRows(shop), { detail: "full", theme: "dark" });
		expect(dark).not.toContain("@media");
		expect(dark).toContain(DARK.unscoped.band);
		expect(dark).not.toContain(LIGHT.unscoped.band);
	});

	test("less detail shows keys only, or names only; long names and many columns are shortened", () => {
		const wide = aTable("a".repeat(80), {
			columns: Array.from({ length: 50 }, (_, i) => aColumn({ name: `column_${i}`, primaryKey: i === 0 })),
		});
		const diagram = aDiagram([wide]);
		const texts = (detail: "full" | "keys" | "header") =>
			[...parse(toSvg(diagram, inRows(diagram), { detail, theme: "light" })).querySelectorAll(".tables text")].map(
				(text) => text.textContent,
			);
		expect(texts("full").at(-1)).toBe("… 20 more columns");
		expect(texts("keys")).toEqual([
			expect.stringMatching(/^a{10,40}…$/),
			"Tenant-scoped",
			"PK",
			"column_0",
			"uuid",
			"… 49 more columns",
		]);
		expect(texts("header")).toHaveLength(2);
	});

	test("groups that stand apart have a frame with their label; keys across them are faint", () => {
		const diagram = aDiagram(
			[aTable("a", { group: "one" }), aTable("b", { group: "two" })],
			[anEdge("public.a", "public.b")],
		);
		const groups = [
			{ id: "one", label: "one", tables: ["public.a"] },
			{ id: "two", label: "<two>", tables: ["public.b"] },
		];
		const draw = (x: number) =>
			parse(toSvg({ ...diagram, groups }, { "public.a": { x: 0, y: 0 }, "public.b": { x, y: 0 } }, OPTIONS));
		expect([...draw(600).querySelectorAll(".label")].map((label) => label.textContent)).toEqual([
			"one · 1",
			"<two> · 1",
		]);
		expect(draw(600).querySelectorAll(".edges .across")).toHaveLength(1);
		expect(draw(210).querySelectorAll(".label")).toHaveLength(0);
	});

	test("no tables give a picture of the legend", () => {
		const root = parse(toSvg(aDiagram([]), {}, OPTIONS)).documentElement;
		expect(Number(root.getAttribute("width"))).toBeGreaterThan(0);
		expect(Number(root.getAttribute("height"))).toBeGreaterThan(0);
	});

	test("text on a scope's band has a contrast of at least 7 to 1 (WCAG 2.2, 1.4.6)", () => {
		for (const { band, text } of [...Object.values(LIGHT), ...Object.values(DARK)])
			expect(contrast(band, text)).toBeGreaterThanOrEqual(7);
	});
});

describe("toPng", () => {
	const read = (path: string) => readFileSync(`node_modules/${path}`);
	const parts = {
		wasm: read("@resvg/resvg-wasm/index_bg.wasm"),
		fonts: [read("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"), read("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf")],
	};

	test("a picture at twice the size", async () => {
		const svg = toSvg(shop, inRows(shop), { detail: "full", theme: "light" });
		const png = await toPng(svg, parts);
		expect(Buffer.from(png.subarray(1, 4)).toString()).toBe("PNG");
		const width = new DataView(png.buffer, png.byteOffset).getUint32(16);
		expect(width).toBe(2 * Number(/width="(\d+)"/.exec(svg)?.[1]));
	});

	test("a huge diagram is made smaller rather than refused", async () => {
		const svg = toSvg(
			shop,
			{ ...inRows(shop), "public.orders": { x: 20_000, y: 20_000 } },
			{ detail: "full", theme: "light" },
		);
		const png = await toPng(svg, parts);
		const header = new DataView(png.buffer, png.byteOffset);
		expect(header.getUint32(16) * header.getUint32(20)).toBeLessThanOrEqual(64_100_000);
	});
});

/** Relative luminance and contrast ratio as WCAG 2.2 defines them. */
function contrast(a: string, b: string): number {
	const luminance = (hex: string) => {
		const [r, g, b] = [1, 3, 5]
			.map((i) => Number.parseInt(hex.slice(i, i + 2), 16) / 255)
			.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)) as [number, number, number];
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
	return (light + 0.05) / (dark + 0.05);
}
