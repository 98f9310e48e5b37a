import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/** Where macOS keeps them, which is not on the PATH. */
const APPLICATIONS = [
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
];
const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** The path of Chromium or Chrome: CHROMIUM_PATH, else the first on the PATH; null when there is none. */
export function findChromium() {
	const candidates = [
		process.env.CHROMIUM_PATH,
		...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name))),
		...APPLICATIONS,
	];
	for (const path of candidates) {
		try {
			if (!path) continue;
			accessSync(path, constants.X_OK);
			return path;
		} catch {
			// the next one
		}
	}
	return null;
}

/** @returns {Promise<import("playwright-core").Browser>} a headless Chromium */
export async function launchBrowser() {
	const executablePath = findChromium();
	if (executablePath === null)
		throw new Error("Chromium is needed. On Debian or Ubuntu: apt-get install chromium. Or name one in CHROMIUM_PATH.");
	const { chromium } = await import("playwright-core");
	return chromium.launch({ executablePath, args: FLAGS });
}

/** Opens the workbench and waits until it can be used. @returns {Promise<import("playwright-core").Page>} */
export async function openWorkbench(browser, url, { width = 1400, height = 900 } = {}) {
	const context = await browser.newContext({ viewport: { width, height } });
	await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(url).origin });
	const page = await context.newPage();
	await page.goto(url);
	await page.locator(".monaco-workbench .part.statusbar").waitFor({ timeout: 60_000 });
	return page;
}

/**
 * The frame that holds a webview's own content: VS Code nests it two iframes deep, and makes it anew when the panel moves.
 * @param {import("playwright-core").Page} page
 * @param {string} selector what only our content has
 * @param {number} [timeout] milliseconds
 * @returns {Promise<import("playwright-core").Frame>}
 */
export async function webviewFrame(page, selector, timeout = 30_000) {
	const deadline = Date.now() + timeout;
	while (Date.now() < deadline) {
		for (const frame of page.frames()) {
			if (frame === page.mainFrame()) continue;
			const found = await frame.$(selector).catch(() => null);
			if (found) return frame;
		}
		await wait(50);
	}
	throw new Error(
		`No webview with ${selector} within ${timeout / 1000} s. Frames: ${page
			.frames()
			.map((frame) => frame.url().slice(0, 80))
			.join(" | ")}`,
	);
}

/**
 * Runs a command as a person does: command palette, its title, Enter. The palette doesn't learn of commands that arrive
 * while it is open, as an extension's do just after the start, and a key that is pressed while the workbench or a webview with
 * the focus is still starting goes nowhere, so it is opened again; so it is where Enter went nowhere and the palette stands.
 */
export async function runCommand(page, title) {
	const input = page.locator(".quick-input-widget input.input");
	const row = page.locator(".quick-input-list .monaco-list-row.focused").filter({ hasText: title }).first();
	const deadline = Date.now() + 90_000;
	for (;;) {
		await page.keyboard.press("F1");
		const there = await input
			.fill(`>${title}`, { timeout: 2000 })
			.then(() => row.waitFor({ timeout: 2000 }))
			.then(
				() => true,
				() => false,
			);
		if (there) {
			await page.keyboard.press("Enter");
			const isTaken = await row.waitFor({ state: "hidden", timeout: 5000 }).then(
				() => true,
				() => false,
			);
			if (isTaken) return;
		}
		if (Date.now() > deadline) throw new Error(`The command palette has no "${title}".`);
		await page.keyboard.press("Escape");
	}
}
