import { describe, expect, it } from "vitest";
import { aDiagram, aTable } from "../a-diagram";
import { diagramMessage } from "../panel-page";
import { asked, eventually, node, open, settle, TEN, tables } from "./harness";

export function mouseTests(): void {
	describe("the mouse", () => {
		it("reveals and selects on click", async () => {
			const page = await open();
			await node("public.bookings").click();
			expect(await asked("revealTable")).toEqual([{ type: "revealTable", version: 1, table: "public.bookings" }]);
			await eventually(() => page.getByRole("complementary").getByRole("heading", { level: 2 }).innerText()).toBe(
				"bookings",
			);
			await eventually(() => node("public.bookings").getAttribute("aria-pressed")).toBe("true");
		});

		it("shows a table's neighbours on double click, and goes back", async () => {
			const page = await open();
			await node("public.booking_labels").dblclick();
			const near = new Set([
				"public.booking_labels",
				...TEN.edges
					.filter((edge) => !edge.tenant)
					.flatMap(({ from, to }) =>
						from === "public.booking_labels" ? [to] : to === "public.booking_labels" ? [from] : [],
					),
			]);
			await eventually(() => tables().count()).toBe(near.size);
			await page.getByRole("button", { name: "2 steps" }).click();
			await eventually(() => tables().count()).toBeGreaterThan(near.size);
			await page.getByRole("button", { name: "All tables" }).click();
			await eventually(() => tables().count()).toBe(10);
		});

		it("keeps all neighbours in view when an editor opens beside them", async () => {
			const page = await open();
			await node("public.booking_labels").dblclick();
			await eventually(() => tables().count()).toBeLessThan(10);
			await settle();
			const near = await tables().count();
			await page.setViewportSize({ width: 620, height: 900 });
			const inView = () =>
				tables().evaluateAll(
					(nodes) =>
						nodes.filter((element) => {
							const { left, right } = element.getBoundingClientRect();
							const room = document.querySelector(".canvas")?.getBoundingClientRect();
							return room !== undefined && left >= room.left && right <= room.right;
						}).length,
				);
			await eventually(inView).toBe(near);
		});

		it("fills a room that becomes wider or narrower, until somebody moves the picture", async () => {
			const page = await open(diagramMessage(TEN), { width: 700, height: 900 });
			await settle();
			const zoom = () =>
				page
					.locator(".react-flow__viewport")
					.evaluate((element) => new DOMMatrix(getComputedStyle(element).transform).a);
			const before = await zoom();
			await page.setViewportSize({ width: 1200, height: 900 });
			await eventually(zoom).toBeGreaterThan(before * 1.2);
			await page.setViewportSize({ width: 700, height: 900 });
			await eventually(zoom).toBeCloseTo(before, 5);
			await page.getByRole("button", { name: "Zoom in" }).click();
			await settle();
			const chosen = await zoom();
			await page.setViewportSize({ width: 1200, height: 900 });
			await settle();
			expect(await zoom()).toBeCloseTo(chosen, 5);
		});

		it("keeps the table in view whose details open below it", async () => {
			const page = await open(diagramMessage(TEN), { width: 600, height: 700 });
			await settle();
			const bottom = () =>
				tables().evaluateAll((nodes) => {
					const lowest = nodes.sort((a, b) => b.getBoundingClientRect().bottom - a.getBoundingClientRect().bottom)[0];
					return lowest?.getAttribute("data-id") ?? "";
				});
			const id = await bottom();
			await node(id).click();
			const isInView = () =>
				node(id).evaluate((element) => {
					const canvas = document.querySelector(".canvas")?.getBoundingClientRect();
					return canvas !== undefined && element.getBoundingClientRect().bottom <= canvas.bottom;
				});
			await page.getByRole("complementary").waitFor();
			await eventually(isInView).toBe(true);
		});

		it("offers what can be done on right click", async () => {
			const page = await open();
			await node("public.bookings").click({ button: "right" });
			await page.getByRole("menuitem", { name: "Mark as shared" }).click();
			expect(await asked("markTable")).toEqual([
				{ type: "markTable", version: 1, table: "public.bookings", scope: "shared" },
			]);
			await node("public.bookings").click({ button: "right" });
			await page.getByRole("menuitem", { name: "Clear the mark" }).click();
			expect((await asked("markTable"))[1]).toMatchObject({ scope: null });
		});

		it("has a table protected, or made tenant-scoped, as far as it isn't", async () => {
			const page = await open(
				diagramMessage(
					aDiagram([
						aTable("open", { unprotected: true }),
						aTable("closed", { unprotected: false }),
						aTable("nobodys", { unprotected: false, scope: "unscoped", tenantColumn: null }),
						aTable("everybodys", { unprotected: false, scope: "shared", tenantColumn: null }),
					]),
				),
			);
			const fixes = page.getByRole("menuitem", { name: /^Protect|^Make/ });
			const offered = async (table: string) => {
				await node(`public.${table}`).click({ button: "right" });
				await page.getByRole("menuitem", { name: "Copy name" }).waitFor();
				const names = await fixes.allInnerTexts();
				await page.keyboard.press("Escape");
				return names.map((name) => name.trim());
			};
			expect(await offered("open")).toEqual(["Protect with row-level security"]);
			expect(await offered("closed")).toEqual([]);
			expect(await offered("nobodys")).toEqual(["Make tenant-scoped"]);
			expect(await offered("everybodys")).toEqual([]);
			for (const table of ["open", "nobodys"]) {
				await node(`public.${table}`).click({ button: "right" });
				await fixes.click();
			}
			expect(await asked("protectTable")).toEqual([{ type: "protectTable", version: 1, table: "public.open" }]);
			expect(await asked("scopeTable")).toEqual([{ type: "scopeTable", version: 1, table: "public.nobodys" }]);
		});

		it("offers no marking and no fix where nothing can be written", async () => {
			const page = await open(diagramMessage(TEN, { canEdit: false }));
			await node("public.bookings").click({ button: "right" });
			await page.getByRole("menuitem", { name: "Copy name" }).waitFor();
			expect(await page.getByRole("menuitem", { name: /Mark|mark|Protect|Make/ }).count()).toBe(0);
		});

		it("moves a table and has it remembered", async () => {
			const page = await open();
			await settle();
			const box = await node("public.users").boundingBox();
			if (!box) throw new Error("not drawn");
			await page.mouse.move(box.x + 30, box.y + 10);
			await page.mouse.down();
			await page.mouse.move(box.x + 90, box.y + 50, { steps: 5 });
			await page.mouse.up();
			const [moved] = await asked("movePositions");
			expect(Object.keys(moved?.positions ?? {})).toEqual(["public.users"]);
			const now = await node("public.users").boundingBox();
			expect((now?.x ?? 0) - box.x).toBeGreaterThan(40);
			expect(await asked("revealTable")).toEqual([]);
		});

		it("filters by scope, and counts", async () => {
			const page = await open();
			const chip = page.getByRole("button", { name: /^Shared/ });
			expect(await chip.getAttribute("aria-pressed")).toBe("true");
			expect(await chip.innerText()).toContain(String(TEN.counts.shared));
			await chip.click();
			await eventually(() => tables().count()).toBe(10 - TEN.counts.shared);
			await page.getByRole("button", { name: "Show all" }).click();
			await eventually(() => tables().count()).toBe(10);
		});

		it("exports what is shown", async () => {
			const page = await open();
			await page.getByRole("button", { name: /^Shared/ }).click();
			await page.getByRole("button", { name: "Export" }).click();
			await page.getByRole("menuitem", { name: /vectors/ }).click();
			const [message] = await asked("export");
			expect(message).toMatchObject({ format: "svg", version: 1 });
			expect(message?.tables).toHaveLength(10 - TEN.counts.shared);
			expect(Object.keys(message?.positions ?? {})).toHaveLength(10);
		});

		it("forgets where tables were dragged when asked for a new layout", async () => {
			const page = await open(diagramMessage(TEN, { positions: { "public.users": { x: 5000, y: 5000 } } }));
			await page.getByRole("button", { name: "Lay out anew" }).click();
			await eventually(() => asked("resetPositions")).toHaveLength(1);
			await eventually(() => node("public.users").getAttribute("style")).not.toContain("5000px");
		});
	});
}
