import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build/paths.mjs";
import { launchBrowser, openWorkbench, runCommand, webviewFrame } from "./browser.mjs";
import { driverAt } from "./driver.mjs";
import { startVsCode } from "./vscode-server.mjs";
import { packageDriver, packageExtensionWhenStale } from "./vsix.mjs";

/** Where a picture goes when the panel doesn't come up. */
const pictures = join(root, ".cache", "pictures");

/**
 * A real VS Code with the packaged extension, shown in a headless Chromium, for scripts and tests that look at it.
 * @param {string} open folder or .code-workspace, absolute
 * @param {{ settings?: Record<string, unknown>, trusted?: boolean, width?: number, height?: number }} [options] pixels
 */
export async function startSession(open, { settings = {}, trusted = true, width = 1400, height = 900 } = {}) {
	const extensions = [await packageExtensionWhenStale(), await packageDriver()];
	const server = await startVsCode({ open, extensions, settings, trusted });
	let browser;
	const close = async () => {
		await browser?.close();
		await server.stop();
	};
	try {
		browser = await launchBrowser();
		const page = await openWorkbench(browser, server.url, { width, height });
		/** @type {string[]} */
		const requests = [];
		page.context().on("request", (request) => requests.push(request.url()));
		/** The panel's frame as it is now, once it has what the selector names. The old frame is gone after a reload. */
		const panel = (selector = ".react-flow__node", timeout = 60_000) =>
			webviewFrame(page, selector, timeout).catch(async (error) => {
				mkdirSync(pictures, { recursive: true });
				const picture = join(pictures, "no-panel.png");
				await page.screenshot({ path: picture });
				throw new Error(`${error.message}\nWhat VS Code showed: ${picture}`);
			});
		return {
			page,
			/** Every address that the browser asked for since the workbench was up. */
			requests,
			inVsCode: driverAt(server.driverPort),
			/** Forgets where the driver listened, before a reload of the window starts a new one. */
			forgetDriver: () => rmSync(server.driverPort, { force: true }),
			panel,
			/** Opens the panel as a person does, and waits for what the selector names. */
			async openPanel(selector, timeout) {
				await runCommand(page, "Tenancy: Open Tenancy Diagram");
				return panel(selector, timeout);
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}
