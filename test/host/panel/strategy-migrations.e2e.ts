import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, webviewFrame } from "../../../scripts/lib/browser.mjs";
import { WORKSPACES } from "../../core/fix/workspaces";
import { startWorkbench, type Workbench } from "./workbench";

/** A workspace with migrations and answers: what the wizard generates goes beside them. */

let workbench: Workbench;
let folder = "";

beforeAll(async () => {
	workbench = await startWorkbench((examples) => {
		folder = join(examples, "migrating");
		const config = JSON.stringify({ strategy: { tenants: { now: 4, inTwoYears: 40 } } });
		for (const [path, text] of Object.entries({ ...WORKSPACES.drizzle, "tenancy.config.json": config })) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
		return folder;
	});
});
afterAll(() => workbench?.close());

const quickInput = (): Locator => workbench.page.locator(".quick-input-widget");
const shows = (text: string) => expect.poll(() => quickInput().textContent()).toContain(text);
const choose = (label: string) =>
	quickInput().locator(".monaco-list-row", { hasText: label }).first().click({ timeout: 10_000 });
const accept = () => workbench.page.keyboard.press("Enter");
const migrations = () => readdirSync(join(folder, "drizzle"));

test("the SQL goes into new migrations of the workspace's tool, the rest into a folder", async () => {
	const before = migrations();
	await runCommand(workbench.page, "Tenancy: Choose Isolation Strategy");
	await shows("Show the Recommendation");
	await choose("Show the Recommendation");
	const report = await webviewFrame(workbench.page, "main.report", 60_000);
	await report.getByRole("button", { name: "Generate Files…" }).click();
	await shows("recommended");
	await accept();
	await shows("As migrations of Drizzle");
	await choose("As files for psql");
	await shows("Into which folder of the workspace?");
	await quickInput().getByRole("button", { name: "Back" }).click();
	await shows("As migrations of Drizzle");
	await choose("As migrations of Drizzle");
	await shows("shall the rest go");
	await accept();
	await shows("bindings/pg.ts");
	await quickInput().getByRole("button", { name: "OK" }).click();
	await expect.poll(() => migrations().length).toBeGreaterThan(before.length + 3);
	await expect.poll(migrations).toEqual(expect.arrayContaining([...before, "0002_tenancy_make_the_roles.sql"]));
	// The tool's own list names them; it is no SQL of the database.
	const listed = () => readFileSync(join(folder, "drizzle", "meta", "_journal.json"), "utf8");
	await expect.poll(listed).toContain('"tag": "0002_tenancy_make_the_roles"');
	const files = readdirSync(join(folder, "tenancy"), { recursive: true, encoding: "utf8" });
	expect(files).toEqual(expect.arrayContaining(["README.md", "bindings"]));
	expect(files).not.toContain("apply.sql");
});
