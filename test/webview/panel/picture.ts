import { describe, expect, it } from "vitest";
import { scopeWord } from "../../../webview/flow/words";
import { HOSTILE_NAMES, hostileDiagram } from "../../export/sample-diagram";
import { aDiagram, anEdge, aProduct, aTable } from "../a-diagram";
import { diagramMessage } from "../panel-page";
import { asked, eventually, node, open, panel, settle, TEN, tables } from "./harness";

export function pictureTests(): void {
	describe("the picture", () => {
		it("draws every table in the colour of its scope, with its word", async () => {
			await open();
			await eventually(() => tables().count()).toBe(10);
			const colours = new Set<string>();
			for (const table of TEN.tables) {
				await eventually(() => node(table.id).getAttribute("class")).toContain(table.scope);
				await eventually(() => node(table.id).getAttribute("aria-label")).toContain(
					scopeWord(table.scope, false).toLowerCase(),
				);
				if (table.scope !== "unscoped")
					colours.add(await node(table.id).evaluate((element) => getComputedStyle(element).borderColor));
			}
			expect(colours.size).toBe(
				new Set(TEN.tables.map((table) => table.scope).filter((scope) => scope !== "unscoped")).size,
			);
		});

		it("draws a line for each foreign key, those to the tenant on demand", async () => {
			const page = await open();
			const plain = TEN.edges.filter((edge) => !edge.tenant).length;
			await eventually(() => page.locator(".react-flow__edge").count()).toBe(plain);
			await page.getByRole("button", { name: "Keys to the tenant" }).click();
			await eventually(() => page.locator(".react-flow__edge").count()).toBe(TEN.edges.length);
		});

		it("says what was found", async () => {
			const page = await open(diagramMessage(aProduct(60)));
			const unscoped = aProduct(60).counts.unscoped;
			await eventually(() => page.getByRole("heading", { level: 1 }).innerText()).toBe(
				`${60 - unscoped} of 60 tables say whose data they hold`,
			);
		});

		it("names no verdict without the errors, and counts them on closed groups", async () => {
			const product = aProduct(300);
			const [first, ...others] = product.tables;
			if (!first) throw new Error("A product has tables.");
			const place = { file: "a.sql", line: 1, column: 1, endLine: 1, endColumn: 2 };
			const error = { rule: "rls-disabled", severity: "error", message: "", help: "", fixable: false, place } as const;
			const page = await open(
				diagramMessage({
					...product,
					tables: [
						{ ...first, findings: { error: 2, warning: 1 } },
						...others.map((table) => ({ ...table, findings: { error: 0, warning: 1 } })),
					],
					findings: [
						{ ...error, table: first.id },
						{ ...error, table: null },
						{ ...error, severity: "warning", table: first.id },
					],
				}),
			);
			const heading = page.getByRole("heading", { level: 1 });
			await eventually(() => heading.innerText()).toBe(
				`${300 - product.counts.unscoped} of 300 tables say whose data they hold, 2 errors`,
			);
			expect(await heading.locator(".icon").getAttribute("class")).toBe("icon icon-error");
			const alarms = page.locator(".cluster-alarm", { hasText: "error" });
			await eventually(() => alarms.allInnerTexts()).toEqual(["2 errors"]);
			const group = page.locator(".react-flow__node-cluster", { has: alarms });
			expect(await group.getAttribute("aria-label")).toContain(", 2 errors. Press Enter");
		});

		it("drops detail with the zoom", async () => {
			const page = await open();
			await eventually(() => page.locator(".row").count()).toBeGreaterThan(20);
			for (let i = 0; i < 4; i++) await page.getByRole("button", { name: "Zoom out" }).click();
			await settle();
			await eventually(() => page.locator(".row").count()).toBe(0);
			await eventually(() => tables().count()).toBe(10);
		});

		it("changes how many columns are shown", async () => {
			const page = await open();
			const rows = await page.locator(".row").count();
			await page.getByRole("button", { name: "Only keys and tenant columns" }).click();
			await eventually(() => page.locator(".row:not(.more)").count()).toBeLessThan(rows);
			await page.getByRole("button", { name: "Only the tables' names" }).click();
			await eventually(() => page.locator(".row").count()).toBe(0);
		});

		it("opens big diagrams with their groups closed, and opens one on double click", async () => {
			const page = await open(diagramMessage(aProduct(300)));
			await page.locator(".react-flow__node-cluster .cluster").first().waitFor();
			expect(await tables().count()).toBe(0);
			await page.locator(".react-flow__node-cluster").first().dblclick();
			await eventually(() => tables().count()).toBeGreaterThan(4);
		});

		it("shows names as text, whatever they hold", async () => {
			const page = await open(diagramMessage(hostileDiagram()));
			await page.getByRole("button", { name: "List" }).click();
			for (const name of HOSTILE_NAMES)
				await eventually(async () =>
					(await page.locator("tbody th").allTextContents()).some((text) => text.endsWith(name)),
				).toBe(true);
			expect(await page.locator(".panel img, .panel script").count()).toBe(0);
			expect(await page.evaluate(() => document.querySelectorAll("#root script, #root img").length)).toBe(0);
		});

		it("sets names in the reasons apart, and keeps a lone backtick", async () => {
			const page = await open(
				diagramMessage(
					aDiagram([aTable("a", { reason: "`<b>x</b>` holds it" }), aTable("b", { reason: "a ` alone" })]),
				),
			);
			await node("public.a").click();
			await eventually(() => page.locator(".reason").innerText()).toBe("<b>x</b> holds it");
			expect(await page.locator(".reason code").innerText()).toBe("<b>x</b>");
			await node("public.b").click();
			await eventually(() => page.locator(".reason").innerText()).toBe("a ` alone");
		});

		it("lists what the rules found of a table, and of the whole database; a click shows the place", async () => {
			const place = { file: "a.sql", line: 3, column: 1, endLine: 3, endColumn: 9 };
			const finding = {
				rule: "rls-disabled",
				severity: "error",
				message: "`a` is open.",
				help: "Close it.",
				fixable: false,
				place,
			} as const;
			const diagram = aDiagram([aTable("a", { findings: { error: 1, warning: 0 } }), aTable("b")]);
			const page = await open(
				diagramMessage({
					...diagram,
					findings: [
						{ ...finding, table: null, message: "A role bypasses it." },
						{ ...finding, table: "public.a" },
					],
				}),
			);
			expect(await node("public.a").getAttribute("aria-label")).toContain("1 error");
			await page.getByRole("button", { name: /^Findings/ }).click();
			await eventually(() => page.locator(".react-flow__node-table").count()).toBe(1);
			await node("public.a").click();
			await page.locator(".details .problem", { hasText: "a is open. Close it." }).click();
			expect(await asked("revealFinding")).toEqual([{ type: "revealFinding", version: 1, finding: 1 }]);
			await page.getByRole("button", { name: "1 finding about the whole database" }).click();
			await page.locator(".problems .problem", { hasText: "A role bypasses it." }).click();
			expect((await asked("revealFinding"))[1]).toMatchObject({ finding: 0 });
		});

		it("has findings mended whose rules know how, where files can be written", async () => {
			const place = { file: "a.sql", line: 3, column: 1, endLine: 3, endColumn: 9 };
			const finding = { rule: "rls-disabled", severity: "error", help: "Close it.", table: "public.a", place } as const;
			const findings = [
				{ ...finding, message: "`a` is open.", fixable: true },
				{ ...finding, message: "`a` is odd.", fixable: false },
			];
			const diagram = aDiagram([aTable("a"), aTable("b")], [], { findings });
			const page = await open(diagramMessage(diagram));
			await node("public.a").click();
			const fixes = page.locator(".details").getByRole("button", { name: /^Fix/ });
			await eventually(() => fixes.count()).toBe(1);
			expect(await fixes.innerText()).toContain("a is open.");
			await fixes.click();
			expect(await asked("applyFix")).toEqual([{ type: "applyFix", version: 1, finding: 0 }]);
			await panel.send(diagramMessage(diagram, { version: 2, canEdit: false }));
			await eventually(() => fixes.count()).toBe(0);
		});

		it("stays where it is when the SQL is edited", async () => {
			const page = await open();
			await settle();
			const places = () =>
				tables().evaluateAll((elements) =>
					Object.fromEntries(
						elements.map((element) => [element.getAttribute("data-id"), (element as HTMLElement).style.transform]),
					),
				);
			const before = await places();
			const viewport = await page.locator(".react-flow__viewport").getAttribute("style");
			const edited = aDiagram(
				[...TEN.tables, aTable("brand_new")],
				[...TEN.edges, anEdge("public.brand_new", "public.bookings")],
			);
			await panel.send(diagramMessage(edited, { version: 2 }));
			await node("public.brand_new").waitFor();
			expect(await places()).toMatchObject(before);
			expect(await page.locator(".react-flow__viewport").getAttribute("style")).toBe(viewport);
		});
	});
}
