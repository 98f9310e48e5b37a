import type { Diagram } from "../core/diagram/diagram";
import type { HostMessage, Positions } from "../protocol/messages";
import { escapeXml } from "./xml";

export interface HtmlParts {
	/** The webview's bundle, `dist/webview/panel.js` and `panel.css`. */
	readonly script: string;
	readonly style: string;
}

/**
 * One interactive file that makes no network request: the panel's own bundle, and the diagram as the message that the
 * panel gets from its host, in `#tenancy-diagram`. The policy lets run exactly this script and this style sheet, by hash
 * (Content Security Policy Level 3, "Hash usage"), and the layout worker that the script starts from a blob.
 */
export async function toHtml(diagram: Diagram, positions: Positions, { script, style }: HtmlParts): Promise<string> {
	const message: HostMessage = {
		type: "diagram",
		version: 1,
		diagram,
		databases: [{ id: diagram.database, label: diagram.database }],
		positions,
		arranged: null,
		canEdit: false,
	};
	// An inline script ends at `</script` and counts differently after `<!--` (HTML, "Restrictions for contents of script elements"); both only stand in strings and regular expressions.
	const code = script.replace(/<(?=\/script|!--)/gi, "\\x3c");
	const css = style.replaceAll("</", "<\\/");
	const policy = [
		"default-src 'none'",
		`script-src '${await sha256(code)}'`,
		`style-src '${await sha256(css)}'`,
		"worker-src blob:",
		"img-src data:",
		"font-src data:",
		"base-uri 'none'",
		"form-action 'none'",
	].join("; ");
	const title = `Tenancy of ${diagram.database}`;
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeXml(title)}</title>
<style>${css}</style>
</head>
<body>
<div id="root"></div>
<noscript>This diagram needs JavaScript, which is part of this file. It makes no network request.</noscript>
<script type="application/json" id="tenancy-diagram">${JSON.stringify(message).replaceAll("<", "\\u003c")}</script>
<script>${code}</script>
</body>
</html>
`;
}

async function sha256(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
