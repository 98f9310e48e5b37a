import { describe, expect, it } from "vitest";
import { aDiagram, aProduct, aTable } from "../a-diagram";
import { diagramMessage, THEMES, type Theme } from "../panel-page";
import { node, open, panel, seriousViolations, settle } from "./harness";

export function accessibilityTests(): void {
	describe.each(Object.keys(THEMES) as Theme[])("accessibility in %s", (theme) => {
		it("the picture with details, search and menu", async () => {
			const page = await open(diagramMessage(aProduct(20)), { theme });
			await settle();
			expect(await seriousViolations()).toEqual([]);
			await page.keyboard.press("ArrowRight");
			await page.keyboard.press("Enter");
			await page.keyboard.press("f");
			await page.locator(".focus-bar").waitFor();
			expect(await seriousViolations()).toEqual([]);
			await page.keyboard.press("Shift+F10");
			await page.getByRole("menu").waitFor();
			expect(await seriousViolations()).toEqual([]);
			await page.keyboard.press("Escape");
			await page.keyboard.press("/");
			await page.keyboard.type("bo");
			await page.getByRole("option").first().waitFor();
			expect(await seriousViolations()).toEqual([]);
		});

		it("groups, and tables from afar", async () => {
			await open(diagramMessage(aProduct(300)), { theme });
			await settle();
			expect(await seriousViolations()).toEqual([]);
			await panel.send(diagramMessage({ ...aProduct(60), database: "other" }, { version: 2 }));
			await node("public.bookings").waitFor();
			await settle();
			expect(await seriousViolations()).toEqual([]);
		});

		it("the list and the keys", async () => {
			const page = await open(diagramMessage(aProduct(20)), { theme });
			await page.keyboard.press("l");
			await page.getByRole("table").waitFor();
			expect(await seriousViolations()).toEqual([]);
			await page.keyboard.press("?");
			await page.getByRole("dialog").waitFor();
			expect(await seriousViolations()).toEqual([]);
		});

		it("every other state", async () => {
			await open({ type: "loading", label: "Reading", done: 0, total: 0 }, { theme });
			expect(await seriousViolations()).toEqual([]);
			await panel.send({ type: "empty", reason: "no-sql" });
			await panel.page.getByRole("button", { name: "Settings" }).waitFor();
			expect(await seriousViolations()).toEqual([]);
			await panel.send({ type: "failed", message: "No." });
			await panel.page.getByText("No.").waitFor();
			expect(await seriousViolations()).toEqual([]);
			const single = aDiagram([aTable("a", { scope: "unscoped" })], [], {
				mode: "single-tenant",
				roots: [],
				problems: [
					{
						place: { file: "a.sql", line: 1, column: 1, endLine: 1, endColumn: 2 },
						kind: "dynamic",
						severity: "warning",
						message: "Can't be followed",
					},
				],
			});
			await panel.send(diagramMessage(single));
			await node("public.a").waitFor();
			await panel.page.getByRole("button", { name: "1 remark about the SQL" }).click();
			expect(await seriousViolations()).toEqual([]);
		});
	});
}
