import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Report } from "../../core/strategy/report/report";

export const REPORT_VIEW_TYPE = "tenancy.strategyReport";

/** What the page's buttons ask for. */
const ACTIONS = ["generate", "changeAnswers", "saveMarkdown"] as const;
export type ReportAction = (typeof ACTIONS)[number];

/** The page with a strategy's report: one, which shows the last. */
export class ReportPanel implements vscode.Disposable {
	#panel: vscode.WebviewPanel | null = null;
	#run: (action: ReportAction) => void = () => {};

	constructor(private readonly extensionUri: vscode.Uri) {}

	/** @param state what `restore` is given after a reload of the window */
	async show(report: Report, state: unknown, run: (action: ReportAction) => void): Promise<void> {
		this.#run = run;
		if (this.#panel) this.#panel.reveal();
		else
			this.adopt(
				vscode.window.createWebviewPanel(
					REPORT_VIEW_TYPE,
					vscode.l10n.t("Isolation Strategy"),
					vscode.ViewColumn.Active,
					{ enableFindWidget: true },
				),
			);
		const panel = this.#panel;
		if (panel) panel.webview.html = await page(report, state);
	}

	/** Takes over a panel that was just made, or that VS Code restored; its content follows with `show`. */
	adopt(panel: vscode.WebviewPanel): void {
		this.#panel?.dispose();
		this.#panel = panel;
		panel.iconPath = vscode.Uri.joinPath(this.extensionUri, "media", "diagram.svg");
		panel.webview.options = { enableScripts: true, localResourceRoots: [] };
		panel.webview.onDidReceiveMessage((message: unknown) => {
			const action = ACTIONS.find((each) => each === (message as { action?: unknown } | null)?.action);
			if (action) this.#run(action);
		});
		panel.onDidDispose(() => {
			if (this.#panel === panel) this.#panel = null;
		});
	}

	dispose(): void {
		this.#panel?.dispose();
	}
}

/** All of the page: it loads nothing, and its one script only tells which button was pressed. */
async function page(report: Report, state: unknown): Promise<string> {
	const [{ reportBody }, { REPORT_STYLE }, { escapeXml }] = await Promise.all([
		import("../../export/report-html"),
		import("../../export/report-style"),
		import("../../export/xml"),
	]);
	const nonce = randomBytes(16).toString("base64");
	const buttons: Record<ReportAction, string> = {
		generate: vscode.l10n.t("Generate Files…"),
		changeAnswers: vscode.l10n.t("Change Answers…"),
		saveMarkdown: vscode.l10n.t("Save as Markdown"),
	};
	const actions = ACTIONS.map(
		(action, i) =>
			`<button type="button" data-action="${action}"${i === 0 ? ' class="primary"' : ""}>${escapeXml(buttons[action])}</button>`,
	).join("");
	const kept = JSON.stringify(state).replaceAll("<", "\\u003c");
	return `<!DOCTYPE html>
<html lang="en">
<head>
	<meta charset="utf-8">
	<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'unsafe-inline'">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<style>${REPORT_STYLE}</style>
	<title>${escapeXml(report.title)}</title>
</head>
<body>
${reportBody(report, `<div class="actions" role="group" aria-label="${escapeXml(vscode.l10n.t("What to do next"))}">${actions}</div>`)}
<script nonce="${nonce}">
	const vscode = acquireVsCodeApi();
	vscode.setState(${kept});
	for (const button of document.querySelectorAll("[data-action]"))
		button.addEventListener("click", () => vscode.postMessage({ action: button.dataset.action }));
</script>
</body>
</html>`;
}
