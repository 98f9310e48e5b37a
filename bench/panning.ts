// node scripts/run-ts.mjs bench/panning.ts [TABLES]: what a person feels in a big diagram: how long it takes to be drawn, and the
// longest task (W3C Long Tasks, over 50 ms) while it is dragged around: from afar with closed groups, with all groups open,
// and near enough to read.

import type { HostMessage } from "../src/protocol/messages";
import { aProduct } from "../test/webview/a-diagram";
import { openBrowser } from "../test/webview/browser";
import { diagramMessage, type OpenPanel, openPanel } from "../test/webview/panel-page";

const SIZE = { width: 1400, height: 900 };

async function watchLongTasks({ page }: OpenPanel): Promise<() => Promise<number[]>> {
	await page.evaluate(() => {
		const tasks: number[] = [];
		Object.assign(window, { longTasks: tasks });
		new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({
			type: "longtask",
		});
	});
	return async () => {
		// Entries come some time after their tasks.
		await page.waitForTimeout(300);
		return page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
	};
}

function say(what: string, tasks: readonly number[]): void {
	const worst = Math.round(Math.max(0, ...tasks));
	console.log(`${what.padEnd(44)} longest task ${worst} ms, ${tasks.length} over 50 ms`);
}

/** Milliseconds from the message to the first node, by the page's own clock: to hand the message over takes the test longer. */
async function drawn({ page }: OpenPanel, message: HostMessage): Promise<number> {
	return page.evaluate(
		(data) =>
			new Promise<number>((resolve) => {
				const started = performance.now();
				const observer = new MutationObserver(() => {
					if (document.querySelector(".react-flow__node") === null) return;
					observer.disconnect();
					requestAnimationFrame(() => resolve(Math.round(performance.now() - started)));
				});
				observer.observe(document.body, { childList: true, subtree: true });
				window.postMessage(data, "*");
			}),
		message,
	);
}

/** Drags the background in a circle; where a table is, dragging would move it, so a gap is looked for. */
async function pan({ page }: OpenPanel): Promise<void> {
	const start = await page.evaluate(() => {
		for (let y = 200; y < innerHeight - 60; y += 7) {
			for (let x = 250; x < innerWidth - 250; x += 7) {
				if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
			}
		}
		throw new Error("No gap to drag");
	});
	await page.mouse.move(start.x, start.y);
	await page.mouse.down();
	const places = new Set<string | null>();
	for (let step = 1; step <= 120; step++) {
		const angle = (step / 120) * 4 * Math.PI;
		await page.mouse.move(start.x + Math.sin(angle) * 500, start.y + (1 - Math.cos(angle)) * 300);
		if (step % 10 === 0) places.add(await page.locator(".react-flow__viewport").getAttribute("style"));
	}
	await page.mouse.up();
	if (places.size < 5) throw new Error("The picture did not move, so nothing was measured");
}

async function zoomTo({ page }: OpenPanel, percent: number): Promise<void> {
	await page.mouse.move(SIZE.width / 2, SIZE.height / 2);
	for (let i = 0; i < 60; i++) {
		const now = Number.parseInt(await page.locator(".zoom").innerText(), 10);
		if (now >= percent) return;
		await page.mouse.wheel(0, -60);
		await page.waitForTimeout(16);
	}
	throw new Error(`Zoom ${percent} % was not reached`);
}

const count = Number(process.argv[2] ?? 1000);
const browser = await openBrowser();
try {
	const panel = await openPanel(browser, SIZE);
	const take = await watchLongTasks(panel);
	await take();
	console.log(
		`${count.toLocaleString("en-US")} tables, from message to drawn: ${await drawn(panel, diagramMessage(aProduct(count)))} ms`,
	);
	say("drawing it", await take());
	await pan(panel);
	say("panning from afar, groups closed", await take());
	await zoomTo(panel, 25);
	await zoomTo(panel, 75);
	say("zooming in until columns can be read", await take());
	await pan(panel);
	say("panning near", await take());
	await panel.page.keyboard.press("0");
	await panel.page.getByRole("button", { name: "Open all groups" }).click();
	say("opening all groups", await take());
	await pan(panel);
	say("panning from afar, all groups open", await take());
	const edited = aProduct(count);
	await panel.send(
		diagramMessage(
			{ ...edited, tables: edited.tables.map((table, i) => (i === 5 ? { ...table, reason: "edited" } : table)) },
			{ version: 2 },
		),
	);
	say("an edit", await take());
} finally {
	await browser.close();
}
