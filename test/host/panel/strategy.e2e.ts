import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import type { Frame, Locator } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCommand, webviewFrame } from "../../../scripts/lib/browser.mjs";
import { startWorkbench, type Workbench } from "./workbench";

const COMMAND = "Tenancy: Choose Isolation Strategy";

let workbench: Workbench;

beforeAll(async () => {
	workbench = await startWorkbench("single-tenant");
});
afterAll(() => workbench?.close());

const config = () => join(workbench.examples, "single-tenant", "tenancy.config.json");
const answers = () => (existsSync(config()) ? JSON.parse(readFileSync(config(), "utf8")).strategy : undefined);
const quickInput = (): Locator => workbench.page.locator(".quick-input-widget");
const title = (): Locator => quickInput().locator(".quick-input-title");
/** The step that is open, by its title. */
const onStep = (name: string) => expect.poll(() => title().textContent()).toContain(name);
const accept = () => workbench.page.keyboard.press("Enter");

/** Chooses an item of a list by its words. */
async function choose(label: string, timeout = 30_000): Promise<void> {
	await quickInput().locator(".monaco-list-row", { hasText: label }).first().click({ timeout });
}
/** Starts the wizard and has it recommend at once. What VS Code opens meanwhile takes the focus, which closes a list. */
async function showRecommendation(): Promise<void> {
	const isChosen = async () => {
		await runCommand(workbench.page, COMMAND);
		await choose("Show the Recommendation", 5000);
		return true;
	};
	await expect.poll(() => isChosen().catch(() => false), { timeout: 60_000 }).toBe(true);
}
/** Types a number over what is suggested. */
async function answer(text: string): Promise<void> {
	await quickInput().locator("input.input").fill(text);
	await accept();
}

test("the wizard starts from what the SQL says, goes back, and refuses a wrong number", async () => {
	await runCommand(workbench.page, COMMAND);
	await onStep("Where you start");
	// The example serves one customer, so that is what is selected.
	expect(await quickInput().locator(".monaco-list-row.focused").textContent()).toContain("It serves one customer");
	await accept();
	await onStep("Tenants today");
	await answer("many");
	await expect.poll(() => quickInput().textContent()).toContain("Type a number, such as 40 or 0.5.");
	await answer("1");
	await onStep("Tenants in two years");
	await quickInput().getByRole("button", { name: "Back" }).click();
	await onStep("Tenants today");
	expect(await quickInput().locator("input.input").inputValue()).toBe("1");
	await answer("3");
	await onStep("Tenants in two years");
	await answer("200");
	await onStep("The largest tenant");
});

test("Escape leaves it, and it goes on there", async () => {
	await workbench.page.keyboard.press("Escape");
	await expect.poll(() => quickInput().isVisible()).toBe(false);
	expect(answers()).toBeUndefined();
	await runCommand(workbench.page, COMMAND);
	await choose("Go On");
	await onStep("The largest tenant");
	await choose("Little: about 5%");
	await onStep("Data of a tenant");
	await answer("0.5");
	await onStep("Tables");
	// As many as the schema has.
	expect(Number(await quickInput().locator("input.input").inputValue())).toBeGreaterThan(3);
	await accept();
	await onStep("Queries");
	await answer("50");
	await onStep("What contracts promise");
	await choose("No");
	await onStep("Compliance");
	await choose("GDPR");
	await quickInput().getByRole("button", { name: "OK" }).click();
	await onStep("What a tenant gets by itself");
	await quickInput().getByRole("button", { name: "OK" }).click();
	await onStep("Queries over all tenants");
	await choose("Yes");
	await onStep("Engineers");
	await answer("4");
	await onStep("Operations");
	await choose("No");
	await onStep("Where PostgreSQL runs");
	await choose("We do");
	await onStep("PostgreSQL's version");
	await answer("15");
	await onStep("Connection pooling");
	await choose("PgBouncer");
});

const reportFrame = (): Promise<Frame> => webviewFrame(workbench.page, "main.report", 60_000);

test("the report recommends, with a source for each claim, and the answers are kept", async () => {
	const report = await reportFrame();
	await report.getByRole("heading", { level: 1, name: "Row-level" }).waitFor();
	expect(answers()).toMatchObject({
		existing: "single-tenant",
		tenants: { now: 3, inTwoYears: 200, largestShare: 0.05 },
		compliance: ["gdpr"],
		hosting: { pooler: "pgbouncer", postgresVersion: 15 },
	});
	const broken = await report.evaluate(() =>
		[...document.querySelectorAll<HTMLAnchorElement>(".cite")].filter(({ hash }) => !document.querySelector(hash)),
	);
	expect(broken).toEqual([]);
	expect(await report.locator(".sources a[href^='https://']").count()).toBeGreaterThan(5);
	expect(await report.locator("main").textContent()).not.toMatch(/NaN|Infinity|undefined|\[object/);
});

test.each(["Default Light Modern", "Default Dark Modern", "Default High Contrast"])(
	"the report can be read by everybody in %s",
	async (theme) => {
		await workbench.inVsCode(async (vscode, name) => {
			await vscode.workspace
				.getConfiguration("workbench")
				.update("colorTheme", name, vscode.ConfigurationTarget.Global);
		}, theme);
		const report = await reportFrame();
		const kind = theme.includes("Contrast")
			? "vscode-high-contrast"
			: theme.includes("Dark")
				? "vscode-dark"
				: "vscode-light";
		await report.locator(`body.${kind}`).waitFor();
		const { violations } = await new AxeBuilder({ page: workbench.page })
			.include(["iframe.webview", "iframe", "main.report"])
			.analyze();
		const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
		expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
		const picture = process.env.TENANCY_PICTURES;
		if (picture) {
			mkdirSync(picture, { recursive: true });
			await workbench.page.screenshot({ path: join(picture, `report-${kind}.png`) });
		}
	},
);

test("files are generated where the person says, and a file of theirs is not replaced unasked", async () => {
	const folder = join(workbench.examples, "single-tenant", "db", "tenancy");
	mkdirSync(folder, { recursive: true });
	writeFileSync(join(folder, "README.md"), "mine");
	const report = await reportFrame();
	await report.getByRole("button", { name: "Generate Files…" }).click();
	await expect.poll(() => quickInput().textContent()).toContain("recommended");
	await accept();
	await expect.poll(() => quickInput().textContent()).toContain("Into which folder");
	await answer("../outside");
	await expect.poll(() => quickInput().textContent()).toContain("inside the workspace");
	await answer("db/tenancy");
	await expect.poll(() => quickInput().textContent()).toContain("README.md");
	await quickInput().getByRole("button", { name: "OK" }).click();
	await workbench.page.getByRole("button", { name: "Keep Mine" }).click();
	// VS Code writes them side by side: only its being told that all are written says that none is still to come.
	const said = workbench.page.getByText(/Wrote \d+ files to db\/tenancy/).first();
	const count = Number(/Wrote (\d+)/.exec((await said.textContent()) ?? "")?.[1]);
	expect(readFileSync(join(folder, "README.md"), "utf8")).toBe("mine");
	const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
	expect(files).toHaveLength(count + 1);
	expect(files.some(({ name }) => name.endsWith(".sql"))).toBe(true);
	// The README opens then, and would take the focus from the next test's list.
	await workbench.page.locator(".tab.active", { hasText: "README.md" }).waitFor();
	rmSync(folder, { recursive: true, maxRetries: 5 });
});

test("the report is saved as Markdown, and is there again after a reload", async () => {
	const file = join(workbench.examples, "single-tenant", "docs", "isolation-strategy.md");
	await showRecommendation();
	// The page is made anew, so a frame that was just found may be the one that goes.
	const save = async () =>
		(await reportFrame()).getByRole("button", { name: "Save as Markdown" }).click({ timeout: 2000 });
	await expect
		.poll(async () => {
			if (!existsSync(file)) await save().catch(() => {});
			return existsSync(file);
		})
		.toBe(true);
	expect(readFileSync(file, "utf8")).toMatch(/^# .*Row-level/);
	// It opens once it is written, and would take the focus from the command palette.
	await workbench.page.locator(".tab.active", { hasText: "isolation-strategy.md" }).waitFor();
	workbench.forgetDriver();
	await Promise.all([workbench.page.waitForEvent("load"), runCommand(workbench.page, "Developer: Reload Window")]);
	await showRecommendation();
	const isShown = async () => (await reportFrame()).getByRole("heading", { level: 1, name: "Row-level" }).isVisible();
	await expect.poll(() => isShown().catch(() => false)).toBe(true);
});
