#!/usr/bin/env node
// npm run screenshots [-- FOLDER OUT]: pictures of the diagram in a real VS Code, in the three kinds of theme.
// Without arguments: the README's, into docs/pictures: the diagram of examples/leaky, a proof, and a strategy's report.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "./build/paths.mjs";
import { runCommand } from "./lib/browser.mjs";
import { startSession } from "./lib/diagram-session.mjs";
import { copyExamples } from "./lib/host-suites.mjs";
import { UNPROTECTED_TABLE } from "./lib/unprotected-table.mjs";

const THEMES = { light: "Light Modern", dark: "Dark Modern", "high-contrast": "Default High Contrast" };
const ANSWERS = {
	tenants: { now: 40, inTwoYears: 400, largestShare: 0.1 },
	data: { perTenantGB: 2 },
	queriesPerSecond: 500,
	tables: 18,
	compliance: ["gdpr", "soc2"],
	existing: "row",
	hosting: { postgresVersion: 16, pooler: "pgbouncer" },
};

const [folder, out] = process.argv.slice(2);
const target = out ? resolve(out) : join(root, "docs", "pictures");
mkdirSync(target, { recursive: true });

/** Opens a folder, lets a function show something, and closes it. */
async function inFolder(path, work) {
	const session = await startSession(path, { width: 1280, height: 800 });
	try {
		await work(session);
	} finally {
		await session.close();
	}
}

async function setTheme({ inVsCode }, theme) {
	await inVsCode(
		(vscode, value) =>
			vscode.workspace.getConfiguration().update("workbench.colorTheme", value, vscode.ConfigurationTarget.Global),
		theme,
	);
}

async function picture({ page, inVsCode }, name) {
	await inVsCode((vscode) => vscode.commands.executeCommand("notifications.clearAll"));
	// The theme's transition and the panel's own redraw have no event to wait for.
	await wait(1500);
	const file = join(target, `${name}.png`);
	await page.screenshot({ path: file });
	console.log(`${relative(process.cwd(), file)}: ${Math.round(statSync(file).size / 1000)} KB`);
}

const closeSidebar = ({ inVsCode }) =>
	inVsCode((vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));

async function diagram(session) {
	await session.openPanel();
	await closeSidebar(session);
	for (const [name, theme] of Object.entries(THEMES)) {
		await setTheme(session, theme);
		await picture(session, `diagram-${name}`);
	}
}

async function proof(session) {
	await session.openPanel();
	await closeSidebar(session);
	await setTheme(session, THEMES.light);
	await runCommand(session.page, "Tenancy: Prove Isolation");
	const panel = await session.panel(".proof", 120_000);
	await panel.getByRole("button", { name: "notes, Read: leaked" }).click({ timeout: 120_000 });
	// What lies under the pointer would be marked.
	await session.page.mouse.move(1040, 720);
	await picture(session, "proof");
}

async function report(session) {
	await closeSidebar(session);
	await setTheme(session, THEMES.light);
	await runCommand(session.page, "Tenancy: Choose Isolation Strategy");
	await session.page.locator(".quick-input-list .monaco-list-row", { hasText: "Show the Recommendation" }).click();
	await session.panel("main.report");
	await picture(session, "report");
}

await inFolder(resolve(folder ?? join(root, "examples", "leaky")), diagram);
if (!folder) {
	const examples = copyExamples();
	try {
		const sound = join(examples.folder, "sound");
		writeFileSync(join(sound, "tenancy.config.json"), JSON.stringify({ strategy: ANSWERS }));
		await inFolder(sound, report);
		writeFileSync(join(sound, "migrations", "0008_notes.sql"), UNPROTECTED_TABLE);
		await inFolder(sound, proof);
	} finally {
		examples.remove();
	}
}
