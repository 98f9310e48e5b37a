import { describe, it } from "vitest";
import { aDiagram, aProduct, aTable } from "../a-diagram";
import { diagramMessage } from "../panel-page";
import { expectNoViolations, node, open, panel, settle } from "./harness";

export function accessibilityTests(): void {
	// Each looks at the page in four themes.
	describe("accessibility in every theme", { timeout: 4 * 30_000 }, () => {
		it("the picture with details, search and menu", async () => {
			const page = await open(diagramMessage(aProduct(20)));
			await settle();
			await expectNoViolations();
			await page.keyboard.press("ArrowRight");
			await page.keyboard.press("Enter");
			await page.keyboard.press("f");
			await page.locator(".focus-bar").waitFor();
			await expectNoViolations();
			await page.keyboard.press("Shift+F10");
			await page.getByRole("menu").waitFor();
			await expectNoViolations();
			await page.keyboard.press("Escape");
			await page.keyboard.press("/");
			await page.keyboard.type("bo");
			await page.getByRole("option").first().waitFor();
			await expectNoViolations();
		});

		it("groups, and tables from afar", async () => {
			await open(diagramMessage(aProduct(300)));
			await settle();
			await expectNoViolations();
			await panel.send(diagramMessage({ ...aProduct(60), database: "other" }, { version: 2 }));
			await node("public.bookings").waitFor();
			await settle();
			await expectNoViolations();
		});

		it("the list and the keys", async () => {
			const page = await open(diagramMessage(aProduct(20)));
			await page.keyboard.press("l");
			await page.getByRole("table").waitFor();
			await expectNoViolations();
			await page.keyboard.press("?");
			await page.getByRole("dialog").waitFor();
			await expectNoViolations();
		});

		it("every other state", async () => {
			await open({ type: "loading", label: "Reading", done: 0, total: 0 });
			await expectNoViolations();
			await panel.send({ type: "empty", reason: "no-sql" });
			await panel.page.getByRole("button", { name: "Settings" }).waitFor();
			await expectNoViolations();
			await panel.send({ type: "failed", message: "No." });
			await panel.page.getByText("No.").waitFor();
			await expectNoViolations();
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
			await expectNoViolations();
		});
	});
}
