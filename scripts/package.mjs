#!/usr/bin/env node
// npm run package: builds and makes tenancy-<version>.vsix.
import { statSync } from "node:fs";
import { relative } from "node:path";
import { root } from "./build/paths.mjs";
import { packageExtension } from "./lib/vsix.mjs";

try {
	const vsix = await packageExtension();
	console.log(
		`${relative(root, vsix)}: ${(statSync(vsix).size / 1e6).toFixed(2)} MB. Install it with: code --install-extension ${relative(root, vsix)}`,
	);
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
}
