import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "../webview/browser";
import { SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

let browser: Browser;
beforeAll(async () => {
	await buildWhenStale();
	browser = await openBrowser();
}, 180_000);
afterAll(() => browser?.close());

const HOSTILE = `CREATE TABLE """><img src=x onerror=alert(1)>" (id int PRIMARY KEY, "</script><script>alert(2)</script>" int);
CREATE TABLE "x""; DROP TABLE y; --" (id int PRIMARY KEY);
`;

test("the file draws itself in a browser, in its colours, without a request or a script that is not its own", async () => {
	const cwd = temporaryFolder({ "schema.sql": SHOP + HOSTILE });
	expect((await tenancy(["diagram", "--out", "x.html"], cwd)).code).toBe(0);
	const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
	const requests: string[] = [];
	const wrong: string[] = [];
	page.on("request", (request) => requests.push(request.url()));
	page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
	page.on("pageerror", (error) => wrong.push(error.message));
	page.on("dialog", (dialog) => {
		wrong.push(`A dialog: ${dialog.message()}`);
		void dialog.dismiss();
	});
	const address = pathToFileURL(join(cwd, "x.html")).href;
	await page.goto(address);
	const node = page.locator(".react-flow__node", { hasText: '"><img src=x onerror=alert(1)>' });
	await node.waitFor();
	await expect.poll(() => page.locator(".react-flow__node").count()).toBeGreaterThanOrEqual(7);
	expect(await page.locator("img").count()).toBe(0);
	const text = await page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--scoped"));
	expect(text.trim()).not.toBe("");
	expect(wrong).toEqual([]);
	expect(requests.filter((url) => url !== address && !url.startsWith("blob:") && !url.startsWith("data:"))).toEqual([]);
	expect(readFileSync(join(cwd, "x.html"), "utf8")).toContain("default-src 'none'");
	await page.close();
});
