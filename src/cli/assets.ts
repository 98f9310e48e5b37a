import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { HtmlParts } from "../export/html";
import type { PngParts } from "../export/png";

/** The build puts these beside the command line's own file (scripts/build.mjs). */
function read(...path: string[]): Buffer {
	return readFileSync(join(__dirname, ...path));
}

export function webviewParts(): HtmlParts {
	return { script: read("webview", "panel.js").toString("utf8"), style: read("webview", "panel.css").toString("utf8") };
}

export function pictureParts(): PngParts {
	return {
		wasm: read("assets", "resvg.wasm"),
		fonts: [read("assets", "DejaVuSans.ttf"), read("assets", "DejaVuSans-Bold.ttf")],
	};
}
