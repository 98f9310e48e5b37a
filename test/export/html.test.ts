import { createHash } from "node:crypto";
import { JSDOM, VirtualConsole } from "jsdom";
import { describe, expect, test } from "vitest";
import { toHtml } from "../../src/export/html";
import type { HostMessage } from "../../src/protocol/messages";
import { HOSTILE_NAMES, hostileDiagram, inRows } from "./sample-diagram";

const SCRIPT = 'document.title = "ran"; const tricky = ["</script>", "<!-- <script>", /<\\/script/u.source];';
const STYLE = '.a::after { content: "</style>" }';

async function page() {
	const diagram = hostileDiagram();
	const html = await toHtml(diagram, inRows(diagram), { script: SCRIPT, style: STYLE });
	return { diagram, html, document: new JSDOM(html).window.document };
}

describe("toHtml", () => {
	test("the diagram comes back whole, as the message that the panel gets from its host", async () => {
		const { diagram, document } = await page();
		const message = JSON.parse(document.getElementById("tenancy-diagram")?.textContent ?? "") as HostMessage;
		expect(message).toMatchObject({
			type: "diagram",
			canEdit: false,
			diagram: JSON.parse(JSON.stringify(diagram)) as object,
		});
	});

	test("no name becomes markup", async () => {
		const { document } = await page();
		expect(document.title).toBe(`Tenancy of ${HOSTILE_NAMES[0]}`);
		expect(document.querySelectorAll("script")).toHaveLength(2);
		expect(document.querySelectorAll("style")).toHaveLength(1);
		expect(document.querySelectorAll("img, svg, iframe, link, [onerror]")).toHaveLength(0);
	});

	test("the policy allows exactly this script and this style sheet, and no network", async () => {
		const { document } = await page();
		const policy = document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content") ?? "";
		const directives = new Map(
			policy.split("; ").map((directive) => [directive.split(" ")[0], directive.split(" ").slice(1).join(" ")]),
		);
		const hash = (text: string | null | undefined) =>
			`'sha256-${createHash("sha256")
				.update(text ?? "")
				.digest("base64")}'`;
		expect(directives.get("default-src")).toBe("'none'");
		expect(directives.get("script-src")).toBe(hash(document.querySelectorAll("script")[1]?.textContent));
		expect(directives.get("style-src")).toBe(hash(document.querySelector("style")?.textContent));
		expect(directives.get("worker-src")).toBe("blob:");
		expect(directives.get("img-src")).toBe("data:");
		expect(directives.has("connect-src")).toBe(false);
	});

	test("the script says the same after what ends a script element in it was written otherwise", async () => {
		const { html } = await page();
		const errors: unknown[] = [];
		const virtualConsole = new VirtualConsole().on("jsdomError", (error) => errors.push(error));
		const { window } = new JSDOM(html, { runScripts: "dangerously", virtualConsole });
		expect(errors).toEqual([]);
		expect(window.document.title).toBe("ran");
		expect(window.eval("tricky")).toEqual(["</script>", "<!-- <script>", "<\\/script"]);
	});
});
