#!/usr/bin/env node
// npm run package:npm: builds and makes tenancy-<version>.tgz, the command line as an npm package.
import { statSync } from "node:fs";
import { join, relative } from "node:path";
import { root } from "./build/paths.mjs";
import { build } from "./build.mjs";
import { packCommandLine } from "./lib/npm-package.mjs";

try {
	if (!(await build())) throw new Error("The build failed; what doesn't compile is named above.");
	const tarball = relative(root, await packCommandLine(root));
	console.log(
		`${tarball}: ${(statSync(join(root, tarball)).size / 1e6).toFixed(2)} MB. Install it with: npm install --save-dev ./${tarball}`,
	);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
