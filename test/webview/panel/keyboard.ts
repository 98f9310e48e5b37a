import { describe, expect, it } from "vitest";
import { aProduct } from "../a-diagram";
import { diagramMessage } from "../panel-page";
import { asked, eventually, focusedNode, node, open, panel, settle, TEN } from "./harness";

export function keyboardTests(): void {
	describe("the keyboard", () => {
		it("walks along foreign keys, reveals, selects, focuses and comes back", async () => {
			const page = await open();
			await settle();
			await page.keyboard.press("ArrowRight");
			await eventually(focusedNode).toBeTruthy();
			await node("public.bookings").focus();
			await node("public.bookings").click();
			await page.keyboard.press("Escape");
			await page.keyboard.press("ArrowRight");
			await eventually(focusedNode).not.toBe("public.bookings");
			const next = await focusedNode();
			expect(TEN.edges.some((edge) => edge.from === next && edge.to === "public.bookings")).toBe(true);
			await page.keyboard.press("Enter");
			expect((await asked("revealTable")).at(-1)).toMatchObject({ table: next });
			await page.keyboard.press("f");
			await page.locator(".focus-bar").waitFor();
			await page.keyboard.press("Escape");
			await page.locator(".focus-bar").waitFor({ state: "detached" });
			await eventually(() => node(next ?? "").getAttribute("aria-pressed")).toBe("true");
			await page.keyboard.press("Escape");
			await eventually(() => node(next ?? "").getAttribute("aria-pressed")).toBe("false");
		});

		it("has one stop in the picture, at the table that was last visited", async () => {
			await open();
			await node("public.bookings").click();
			expect(await panel.page.locator('.canvas[tabindex="0"], .react-flow__node[tabindex="0"]').count()).toBe(1);
			expect(await node("public.bookings").getAttribute("tabindex")).toBe("0");
		});

		it("opens the menu, which takes arrow keys and gives the keyboard back", async () => {
			const page = await open();
			await node("public.bookings").click();
			await page.keyboard.press("Shift+F10");
			await page.getByRole("menu").waitFor();
			await page.keyboard.press("ArrowDown");
			await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Focus neighbours");
			await page.keyboard.press("Escape");
			await page.getByRole("menu").waitFor({ state: "detached" });
			await eventually(focusedNode).toBe("public.bookings");
		});

		it("finds a table, though a filter hides it", async () => {
			const page = await open();
			await page.getByRole("button", { name: /^Shared/ }).click();
			await page.keyboard.press("/");
			await page.keyboard.type("countr");
			await eventually(() => page.getByRole("option").count()).toBe(1);
			await page.keyboard.press("Enter");
			await eventually(() => node("public.countries").getAttribute("aria-pressed")).toBe("true");
		});

		it("finds a table in a closed group", async () => {
			const page = await open(diagramMessage(aProduct(300)));
			await page.keyboard.press("/");
			await page.keyboard.type("countries");
			await page.keyboard.press("Enter");
			await node("public.countries").waitFor();
		});

		it("shows the list and all keys", async () => {
			const page = await open();
			await page.keyboard.press("l");
			await page.getByRole("table").waitFor();
			await page.keyboard.press("?");
			await page.getByRole("dialog").waitFor();
			await page.keyboard.press("Escape");
			await page.getByRole("dialog").waitFor({ state: "detached" });
		});
	});

	describe("the list", () => {
		it("holds every table with scope and reason, and sorts", async () => {
			const page = await open();
			await page.getByRole("button", { name: "List" }).click();
			await eventually(() => page.locator("tbody tr").count()).toBe(10);
			await page.getByRole("button", { name: "Table" }).click();
			const names = await page.locator("tbody th").allInnerTexts();
			expect(names).toEqual([...names].sort());
			await page.getByRole("button", { name: names[0] ?? "" }).click();
			expect(await asked("revealTable")).toMatchObject([{ table: `public.${names[0]}` }]);
		});
	});
}
