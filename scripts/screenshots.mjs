#!/usr/bin/env node
// npm run screenshots [-- FOLDER OUT]: pictures of the diagram in a real VS Code, in the three kinds of theme.
// Without arguments: the README's, of examples/leaky, into docs/pictures.
import { mkdirSync, statSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "./build/paths.mjs";
import { startSession } from "./lib/diagram-session.mjs";

const THEMES = { light: "Light Modern", dark: "Dark Modern", "high-contrast": "Default High Contrast" };
const [folder, out] = process.argv.slice(2);
const target = out ? resolve(out) : join(root, "docs", "pictures");

mkdirSync(target, { recursive: true });
const session = await startSession(resolve(folder ?? join(root, "examples", "leaky")), { width: 1280, height: 800 });
try {
	const { page, inVsCode } = session;
	await session.openPanel();
	await inVsCode((vscode) => vscode.commands.executeCommand("workbench.action.closeSidebar"));
	for (const [name, theme] of Object.entries(THEMES)) {
		await inVsCode(
			(vscode, value) =>
				vscode.workspace.getConfiguration().update("workbench.colorTheme", value, vscode.ConfigurationTarget.Global),
			theme,
		);
		await inVsCode((vscode) => vscode.commands.executeCommand("notifications.clearAll"));
		// The theme's transition and the panel's own redraw have no event to wait for.
		await wait(1500);
		const file = join(target, `diagram-${name}.png`);
		await page.screenshot({ path: file });
		console.log(`${relative(process.cwd(), file)}: ${Math.round(statSync(file).size / 1000)} KB`);
	}
} finally {
	await session.close();
}
