import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build/paths.mjs";
import { build } from "../build.mjs";
import { run } from "./run.mjs";

const description = () => JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** When the newest of these files and folders changed, in milliseconds; 0 when none exists. */
export function newestChange(paths) {
	let newest = 0;
	for (const path of paths) {
		const stat = statSync(path, { throwIfNoEntry: false });
		if (!stat) continue;
		const changed = stat.isDirectory() ? newestChange(readdirSync(path).map((name) => join(path, name))) : stat.mtimeMs;
		newest = Math.max(newest, changed);
	}
	return newest;
}

async function pack(folder, out) {
	mkdirSync(join(out, ".."), { recursive: true });
	const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");
	await run(
		process.execPath,
		[
			vsce,
			"package",
			"--no-dependencies",
			"--skip-license",
			"--allow-missing-repository",
			"--no-rewrite-relative-links",
			"--no-yarn",
			"--out",
			out,
		],
		{ cwd: folder },
	);
	return out;
}

const at = (...names) => names.map((name) => join(root, name));

/** Builds and packages what ships. @returns {Promise<string>} the VSIX's absolute path */
export async function packageExtension() {
	if (!(await build())) throw new Error("The build failed; what doesn't compile is named above.");
	const { name, version } = description();
	return pack(root, join(root, `${name}-${version}.vsix`));
}

/** The same, but keeps the VSIX that is there when no source is newer; TENANCY_VSIX names one to take as it is. */
export async function packageExtensionWhenStale() {
	if (process.env.TENANCY_VSIX) return process.env.TENANCY_VSIX;
	const { name, version } = description();
	const vsix = join(root, `${name}-${version}.vsix`);
	const sources = at(
		"src",
		"webview",
		"media",
		"snippets",
		"l10n",
		"scripts/build",
		"scripts/build.mjs",
		"package.json",
		"package.nls.json",
		"package-lock.json",
		".vscodeignore",
		"README.md",
	);
	return newestChange([vsix]) > newestChange(sources) ? vsix : packageExtension();
}

/** Packages a small extension that helps tests or npm start, unless that is done. @returns {Promise<string>} its VSIX */
export async function packageFolder(folder, vsix) {
	return newestChange([vsix]) > newestChange([folder]) ? vsix : pack(folder, vsix);
}

/** Packages the driver that runs our files inside VS Code (test/host/driver). @returns {Promise<string>} its VSIX */
export const packageDriver = () =>
	packageFolder(join(root, "test", "host", "driver"), join(root, ".cache", "driver.vsix"));
