import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** Where the panel may load files from: nothing but its own bundle. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
	return vscode.Uri.joinPath(extensionUri, "dist", "webview");
}

/** The page that loads the bundle. It may run that one script, style itself, and start a worker from a blob; no network. */
export function diagramHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
	const nonce = randomBytes(16).toString("base64");
	const script = webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), "panel.js"));
	const style = webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), "panel.css"));
	const policy = [
		"default-src 'none'",
		`script-src 'nonce-${nonce}'`,
		`style-src ${webview.cspSource} 'unsafe-inline'`,
		`font-src ${webview.cspSource} data:`,
		`img-src ${webview.cspSource} data:`,
		"worker-src blob:",
	].join("; ");
	return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
	<meta charset="utf-8">
	<meta http-equiv="Content-Security-Policy" content="${policy}">
	<meta name="viewport" content="width=device-width, initial-scale=1">
	<link rel="stylesheet" href="${style}">
	<title>Tenancy</title>
</head>
<body>
	<div id="root"></div>
	<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
