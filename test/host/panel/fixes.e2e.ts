import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeTextTabs, diagram, startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench;

beforeAll(async () => {
	workbench = await startWorkbench("leaky");
	await workbench.openDiagram();
});
afterAll(() => workbench?.close());

const folder = () => join(workbench.examples, "leaky", "migrations");
/** The migrations that fixes made, with their SQL. */
const made = () =>
	readdirSync(folder())
		.filter((name) => name > "000007" && !name.endsWith(".down.sql"))
		.sort()
		.map((name) => ({ name, sql: readFileSync(join(folder(), name), "utf8") }));
const rlsOf = async (name: string) => (await diagram(workbench)).tables.find((one) => one.name === name)?.rls;

/** The diagram alone, as a new migration opens in front of it. */
async function backToDiagram() {
	await closeTextTabs(workbench);
	const panel = await workbench.panel();
	await panel.getByRole("button", { name: "Show everything" }).click();
	return panel;
}

test("a table is protected from its menu, by a new migration that is drawn at once", async () => {
	const panel = await backToDiagram();
	await table(panel, "public.canned_replies").click({ button: "right" });
	await panel.getByRole("menuitem", { name: "Protect with row-level security" }).click();
	await expect.poll(made).toHaveLength(1);
	expect(made()[0]?.sql).toContain("ALTER TABLE public.canned_replies ENABLE ROW LEVEL SECURITY");
	await expect.poll(() => rlsOf("canned_replies")).toMatchObject({ enabled: true });
	await expect
		.poll(() =>
			workbench.inVsCode((vscode) => vscode.window.activeTextEditor?.document.uri.path.split("/").at(-1) ?? null),
		)
		.toBe(made()[0]?.name);
});

test("a finding is mended from the details", async () => {
	const panel = await backToDiagram();
	await table(panel, "public.agents").click();
	const fixes = panel.locator(".details").getByRole("button", { name: /^Fix/ });
	await fixes.filter({ hasText: "switches row-level security off" }).click();
	await expect.poll(made).toHaveLength(2);
	await expect.poll(() => rlsOf("agents")).toMatchObject({ enabled: true });
});

test("what changes the whole database is shown first, and waits for a tick", async () => {
	const { page } = workbench;
	await workbench.inVsCode((vscode) => {
		void vscode.commands.executeCommand("tenancy.protectAll");
	});
	const preview = page.locator('[id="workbench.panel.refactorPreview"], .bulk-edit-panel').first();
	await preview.getByRole("checkbox").first().waitFor();
	expect(made()).toHaveLength(2);
	for (const box of await preview.getByRole("checkbox").all()) await box.click();
	await preview.getByRole("button", { name: "Apply" }).click();
	await expect.poll(async () => made().length).toBeGreaterThan(2);
	await expect.poll(() => rlsOf("attachments")).toMatchObject({ enabled: true });
});
