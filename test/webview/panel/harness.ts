import { AxeBuilder } from "@axe-core/playwright";
import type { Browser, Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import type { HostMessage, WebviewMessage } from "../../../src/protocol/messages";
import { aProduct } from "../a-diagram";
import { openBrowser } from "../browser";
import { diagramMessage, type OpenPanel, openPanel, THEMES, type Theme } from "../panel-page";

/** The browser of all tests, and the panel of the one that runs. */
export let browser: Browser;
export let panel: OpenPanel;
let isOpen = false;

export const TEN = aProduct(10);

/** Opens the browser once; after each test the panel must have asked no network and complained of nothing. */
export function withPanel(): void {
	beforeAll(async () => {
		browser = await openBrowser();
	});
	afterEach(async () => {
		if (!isOpen) return;
		isOpen = false;
		await panel.close();
		expect(panel.requests).toEqual([]);
		expect(panel.complaints).toEqual([]);
	});
	afterAll(() => browser?.close());
}

export async function open(
	message: HostMessage = diagramMessage(TEN),
	options: Parameters<typeof openPanel>[1] = {},
): Promise<OpenPanel["page"]> {
	panel = await openPanel(browser, options);
	isOpen = true;
	await panel.send(message);
	if (message.type === "diagram") await panel.page.locator(".react-flow__node").first().waitFor();
	return panel.page;
}

/** What the panel asked its host for. */
export async function asked<Type extends WebviewMessage["type"]>(
	type: Type,
): Promise<Extract<WebviewMessage, { type: Type }>[]> {
	return (await panel.sent()).filter(
		(message): message is Extract<WebviewMessage, { type: Type }> => message.type === type,
	);
}

export function node(id: string): Locator {
	return panel.page.locator(`.react-flow__node[data-id="${id}"]`);
}

export function tables(): Locator {
	return panel.page.locator(".react-flow__node-table");
}

/** The id of the node that has the keyboard. */
export function focusedNode(): Promise<string | null | undefined> {
	return panel.page.evaluate(() => document.activeElement?.getAttribute("data-id"));
}

/** What must become true; a busy machine may take its time. */
export function eventually<Value>(read: () => Value) {
	return expect.poll(read, { timeout: 10_000 });
}

/** Waits until the picture stands still. */
export async function settle(): Promise<void> {
	await panel.page.waitForTimeout(350);
}

/** Violations that axe calls serious or critical, with what they are about. */
async function seriousViolations(): Promise<string[]> {
	const { violations } = await new AxeBuilder({ page: panel.page }).analyze();
	return violations
		.filter(({ impact }) => impact === "serious" || impact === "critical")
		.flatMap(({ id, nodes }) =>
			nodes.slice(0, 3).map((found) => `${id}: ${found.html.slice(0, 160)} ${found.failureSummary?.slice(0, 300)}`),
		);
}

/** What is shown can be read by everybody, in each theme; `look` is called once each is on. */
export async function expectNoViolations(look: (theme: Theme) => Promise<void> = async () => {}): Promise<void> {
	for (const theme of Object.keys(THEMES) as Theme[]) {
		await panel.wear(theme);
		expect(await seriousViolations(), theme).toEqual([]);
		await look(theme);
	}
}
