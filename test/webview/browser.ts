import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where Linux distributions put it; CHROMIUM names another one. */
const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium"];

/** A browser of the system's, without a window. Throws what to do where there is none. */
export async function openBrowser(): Promise<Browser> {
	const executablePath = [process.env.CHROMIUM ?? "", ...PLACES].find((path) => path !== "" && existsSync(path));
	if (executablePath === undefined) {
		throw new Error(
			"The panel's tests need Chromium. Install it (Debian, Ubuntu: apt-get install chromium), or name one in CHROMIUM=/path/to/chromium.",
		);
	}
	return chromium.launch({
		executablePath,
		args: [
			"--headless=new",
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
}
