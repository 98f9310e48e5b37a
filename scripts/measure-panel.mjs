#!/usr/bin/env node
// npm run measure:panel [-- TABLES PICTURE.png]: times in the real VS Code, default 1,000 tables, and pictures of what was measured.
// Nothing else should run meanwhile: VS Code, its extension host and Chromium want two cores.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "./build/paths.mjs";
import { webviewFrame } from "./lib/browser.mjs";
import { startSession } from "./lib/diagram-session.mjs";
import { keystrokeToPicture, noteKeys } from "./lib/keystroke.mjs";

const count = Number(process.argv[2] ?? 1000);
const picture = process.argv[3];
const folder = mkdtempSync(join(tmpdir(), "tenancy-measure-"));
const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(2)} s`;
const say = (what, value) => console.log(`${what.padEnd(64)} ${value}`);

/** Collects long tasks (over 50 ms, W3C Long Tasks API) inside a frame. */
const watchLongTasks = () => {
	globalThis.tenancyLongTasks = [];
	new PerformanceObserver((list) =>
		globalThis.tenancyLongTasks.push(...list.getEntries().map(({ duration }) => duration)),
	).observe({ type: "longtask" });
};
/** A point of the picture where no table is: dragging there moves the picture. */
const emptySpot = () => {
	const pane = document.querySelector(".react-flow__pane").getBoundingClientRect();
	for (let ring = 0; ring < 40; ring++) {
		for (let angle = 0; angle < 12; angle++) {
			const x = pane.x + pane.width / 2 + ring * 8 * Math.cos(angle);
			const y = pane.y + pane.height / 2 + ring * 8 * Math.sin(angle);
			if (document.elementFromPoint(x, y)?.classList.contains("react-flow__pane")) return { x, y };
		}
	}
	throw new Error("No empty spot to drag.");
};
const takeLongTasks = () => globalThis.tenancyLongTasks.splice(0);
const worst = (durations) => `${Math.round(Math.max(0, ...durations))} ms (${durations.length} over 50 ms)`;

/** VS Code's own account of an activation, as "Developer: Startup Performance" shows it: loading the code, calling `activate`, awaiting it. */
const activationTimes = async (vscode) => {
	await vscode.commands.executeCommand("perfview.show");
	const page = () => vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === "perf");
	for (let i = 0; i < 100 && !page()?.getText().includes("tenancy.tenancy"); i++)
		await new Promise((done) => setTimeout(done, 100));
	const row = page()
		?.getText()
		.split("\n")
		.find((line) => /^\|\s*tenancy\.tenancy\s*\|/.test(line));
	await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
	if (!row) throw new Error("VS Code's startup performance has no line for tenancy.tenancy.");
	const [load, call, finish] = row.split("|").slice(3, 6).map(Number);
	return { load, call, finish };
};

/** VS Code's own Markdown preview of one line, from command to drawn: what a webview costs on this machine with next to nothing in it. */
async function measurePreview() {
	const file = join(folder, "one-line.md");
	writeFileSync(file, "# One line\n");
	const session = await startSession(folder);
	try {
		const started = performance.now();
		const command = session.inVsCode(
			(vscode, path) => vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.file(path)),
			file,
		);
		await webviewFrame(session.page, "h1#one-line", 120_000);
		say("for comparison, VS Code's Markdown preview of one line", seconds(performance.now() - started));
		await command;
	} finally {
		await session.close();
		rmSync(file);
	}
}

/**
 * From the command to tables that are drawn and can be used.
 * @param {string} when what the state of VS Code is meanwhile
 */
async function measureOpening({ page, inVsCode }, when) {
	const started = performance.now();
	const command = inVsCode((vscode) => vscode.commands.executeCommand("tenancy.openDiagram"));
	const panel = await webviewFrame(page, ".react-flow__node", 120_000);
	const drawn = performance.now();
	// Interactive: the panel's thread answers, twice in a row, within a frame's time.
	await panel.evaluate(async () => {
		for (let quick = 0; quick < 2; ) {
			const asked = performance.now();
			await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
			quick = performance.now() - asked < 50 ? quick + 1 : 0;
		}
	});
	const interactive = performance.now();
	say(
		`${count} tables, ${when}: command to drawn, and interactive`,
		`${seconds(drawn - started)}, ${seconds(interactive - started)}`,
	);
	await command;
	return panel;
}

/** Types the last key of a new table, unsaved, until the panel counts it. The median of several. */
async function measureTyping({ page, inVsCode }, panel) {
	await noteKeys(page);
	const times = [];
	for (let table = count + 1; table <= count + 7; table++) {
		await inVsCode(async (vscode, number) => {
			const [file] = (await vscode.workspace.findFiles("**/*.sql")).sort((a, b) => (a.path < b.path ? 1 : -1));
			const document = await vscode.workspace.openTextDocument(file);
			const editor = await vscode.window.showTextDocument(document, vscode.ViewColumn.Two);
			const end = document.lineAt(document.lineCount - 1).range.end;
			editor.selection = new vscode.Selection(end, end);
			await editor.edit((edit) => edit.insert(end, `\n;CREATE TABLE typed_${number} (id bigint PRIMARY KEY`));
		}, table);
		await wait(2000);
		times.push(await keystrokeToPicture(page, panel, ")", table));
	}
	const sorted = times.sort((a, b) => a - b);
	say(
		`${count} tables: keystroke to picture, median and worst of ${times.length}`,
		`${Math.round(sorted[3])}, ${Math.round(sorted[6])} ms`,
	);
}

/** As somebody opens the diagram who has worked in this window for a while: VS Code's own start is over. */
async function measureInRunningVsCode() {
	const session = await startSession(folder);
	try {
		await wait(15_000);
		await measureOpening(session, "in a VS Code that runs");
		await session.inVsCode((vscode) => vscode.commands.executeCommand("workbench.action.closeActiveEditor"));
		await wait(2000);
		await measureTyping(session, await measureOpening(session, "once more"));
	} finally {
		await session.close();
	}
}

async function main() {
	execFileSync(process.execPath, [
		join(root, "scripts", "run-ts.mjs"),
		join(root, "bench", "write-workspace.ts"),
		String(count),
		folder,
	]);
	await measurePreview();
	await measureInRunningVsCode();
	const session = await startSession(folder);
	try {
		const { page, inVsCode } = session;
		const activation = await inVsCode(async (vscode, _, require) => {
			const ours = vscode.extensions.getExtension("tenancy.tenancy");
			if (ours.isActive) return null;
			const started = performance.now();
			await ours.activate();
			const took = performance.now() - started;
			const loaded = Object.keys(require.cache).flatMap(
				(file) => file.split("tenancy.tenancy-")[1]?.split("/dist/")[1] ?? [],
			);
			return { took, loaded };
		});
		if (activation === null) say("activation", "not measured: something had activated it already");
		else
			say(
				`activation awaited by another extension, loading ${activation.loaded.join(", ")}`,
				`${activation.took.toFixed(1)} ms`,
			);
		const { load, call, finish } = await inVsCode(activationTimes);
		say("activation as VS Code counts it (load + call + finish)", `${load} + ${call} + ${finish} ms`);

		const panel = await measureOpening(session, "while VS Code starts");

		await wait(1000);
		await panel.evaluate(watchLongTasks);
		const looks = {
			"as opened": async () => undefined,
			"all tables at once": async () => {
				const open = panel.getByRole("button", { name: "Open all groups" });
				if ((await open.count()) > 0) await open.click();
				await panel.getByRole("button", { name: "Show everything" }).click();
			},
			"close enough to read": async () => {
				await panel.locator(".canvas").focus();
				await page.keyboard.press("/");
				await page.keyboard.type("order");
				await page.keyboard.press("Enter");
			},
		};
		for (const [name, look] of Object.entries(looks)) {
			await look();
			await wait(1500);
			const box = await (await panel.frameElement()).boundingBox();
			const { x, y } = await panel.evaluate(emptySpot);
			await panel.evaluate(takeLongTasks);
			await page.mouse.move(box.x + x, box.y + y);
			await page.mouse.down();
			for (let step = 1; step <= 120; step++) {
				await page.mouse.move(box.x + x + 250 * Math.sin(step / 10), box.y + y + 120 * Math.sin(step / 7));
				await wait(8);
			}
			await page.mouse.up();
			await wait(500);
			say(`panning, ${name}: longest task`, worst(await panel.evaluate(takeLongTasks)));
			if (picture) await page.screenshot({ path: picture.replace(/(\.png)?$/, `-${name.replaceAll(" ", "-")}.png`) });
		}
	} finally {
		await session.close();
		rmSync(folder, { recursive: true, force: true });
	}
}

await main();
