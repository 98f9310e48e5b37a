import { launchBrowser, openWorkbench, webviewFrame } from "../lib/browser.mjs";

/**
 * Opens a running VS Code in a headless Chromium, waits for the diagram, says what it shows and takes a picture.
 * @throws Error where no table is drawn within 60 s
 */
export async function checkDiagram(address, picture) {
	const browser = await launchBrowser();
	try {
		const page = await openWorkbench(browser, address);
		const panel = await webviewFrame(page, ".react-flow__node", 60_000).catch(async (error) => {
			await page.screenshot({ path: picture });
			throw new Error(`The diagram was not drawn (${error.message}). What was there instead: ${picture}`);
		});
		const headline = await panel.locator(".verdict-line").textContent();
		// Above a certain number tables are drawn as groups.
		const [tables, groups] = await Promise.all(
			["table", "cluster"].map((kind) => panel.locator(`.react-flow__node-${kind}`).count()),
		);
		await page.screenshot({ path: picture });
		console.log(`The diagram is drawn: ${tables} tables, ${groups} groups. It says: ${headline}`);
	} finally {
		await browser.close();
	}
}
