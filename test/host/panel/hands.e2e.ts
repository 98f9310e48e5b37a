import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { diagram, settled, startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench;
let panel: Frame;

beforeAll(async () => {
	workbench = await startWorkbench("leaky");
	await workbench.openDiagram();
});
afterAll(() => workbench?.close());
beforeEach(async () => {
	// The panel alone, all of its tables in view.
	await workbench.inVsCode((vscode) => {
		const { tabGroups } = vscode.window;
		const editors = tabGroups.all
			.flatMap(({ tabs }) => tabs)
			.filter(({ input }) => input instanceof vscode.TabInputText);
		return tabGroups.close(editors);
	});
	panel = await workbench.panel();
	await panel.getByRole("button", { name: "Show everything" }).click();
	await settled(() => panel.locator(".react-flow__viewport").getAttribute("style"));
	const { tables } = await diagram(workbench);
	await expect.poll(async () => (await drawn()).length).toBe(tables.length);
});

/** Names of the tables that are drawn. */
const drawn = () =>
	panel
		.locator(".react-flow__node-table")
		.evaluateAll((nodes) => nodes.map((node) => (node as HTMLElement).dataset.id?.replace("public.", "")).sort());

/** The line under the cursor in the editor that shows SQL. */
const lineInEditor = () =>
	workbench.inVsCode((vscode) => {
		const editor = vscode.window.visibleTextEditors.find(({ document }) => document.languageId === "sql");
		return editor ? editor.document.lineAt(editor.selection.active.line).text : null;
	});

test("a click shows the statement that creates the table, beside the picture", async () => {
	await table(panel, "public.tickets").click();
	await expect.poll(lineInEditor).toMatch(/^CREATE TABLE tickets/);
	await panel.getByRole("button", { name: "Show everything" }).click();
	await table(panel, "public.webhooks").click();
	await expect.poll(lineInEditor).toMatch(/^CREATE TABLE webhooks/);
	expect(await panel.locator(".details").textContent()).toContain("webhooks");
	// What the rules found stands there too, and leads to its place.
	await panel.getByRole("button", { name: "Show everything" }).click();
	await table(panel, "public.articles").click();
	await panel.locator(".details .problem", { hasText: "is always true" }).click();
	await expect.poll(lineInEditor).toMatch(/^CREATE POLICY articles_all/);
});

test("a scope's legend entry hides its tables and shows them again", async () => {
	const all = (await drawn()).length;
	const chip = panel.locator(".legend .chip.unscoped");
	await chip.click();
	await expect.poll(async () => (await drawn()).length).toBe(all - 4);
	expect(await chip.getAttribute("aria-pressed")).toBe("false");
	await panel.getByRole("button", { name: "Show all" }).click();
	await expect.poll(async () => (await drawn()).length).toBe(all);
});

test("a double click leaves a table and its neighbours, one foreign key away and then further", async () => {
	const all = (await drawn()).length;
	const name = table(panel, "public.ticket_messages");
	await name.dblclick();
	await expect.poll(drawn).toEqual(["attachments", "ticket_messages", "tickets"]);
	await panel.getByRole("button", { name: "2 steps" }).click();
	await expect.poll(drawn).toContain("satisfaction_ratings");
	await panel.getByRole("button", { name: "All tables" }).click();
	await panel.getByRole("button", { name: "Show everything" }).click();
	await expect.poll(async () => (await drawn()).length).toBe(all);
});

test("search finds a table by a part of its name", async () => {
	await panel.locator(".canvas").focus();
	await workbench.page.keyboard.press("/");
	await workbench.page.keyboard.type("recor");
	await expect.poll(() => panel.getByRole("option").count()).toBe(1);
	await workbench.page.keyboard.press("Enter");
	await expect.poll(() => table(panel, "public.call_recordings").getAttribute("class")).toContain("is-selected");
});

test("all of it works with keys alone: along a foreign key, to the SQL, to the neighbours and back", async () => {
	const { keyboard } = workbench.page;
	const focused = () => panel.evaluate(() => (document.activeElement as HTMLElement).dataset.id ?? null);
	await panel.locator(".canvas").focus();
	await keyboard.press("/");
	await keyboard.type("attachments");
	await keyboard.press("Enter");
	await keyboard.press("ArrowLeft");
	await expect.poll(focused).toBe("public.ticket_messages");
	await keyboard.press("f");
	await expect.poll(drawn).toEqual(["attachments", "ticket_messages", "tickets"]);
	await keyboard.press("Escape");
	await keyboard.press("0");
	await expect.poll(async () => (await drawn()).length).toBe((await diagram(workbench)).tables.length);
	expect(await focused()).toBe("public.ticket_messages");
	await keyboard.press("Enter");
	await expect.poll(lineInEditor).toMatch(/^CREATE TABLE ticket_messages/);
});

test("the list has the same tables, for those who don't want a picture", async () => {
	await panel.getByRole("button", { name: "List", exact: true }).click();
	const list = panel.locator(".list");
	await list.waitFor();
	const text = (await list.textContent()) ?? "";
	for (const { name } of (await diagram(workbench)).tables) expect(text).toContain(name);
	await panel.getByRole("button", { name: "List", exact: true }).click();
});

test("marking a table writes the config and colours the table, and undo takes both back", async () => {
	const config = join(workbench.examples, "leaky", "tenancy.config.json");
	await table(panel, "public.exports").click({ button: "right" });
	await panel.getByRole("menuitem", { name: "Mark as shared" }).click();
	await expect.poll(() => table(panel, "public.exports").getAttribute("class")).toMatch(/\bshared\b/);
	expect(JSON.parse(readFileSync(config, "utf8"))).toMatchObject({ tables: { "public.exports": { scope: "shared" } } });
	await workbench.page.locator(".notification-toast").getByRole("button", { name: "Undo" }).click();
	await expect.poll(() => table(panel, "public.exports").getAttribute("class")).toMatch(/\bunscoped\b/);
	expect(existsSync(config)).toBe(false);
});

test("the picture is exported to the file that the person names", async () => {
	const { page } = workbench;
	const file = join(workbench.examples, "leaky", "picture.svg");
	await panel.getByRole("button", { name: "Export", exact: true }).click();
	await panel.getByRole("menuitem", { name: "Picture, vectors" }).click();
	const input = page.locator(".quick-input-widget input.input");
	await expect.poll(() => input.inputValue()).toMatch(/\.svg$/);
	await input.fill(file);
	await page.keyboard.press("Enter");
	// The file is there before it is written whole.
	const written = () => (existsSync(file) ? readFileSync(file, "utf8") : "");
	await expect.poll(written).toMatch(/^(?:<svg|<\?xml)[\s\S]*<\/svg>\s*$/);
	const svg = written();
	for (const { name } of (await diagram(workbench)).tables) expect(svg).toContain(name);
});
