import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand } from "../../../scripts/lib/browser.mjs";
import { UNPROTECTED_TABLE } from "../../../scripts/lib/unprotected-table.mjs";
import { closeTextTabs, startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench;

beforeAll(async () => {
	workbench = await startWorkbench((examples) => {
		const folder = join(examples, "sound");
		writeFileSync(join(folder, "migrations", "0008_notes.sql"), UNPROTECTED_TABLE);
		return folder;
	});
	await workbench.openDiagram();
});
afterAll(() => workbench?.close());

const migrations = () => readdirSync(join(workbench.examples, "sound", "migrations")).sort();
const proof = () => workbench.openPanel(".proof");
const cell = (name: string | RegExp) => ({ name });

async function picture(name: string): Promise<void> {
	const folder = process.env.TENANCY_PICTURES;
	if (!folder) return;
	mkdirSync(folder, { recursive: true });
	await workbench.page.screenshot({ path: join(folder, `${name}.png`) });
}

test("Prove Isolation shows the leak, the SQL that reproduces it, and the table that leaks", async () => {
	await runCommand(workbench.page, "Tenancy: Prove Isolation");
	const panel = await proof();
	await panel
		.getByRole("heading", { name: "Leaked: a tenant reached another tenant's data" })
		.waitFor({ timeout: 120_000 });
	expect(await panel.locator(".matrix tbody tr").first().locator("th").textContent()).toBe("notes");
	await panel.getByRole("button", cell("notes, Read: leaked")).click();
	const details = panel.getByRole("complementary");
	expect(await details.locator("pre").first().textContent()).toMatch(/SELECT[\s\S]*public\.notes/);
	await picture("prove-leak");
	await details.getByRole("button", { name: "Open as SQL" }).first().click();
	await expect
		.poll(() => workbench.inVsCode((vscode) => vscode.window.activeTextEditor?.document.getText() ?? ""))
		.toContain("public.notes");
	await workbench.inVsCode((vscode) => vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor"));
	const again = await proof();
	await again.getByRole("button", { name: "Proof of isolation" }).click();
	expect(await table(again, "public.notes").getAttribute("class")).toContain("is-leaking");
	expect(await table(again, "public.tasks").getAttribute("class")).not.toContain("is-leaking");
	await picture("prove-diagram");
});

test.each(["Default Light Modern", "Default High Contrast"])("it can be read by everybody in %s", async (theme) => {
	const set = (name: string) =>
		workbench.inVsCode(
			(vscode, value) =>
				vscode.workspace.getConfiguration("workbench").update("colorTheme", value, vscode.ConfigurationTarget.Global),
			name,
		);
	await set(theme);
	const panel = await workbench.openPanel(".panel");
	if ((await panel.locator(".proof").count()) === 0)
		await panel.getByRole("button", { name: "Proof of isolation" }).click();
	await panel.locator(`body.${theme.includes("Contrast") ? "vscode-high-contrast" : "vscode-light"}`).waitFor();
	await panel.getByRole("button", cell("notes, Read: leaked")).click();
	const { violations } = await new AxeBuilder({ page: workbench.page })
		.include(["iframe.webview", "iframe", ".panel"])
		.analyze();
	const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
	expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
	await picture(`prove-${theme.includes("Contrast") ? "high-contrast" : "light"}`);
	await set("Default Dark Modern");
});

test("the fix is applied, what was proved is then old, and proved again it holds", async () => {
	const before = migrations();
	const panel = await workbench.openPanel(".proof");
	await panel.getByRole("button", cell("notes, Read: leaked")).click();
	await panel.getByRole("complementary").getByRole("button", { name: "Fix…" }).first().click();
	await expect.poll(() => migrations().length).toBeGreaterThan(before.length);
	const made = migrations().filter((name) => !before.includes(name));
	const sql = made
		.map((name) => readFileSync(join(workbench.examples, "sound", "migrations", name), "utf8"))
		.join("\n");
	expect(sql).toContain("ENABLE ROW LEVEL SECURITY");
	// The new migration opens in front of the panel, whose page is made anew when it is seen again.
	await expect
		.poll(() =>
			workbench.inVsCode((vscode) => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1) ?? null),
		)
		.toBe(made[0]);
	await closeTextTabs(workbench);
	const isStale = async () => (await workbench.openPanel(".proof")).getByText("The SQL has changed since").isVisible();
	await expect.poll(() => isStale().catch(() => false)).toBe(true);
	const stale = await proof();
	await stale.getByRole("button", { name: "Prove again" }).click();
	await stale
		.getByRole("heading", { name: "Held: no attack reached another tenant's rows" })
		.waitFor({ timeout: 120_000 });
	await stale.getByRole("button", cell("notes, Read: held")).waitFor();
	await picture("prove-held");
});

test("what was proved is kept as tests in the workspace", async () => {
	const panel = await workbench.openPanel(".proof");
	await panel.getByRole("button", { name: "Save as tests…" }).click();
	const input = workbench.page.locator(".quick-input-widget");
	await input.getByText("Into which folder of the workspace?").waitFor();
	await workbench.page.keyboard.press("Enter");
	const folder = join(workbench.examples, "sound", "tests", "isolation");
	// The files are written side by side.
	const written = (name: string) => (existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8") : "");
	await expect.poll(() => written("isolation_pgtap.sql")).toContain("finish()");
	await expect.poll(() => written("isolation.sql")).toContain("public.notes shows no row of another tenant");
	// They are no part of the schema.
	await expect
		.poll(() =>
			workbench.inVsCode((vscode) => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1) ?? null),
		)
		.toBe("isolation.sql");
	await closeTextTabs(workbench);
	const isStale = async () => (await workbench.openPanel(".proof")).getByText("The SQL has changed since").isVisible();
	expect(await isStale()).toBe(false);
});

test("cancelling ends it at once, and says nothing", async () => {
	await runCommand(workbench.page, "Tenancy: Prove Isolation");
	const notification = workbench.page.locator(".notifications-toasts");
	await notification.getByText("proving the isolation of").waitFor();
	await notification.getByRole("button", { name: "Cancel" }).click();
	await expect.poll(() => notification.getByText("proving the isolation of").count()).toBe(0);
	expect(await notification.locator(".codicon-error").count()).toBe(0);
});
