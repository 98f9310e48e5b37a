import { describe, expect, it } from "vitest";
import type { DiagramTable } from "../../../src/core/diagram/diagram";
import { toHtml } from "../../../src/export/html";
import { packed } from "../../../src/host/adapters/packed-message";
import { changesSince } from "../../../src/protocol/changes";
import type { DiagramMessage } from "../../../src/protocol/messages";
import { aDiagram, aProduct, aTable } from "../a-diagram";
import { diagramMessage, panelBundle } from "../panel-page";
import { asked, browser, eventually, node, open, panel, settle, TEN, tables } from "./harness";

export function statesTests(): void {
	describe("states", () => {
		it("says what is read, and how far", async () => {
			const page = await open({ type: "loading", label: "Reading shop", done: 3, total: 12 });
			await page.getByText("Reading shop (3 of 12)").waitFor();
			expect(await page.getByRole("progressbar").getAttribute("value")).toBe("3");
		});

		it.each(["no-folder", "no-sql", "no-tables"] as const)("has a next step for %s", async (reason) => {
			const page = await open({ type: "empty", reason });
			await page.getByRole("button", { name: "Open an example" }).click();
			expect(await asked("runCommand")).toMatchObject([{ command: "openExample" }]);
		});

		it("lets a failed reading be tried again", async () => {
			const page = await open({ type: "failed", message: "The disk is gone." });
			await page.getByText("The disk is gone.").waitFor();
			await page.getByRole("button", { name: "Try again" }).click();
			expect(await asked("runCommand")).toMatchObject([{ command: "refresh" }]);
		});

		it("is calm where there are no tenants", async () => {
			const single = aDiagram(
				["a", "b"].map((name) => aTable(name, { scope: "unscoped" })),
				[],
				{ mode: "single-tenant", roots: [], tenantColumns: [], enforcement: "none" },
			);
			const page = await open(diagramMessage(single));
			await page.getByText("No sign of tenants in these 2 tables").waitFor();
			expect(await page.getByText("Unscoped").count()).toBe(0);
			expect(await node("public.a").getAttribute("aria-label")).toContain("not divided");
			const border = await node("public.a").evaluate((element) => getComputedStyle(element).borderColor);
			await panel.send(diagramMessage({ ...single, mode: "row" }, { version: 2 }));
			await eventually(() => node("public.a").evaluate((element) => getComputedStyle(element).borderColor)).not.toBe(
				border,
			);
		});

		it("lists what couldn't be read and shows its place", async () => {
			const place = { file: "a.sql", line: 3, column: 1, endLine: 3, endColumn: 9 };
			const broken = aDiagram(TEN.tables, TEN.edges, {
				problems: [{ place, kind: "syntax", severity: "error", message: 'syntax error at or near "TABEL"' }],
				statements: { total: 30, understood: 29, failed: 1 },
			});
			const page = await open(diagramMessage(broken));
			await page.getByRole("button", { name: "1 statement of 30 could not be read" }).click();
			await page.getByRole("button", { name: /TABEL/ }).click();
			expect(await asked("revealProblem")).toEqual([{ type: "revealProblem", version: 1, problem: 0 }]);
		});

		it("lets one of several databases be chosen", async () => {
			const page = await open(
				diagramMessage(TEN, {
					databases: [
						{ id: ".", label: "shop" },
						{ id: "billing", label: "billing" },
					],
				}),
			);
			await page.getByLabel("Database").selectOption("billing");
			expect(await asked("selectDatabase")).toEqual([{ type: "selectDatabase", version: 1, database: "billing" }]);
		});

		it("takes no message that isn't in the protocol", async () => {
			const page = await open();
			await panel.send({ type: "diagram", version: 2, diagram: null } as never);
			await panel.send({ type: "nonsense" } as never);
			await settle();
			expect(await tables().count()).toBe(10);
			expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
		});
	});

	describe("messages of many tables", () => {
		it("travel packed, and nothing overtakes them", async () => {
			const big = diagramMessage(aProduct(300), { version: 2 });
			expect(packed(big)).toBeInstanceOf(Uint8Array);
			expect(packed(diagramMessage(TEN))).toBe(JSON.stringify(diagramMessage(TEN)));
			const page = await open();
			await Promise.all([panel.send(big), panel.send({ type: "reveal", table: "public.recipe_labels" })]);
			await page.locator(".details").getByText("recipe_labels", { exact: true }).first().waitFor();
			await node("public.recipe_labels").waitFor();
		});

		it("come as changes of the diagram before, and are asked for whole where that is missing", async () => {
			const first = diagramMessage(TEN) as DiagramMessage;
			const [changed, ...others] = TEN.tables;
			const second = diagramMessage(
				aDiagram([{ ...(changed as DiagramTable), comment: "Said anew." }, aTable("brand_new"), ...others], TEN.edges),
				{ version: 2 },
			) as DiagramMessage;
			await open(first);
			const changes = changesSince(first, second);
			await panel.send(changes as never);
			await node("public.brand_new").waitFor();
			expect(await tables().count()).toBe(11);
			const before = (await asked("ready")).length;
			await panel.send(changes as never);
			await eventually(() => asked("ready").then((said) => said.slice(before))).toEqual([
				{ type: "ready", version: 2 },
			]);
			expect(await tables().count()).toBe(11);
			await panel.send({ type: "which" } as never);
			await eventually(() => asked("ready").then((said) => said.length)).toBe(before + 2);
		});

		it("are left where they can't be unpacked, and the next one is taken", async () => {
			const page = await open();
			await page.evaluate(() => window.postMessage(new Uint8Array([7, 7, 7]), "*"));
			await panel.send({ type: "failed", message: "The disk is gone." });
			await page.getByText("The disk is gone.").waitFor();
		});
	});

	describe("after a reload", () => {
		it("everything is as it was", async () => {
			const page = await open();
			await node("public.bookings").click();
			await page.getByRole("button", { name: /^Shared/ }).click();
			for (let i = 0; i < 2; i++) await page.getByRole("button", { name: "Zoom in" }).click();
			await page.waitForTimeout(900);
			const before = await page.locator(".react-flow__viewport").getAttribute("style");
			await panel.reload();
			await panel.send(diagramMessage(TEN));
			await node("public.bookings").waitFor();
			await settle();
			expect(await page.locator(".react-flow__viewport").getAttribute("style")).toBe(before);
			expect(await node("public.bookings").getAttribute("aria-pressed")).toBe("true");
			expect(await page.getByRole("button", { name: /^Shared/ }).getAttribute("aria-pressed")).toBe("false");
		});
	});

	describe("an exported file", () => {
		it("draws by itself, offers nothing that needs VS Code, and asks no network", async () => {
			const html = await toHtml(TEN, {}, await panelBundle());
			const exported = await browser.newPage();
			const requests: string[] = [];
			const complaints: string[] = [];
			exported.on("pageerror", (error) => complaints.push(String(error)));
			exported.on("console", (entry) => entry.type() === "error" && complaints.push(entry.text()));
			await exported.route("**/*", (route) => {
				if (route.request().url() === "http://export.test/")
					return route.fulfill({ contentType: "text/html", body: html });
				requests.push(route.request().url());
				return route.abort();
			});
			await exported.goto("http://export.test/");
			await eventually(() => exported.locator(".react-flow__node-table").count()).toBe(10);
			expect(await exported.getByRole("button", { name: "Export" }).count()).toBe(0);
			await exported.locator('[data-id="public.bookings"]').click({ button: "right" });
			expect(await exported.getByRole("menuitem").allInnerTexts()).toEqual([
				expect.stringContaining("Focus neighbours"),
				expect.stringContaining("Copy name"),
			]);
			expect(requests.filter((url) => !url.endsWith("/favicon.ico"))).toEqual([]);
			expect(complaints).toEqual([]);
			await exported.close();
		});
	});
}
