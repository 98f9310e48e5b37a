import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startWorkbench, table, type Workbench } from "./workbench";

let workbench: Workbench;
let panel: Frame;
beforeAll(async () => {
	workbench = await startWorkbench("leaky");
	panel = await workbench.openDiagram();
});
afterAll(() => workbench?.close());

/** Of every table that is drawn, in pixels of the picture. */
const places = (frame: Frame) =>
	frame.evaluate(() =>
		Object.fromEntries(
			[...document.querySelectorAll<HTMLElement>(".react-flow__node")].map((node) => [
				node.dataset.id,
				node.style.transform,
			]),
		),
	);

const file = () => join(workbench.examples, "leaky", "tenancy.layout.json");
const layout = () => (existsSync(file()) ? JSON.parse(readFileSync(file(), "utf8")) : null);

async function center(id: string): Promise<{ x: number; y: number }> {
	const box = await table(panel, id).boundingBox();
	if (!box) throw new Error(`${id} is not drawn`);
	return { x: box.x + box.width / 2, y: box.y + 12 };
}

async function drag(id: string, by: { x: number; y: number }): Promise<void> {
	const { mouse } = workbench.page;
	const from = await center(id);
	await mouse.move(from.x, from.y);
	await mouse.down();
	await mouse.move(from.x + by.x / 2, from.y + by.y / 2, { steps: 5 });
	await mouse.move(from.x + by.x, from.y + by.y, { steps: 5 });
	await mouse.up();
}

test("nothing is written before a person moves a table", () => {
	expect(layout()).toBeNull();
});

test("a table that is dragged stays there: its place is kept in a file, and only its own", async () => {
	const before = await center("public.exports");
	await drag("public.exports", { x: 90, y: 40 });
	await expect.poll(layout, { timeout: 10_000 }).toEqual({
		version: 1,
		databases: { migrations: { "public.exports": { x: expect.any(Number), y: expect.any(Number) } } },
	});
	const after = await center("public.exports");
	// A drag begins only after a few pixels, so that a click with an unsteady hand moves nothing.
	expect(Math.abs(after.x - before.x - 90)).toBeLessThan(15);
	expect(Math.abs(after.y - before.y - 40)).toBeLessThan(15);
});

test("a second one is added, a table a line", async () => {
	await drag("public.webhooks", { x: -60, y: 30 });
	await expect
		.poll(() => Object.keys(layout()?.databases.migrations ?? {}), { timeout: 10_000 })
		.toEqual(["public.exports", "public.webhooks"]);
	const lines = readFileSync(file(), "utf8").split("\n");
	expect(lines.filter((line) => line.includes('"public.'))).toHaveLength(2);
});

test("closed and opened again, everything stands where it stood, though there is a new table by now", async () => {
	const before = await places(panel);
	expect(Object.keys(before).length).toBeGreaterThan(10);
	await workbench.inVsCode((vscode) => vscode.commands.executeCommand("workbench.action.closeActiveEditor"));
	writeFileSync(
		join(workbench.examples, "leaky", "migrations", "000009_newcomer.up.sql"),
		"CREATE TABLE newcomer (id uuid PRIMARY KEY, account_id bigint NOT NULL REFERENCES accounts, export_id bigint REFERENCES exports, webhook_id bigint REFERENCES webhooks);",
	);
	panel = await workbench.openDiagram();
	await table(panel, "public.newcomer").waitFor({ timeout: 10_000 });
	expect(await places(panel)).toMatchObject(before);
});
