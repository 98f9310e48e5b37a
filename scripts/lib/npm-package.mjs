import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dist, root } from "../build/paths.mjs";
import { run } from "./run.mjs";

/** What of dist/ the command line needs, as paths or folders in it. */
const CONTENTS = [
	"THIRD-PARTY-LICENSES.txt",
	"cli.js",
	"commands.js",
	"planning.js",
	"elk.js",
	"libpg-query.js",
	"libpg-query.wasm",
	"resvg.js",
	"assets/resvg.wasm",
	"assets/DejaVuSans.ttf",
	"assets/DejaVuSans-Bold.ttf",
	"webview/panel.js",
	"webview/panel.css",
	"prove.js",
	"pg.js",
	"pglite.js",
	"pglite.wasm",
	"pglite.data",
	"initdb.wasm",
	"extensions",
];

/**
 * Packs the command line that is built in dist/ as an npm package. It is not the project's own package.json, which describes the
 * extension: everything is bundled, so the package has no dependencies.
 * @param {string} out the folder for the tarball
 * @returns {Promise<string>} the tarball's absolute path
 */
export async function packCommandLine(out) {
	const { name, version, description, license, engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
	const folder = join(root, ".cache", `npm-package.${process.pid}`);
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(out, { recursive: true });
	try {
		for (const path of CONTENTS) cpSync(join(dist, path), join(folder, "dist", path), { recursive: true });
		cpSync(join(root, "docs", "ci.md"), join(folder, "README.md"));
		const about = {
			name,
			version,
			description,
			license,
			engines: { node: engines.node },
			bin: { [name]: "dist/cli.js" },
			files: ["dist"],
		};
		writeFileSync(join(folder, "package.json"), `${JSON.stringify(about, null, "\t")}\n`);
		await run("npm", ["pack", "--ignore-scripts", "--pack-destination", out], { cwd: folder });
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return join(out, `${name}-${version}.tgz`);
}
