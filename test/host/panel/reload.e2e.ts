import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../../scripts/lib/browser.mjs";
import { settled, startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench;

beforeAll(async () => {
	workbench = await startWorkbench("leaky");
	await workbench.openDiagram();
});
afterAll(() => workbench?.close());

test("after a reload the diagram is back with what was chosen, where it was looked at", async () => {
	const { page } = workbench;
	let panel = await workbench.panel();
	const viewport = async () => {
		const style = await panel.locator(".react-flow__viewport").getAttribute("style");
		return style?.match(/-?[\d.]+/g)?.map((number) => Math.round(Number(number) * 100) / 100);
	};
	await panel.locator(".legend .chip.shared").click();
	await panel.getByRole("button", { name: "Only keys and tenant columns" }).click();
	await panel.getByRole("button", { name: "Zoom in" }).click();
	await settled(async () => (await viewport())?.join());
	const before = await viewport();
	const place = await table(panel, "public.tickets").getAttribute("style");
	// What was chosen is saved a moment later.
	await page.waitForTimeout(1000);

	workbench.forgetDriver();
	await Promise.all([page.waitForEvent("load"), runCommand(page, "Developer: Reload Window")]);
	panel = await workbench.panel();
	await table(panel, "public.tickets").waitFor();
	await settled(async () => (await viewport())?.join());
	expect(await panel.locator(".legend .chip.shared").getAttribute("aria-pressed")).toBe("false");
	expect(await table(panel, "public.time_zones").count()).toBe(0);
	expect(await panel.getByRole("button", { name: "Only keys and tenant columns" }).getAttribute("aria-pressed")).toBe(
		"true",
	);
	expect(await viewport()).toEqual(before);
	expect(await table(panel, "public.tickets").getAttribute("style")).toBe(place);
});

test("the restored diagram is alive: it follows the SQL", async () => {
	await workbench.inVsCode(async (vscode) => {
		const [folder] = vscode.workspace.workspaceFolders ?? [];
		if (!folder) throw new Error("No folder is open.");
		const file = vscode.Uri.joinPath(folder.uri, "migrations/000007_later.up.sql");
		await vscode.workspace.fs.writeFile(file, new TextEncoder().encode("CREATE TABLE later (id bigint PRIMARY KEY);"));
	});
	await (await workbench.panel()).getByText("of 18 tables say").waitFor();
});
