import { afterAll, beforeAll, expect, test } from "vitest";
import { diagram, startWorkbench, table, type Workbench } from "./workbench";

/** Whose data the tables of examples/leaky hold, as its README says; one or more of each scope. */
const SCOPES = {
	accounts: "Tenant root",
	tickets: "Tenant-scoped",
	customers: "Tenant-scoped",
	ticket_messages: "Tenant-derived",
	attachments: "Tenant-derived",
	time_zones: "Shared",
	exports: "Unscoped",
	call_recordings: "Unscoped",
} as const;

let workbench: Workbench;

beforeAll(async () => {
	workbench = await startWorkbench("leaky");
	await workbench.openDiagram();
});
afterAll(() => workbench?.close());

test("every table of the workspace is drawn once", async () => {
	const panel = await workbench.panel();
	const known = (await diagram(workbench)).tables.map(({ id }) => id).sort();
	expect(known.length).toBeGreaterThan(15);
	const drawn = () =>
		panel
			.locator(".react-flow__node-table")
			.evaluateAll((nodes) => nodes.map((node) => node.getAttribute("data-id")).sort());
	await expect.poll(drawn).toEqual(known);
});

test("each table says its scope in words, for those who see it and those who hear it", async () => {
	const panel = await workbench.panel();
	// Words are left out where they couldn't be read: as close as they are drawn.
	await panel.getByRole("button", { name: "Show everything" }).click();
	for (const [name, word] of Object.entries(SCOPES)) {
		const node = table(panel, `public.${name}`);
		await expect.poll(() => node.textContent(), { message: name }).toContain(word);
		expect(await node.getAttribute("aria-label")).toContain(`${name}, ${word.toLowerCase()}`);
	}
});

test("the five scopes have five colours: gold, green, blue, grey and red", async () => {
	const panel = await workbench.panel();
	const hueOf = async (name: string) => {
		const [r, g, b] = await table(panel, `public.${name}`).evaluate((node) => {
			const icon = node.querySelector(".table-head .icon") ?? node;
			const canvas = document.createElement("canvas").getContext("2d");
			if (!canvas) throw new Error("no canvas");
			canvas.fillStyle = getComputedStyle(icon).color;
			canvas.fillRect(0, 0, 1, 1);
			return [...canvas.getImageData(0, 0, 1, 1).data];
		});
		return nameOfColour(r as number, g as number, b as number);
	};
	const colours = await Promise.all(["accounts", "tickets", "ticket_messages", "time_zones", "exports"].map(hueOf));
	expect(colours).toEqual(["gold", "green", "blue", "grey", "red"]);
});

test("the legend counts the tables of each scope", async () => {
	const panel = await workbench.panel();
	const { counts, tables } = await diagram(workbench);
	const found = tables.filter(({ findings }) => findings.error + findings.warning > 0).length;
	expect(found).toBeGreaterThan(10);
	const legend = await panel.locator(".legend .chip").allInnerTexts();
	expect(legend.map((text) => text.replace(/\s+/g, " ").trim())).toEqual([
		`Tenant root ${counts["tenant-root"]}`,
		`Tenant-scoped ${counts["tenant-scoped"]}`,
		`Tenant-derived ${counts["tenant-derived"]}`,
		`Shared ${counts.shared}`,
		`Unscoped ${counts.unscoped}`,
		`Findings ${found}`,
	]);
});

test("foreign keys are drawn, those to the tenant only on demand", async () => {
	const panel = await workbench.panel();
	const lines = () => panel.locator(".react-flow__edge").count();
	await expect.poll(lines).toBeGreaterThan(5);
	const few = await lines();
	const toggle = panel.getByRole("button", { name: "Keys to the tenant" });
	await toggle.click();
	await expect.poll(lines).toBeGreaterThan(few + 5);
	await toggle.click();
	await expect.poll(lines).toBe(few);
});

test("the panel asks for nothing but its own script and style sheet", async () => {
	const { origin } = new URL(workbench.page.url());
	// VS Code's own service worker answers for the name under which a webview finds its extension's files.
	const others = workbench.requests
		.filter((url) => !url.startsWith(origin) && !/^(data|blob):/.test(url))
		.map((url) => url.replace(/^https:\/\/[^/]*\.vscode-resource\.[^/]*\/.*\/tenancy\.tenancy-[^/]*/, "extension:"));
	expect(others.sort()).toEqual(["extension:/dist/webview/panel.css", "extension:/dist/webview/panel.js"]);
});

test("the panel could not reach the network if it tried", async () => {
	const panel = await workbench.panel();
	const tried = await panel.evaluate(async () => {
		const refused: string[] = [];
		document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => refused.push(effectiveDirective));
		const fetched = await fetch("https://example.com/").then(
			() => true,
			() => false,
		);
		const image = new Image();
		await new Promise((done) => {
			image.onload = image.onerror = done;
			image.src = "https://example.com/picture.png";
		});
		return { fetched, refused };
	});
	expect(tried).toEqual({ fetched: false, refused: ["connect-src", "img-src"] });
});

/** @returns the name of the colour whose hue (0–360°) and saturation these are */
function nameOfColour(r: number, g: number, b: number): string {
	const [max, min] = [Math.max(r, g, b), Math.min(r, g, b)];
	if (max - min < 16) return "grey";
	const sector =
		max === r ? ((g - b) / (max - min) + 6) % 6 : max === g ? (b - r) / (max - min) + 2 : (r - g) / (max - min) + 4;
	const hue = sector * 60;
	if (hue < 20 || hue > 340) return "red";
	if (hue < 60) return "gold";
	if (hue < 170) return "green";
	return hue < 260 ? "blue" : `hue ${hue}`;
}
