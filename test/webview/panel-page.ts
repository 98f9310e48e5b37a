import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { layoutWorkerPlugin } from "../../scripts/build/layout-worker.mjs";
import type { Diagram } from "../../src/core/diagram/diagram";
import { packed } from "../../src/host/adapters/packed-message";
import type { HostMessage, WebviewMessage } from "../../src/protocol/messages";

/** VS Code's themes as a webview sees them: a class of the body, and variables (those of its default themes that the panel reads). */
export const THEMES = {
	light: {
		className: "vscode-light",
		variables: {
			"editor-background": "#ffffff",
			"editorWidget-background": "#f8f8f8",
			foreground: "#3b3b3b",
			descriptionForeground: "#3b3b3b",
			"panel-border": "#e5e5e5",
			focusBorder: "#005fb8",
			"textLink-foreground": "#005fb8",
			errorForeground: "#c72e0f",
			"button-background": "#005fb8",
			"button-foreground": "#ffffff",
			"input-background": "#ffffff",
			"input-foreground": "#3b3b3b",
			"input-border": "#cecece",
			"menu-background": "#ffffff",
			"menu-foreground": "#3b3b3b",
			"list-hoverBackground": "#f2f2f2",
			"list-activeSelectionBackground": "#e8e8e8",
			"list-activeSelectionForeground": "#000000",
			"charts-yellow": "#bf8803",
			"charts-green": "#388a34",
			"charts-blue": "#1a85ff",
			"charts-red": "#e51400",
		},
	},
	dark: {
		className: "vscode-dark",
		variables: {
			"editor-background": "#1f1f1f",
			"editorWidget-background": "#202020",
			foreground: "#cccccc",
			descriptionForeground: "#9d9d9d",
			"panel-border": "#2b2b2b",
			focusBorder: "#0078d4",
			"textLink-foreground": "#4daafc",
			errorForeground: "#f85149",
			"button-background": "#0078d4",
			"button-foreground": "#ffffff",
			"input-background": "#313131",
			"input-foreground": "#cccccc",
			"input-border": "#3c3c3c",
			"menu-background": "#1f1f1f",
			"menu-foreground": "#cccccc",
			"list-hoverBackground": "#2a2d2e",
			"list-activeSelectionBackground": "#04395e",
			"list-activeSelectionForeground": "#ffffff",
			"charts-yellow": "#cca700",
			"charts-green": "#89d185",
			"charts-blue": "#3794ff",
			"charts-red": "#f14c4c",
		},
	},
	"high contrast": {
		className: "vscode-high-contrast",
		variables: {
			"editor-background": "#000000",
			"editorWidget-background": "#0c141f",
			foreground: "#ffffff",
			descriptionForeground: "#ffffff",
			"panel-border": "#6fc3df",
			contrastBorder: "#6fc3df",
			contrastActiveBorder: "#f38518",
			focusBorder: "#f38518",
			"textLink-foreground": "#21a6ff",
			errorForeground: "#f48771",
			"button-background": "#000000",
			"button-foreground": "#ffffff",
			"button-border": "#6fc3df",
			"input-background": "#000000",
			"input-foreground": "#ffffff",
			"input-border": "#6fc3df",
			"menu-background": "#000000",
			"menu-foreground": "#ffffff",
			"charts-yellow": "#ffd370",
			"charts-green": "#89d185",
			"charts-blue": "#3794ff",
			"charts-red": "#f48771",
		},
	},
	"high contrast light": {
		className: "vscode-high-contrast-light",
		variables: {
			"editor-background": "#ffffff",
			"editorWidget-background": "#ffffff",
			foreground: "#292929",
			descriptionForeground: "#292929",
			"panel-border": "#0f4a85",
			contrastBorder: "#0f4a85",
			contrastActiveBorder: "#006bbd",
			focusBorder: "#006bbd",
			"textLink-foreground": "#0f4a85",
			errorForeground: "#b5200d",
			"button-background": "#0f4a85",
			"button-foreground": "#ffffff",
			"input-background": "#ffffff",
			"input-foreground": "#292929",
			"input-border": "#0f4a85",
			"menu-background": "#ffffff",
			"menu-foreground": "#292929",
			"charts-yellow": "#bf8803",
			"charts-green": "#388a34",
			"charts-blue": "#1a85ff",
			"charts-red": "#b5200d",
		},
	},
} as const satisfies Record<string, { className: string; variables: Record<string, string> }>;
export type Theme = keyof typeof THEMES;

let bundle: Promise<{ script: string; style: string }> | null = null;

/** The panel's script and style sheet as the build makes them, but in memory, so that a test never sees an old one. */
export function panelBundle(): Promise<{ script: string; style: string }> {
	bundle ??= build({
		entryPoints: ["webview/main.tsx"],
		outdir: "out",
		bundle: true,
		minify: true,
		write: false,
		format: "iife",
		target: "es2022",
		jsx: "automatic",
		loader: { ".svg": "dataurl" },
		define: { "process.env.NODE_ENV": '"production"' },
		plugins: [layoutWorkerPlugin([])],
		logLevel: "silent",
	}).then(({ outputFiles }) => {
		const text = (ending: string) => outputFiles.find((file) => file.path.endsWith(ending))?.text ?? "";
		return { script: text(".js"), style: text(".css") };
	});
	return bundle;
}

/** What a host would send to show a diagram. */
export function diagramMessage(
	diagram: Diagram,
	message: Partial<Extract<HostMessage, { type: "diagram" }>> = {},
): HostMessage {
	return {
		type: "diagram",
		version: 1,
		diagram,
		databases: [{ id: diagram.database, label: diagram.database }],
		positions: {},
		arranged: null,
		canEdit: true,
		...message,
	};
}

/** The panel in a browser, with the test as its host. */
export interface OpenPanel {
	readonly page: Page;
	send(message: HostMessage): Promise<void>;
	/** Everything that the panel sent, in order. */
	sent(): Promise<WebviewMessage[]>;
	/** Puts on another theme, as VS Code does while a panel is open. */
	wear(theme: Theme): Promise<void>;
	/** Loads the page again with the state that the panel saved, as VS Code does. */
	reload(): Promise<void>;
	close(): Promise<void>;
	/** Addresses that the page asked for. */
	readonly requests: readonly string[];
	/** What the page's console and its errors said. */
	readonly complaints: readonly string[];
}

interface PanelOptions {
	readonly theme?: Theme;
	readonly width?: number;
	readonly height?: number;
}

const ORIGIN = "http://panel.test";

/** Opens the panel with the policy of VS Code's webview (src/host/features/diagram-html.ts) and a host that does nothing. */
export async function openPanel(
	browser: Browser,
	{ theme = "light", width = 1400, height = 900 }: PanelOptions = {},
): Promise<OpenPanel> {
	const { script, style } = await panelBundle();
	const context = await browser.newContext({
		viewport: { width, height },
		colorScheme: schemeOf(theme),
	});
	const page = await context.newPage();
	const requests: string[] = [];
	const complaints: string[] = [];
	page.on("pageerror", (error) => complaints.push(String(error)));
	page.on("console", (entry) => entry.type() === "error" && complaints.push(entry.text()));
	await page.route("**/*", (route) => {
		const url = route.request().url();
		if (url === `${ORIGIN}/`) return route.fulfill({ contentType: "text/html", body: html(theme) });
		if (url === `${ORIGIN}/panel.js`) return route.fulfill({ contentType: "text/javascript", body: script });
		if (url === `${ORIGIN}/panel.css`) return route.fulfill({ contentType: "text/css", body: style });
		requests.push(url);
		return route.abort();
	});
	await page.addInitScript(() => {
		const sent: unknown[] = [];
		Object.assign(window, {
			sent,
			acquireVsCodeApi: () => ({
				postMessage: (message: unknown) => sent.push(message),
				getState: () => JSON.parse(sessionStorage.getItem("state") ?? "null") ?? undefined,
				setState: (state: unknown) => sessionStorage.setItem("state", JSON.stringify(state)),
			}),
		});
	});
	await page.goto(`${ORIGIN}/`);
	return {
		page,
		send: (message) => {
			const data = packed(message);
			return page.evaluate(
				({ text, bytes }) =>
					window.postMessage(text ?? Uint8Array.from(atob(bytes), (byte) => byte.charCodeAt(0)), "*"),
				typeof data === "string"
					? { text: data, bytes: "" }
					: { text: null, bytes: Buffer.from(data).toString("base64") },
			);
		},
		sent: () => page.evaluate(() => (window as unknown as { sent: WebviewMessage[] }).sent),
		wear: async (worn) => {
			await page.emulateMedia({ colorScheme: schemeOf(worn) });
			await page.evaluate(
				([style, className]) => {
					document.documentElement.setAttribute("style", style);
					document.body.className = className;
				},
				[variablesOf(worn), THEMES[worn].className] as const,
			);
		},
		reload: async () => {
			await page.reload();
		},
		close: () => context.close(),
		requests,
		complaints,
	};
}

const schemeOf = (theme: Theme) => (theme.includes("light") ? "light" : "dark");

/** The theme's variables as the style of the page's root. */
function variablesOf(theme: Theme): string {
	return Object.entries({
		"font-family": '"Segoe WPC", "Segoe UI", system-ui, "Ubuntu", "DejaVu Sans", sans-serif',
		"font-size": "13px",
		"editor-font-family": 'Consolas, "DejaVu Sans Mono", monospace',
		...THEMES[theme].variables,
	})
		.map(([name, value]) => `--vscode-${name}: ${value}`)
		.join(";")
		.replaceAll('"', "'");
}

function html(theme: Theme): string {
	const policy = [
		"default-src 'none'",
		"script-src 'nonce-test'",
		`style-src ${ORIGIN} 'unsafe-inline'`,
		`font-src ${ORIGIN} data:`,
		`img-src ${ORIGIN} data:`,
		"worker-src blob:",
	].join("; ");
	return `<!DOCTYPE html><html lang="en" style="${variablesOf(theme)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><title>Tenancy</title><link rel="stylesheet" href="/panel.css"></head><body class="${THEMES[theme].className}"><div id="root"></div><script nonce="test" src="/panel.js"></script></body></html>`;
}
