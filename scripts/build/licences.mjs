import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./paths.mjs";

/** Licences whose text is the same for everybody, for packages that name one but ship no file: licence -> an installed copy. */
const STANDARD_TEXTS = { "MPL-2.0": "node_modules/axe-core/LICENSE" };

/** `node_modules/a/node_modules/@b/c/x.js` -> `node_modules/a/node_modules/@b/c` */
function packageFolder(input) {
	const match = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input.replace(/^[\w-]+:/, ""));
	return match?.[0] ?? null;
}

function licenceText(folder, description) {
	const file = readdirSync(join(root, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
	if (file) return readFileSync(join(root, folder, file), "utf8").trim();
	const readme = readdirSync(join(root, folder)).find((name) => /^readme/i.test(name));
	const section =
		readme && /^##+ *licen[cs]e\s*\n([\s\S]*)/im.exec(readFileSync(join(root, folder, readme), "utf8"))?.[1];
	if (section && /permission is hereby granted/i.test(section)) return section.trim();
	const standard = STANDARD_TEXTS[description.license];
	return standard && existsSync(join(root, standard)) ? readFileSync(join(root, standard), "utf8").trim() : null;
}

/**
 * The licences of every package of which something is shipped.
 * @param {readonly string[]} inputs what was bundled or copied, relative to the project's folder (esbuild's metafile inputs)
 * @returns {string} one text; throws when a package has no licence, naming it
 */
export function collectLicences(inputs) {
	const folders = [...new Set(inputs.map(packageFolder).filter(Boolean))];
	const missing = [];
	const parts = [];
	for (const folder of folders) {
		const description = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
		const text = licenceText(folder, description);
		if (text === null)
			missing.push(`${description.name} ${description.version} (${description.license ?? "no licence named"})`);
		else
			parts.push({ title: `${description.name} ${description.version} (${description.license ?? "see below"})`, text });
	}
	if (missing.length > 0) throw new Error(`No licence text found for what is shipped of: ${missing.join(", ")}`);
	parts.sort((a, b) => (a.title < b.title ? -1 : 1));
	const line = "=".repeat(80);
	return `${parts.map(({ title, text }) => `${line}\n${title}\n${line}\n\n${text}\n`).join("\n")}`;
}
