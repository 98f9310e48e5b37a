#!/usr/bin/env node
// npm run test:electron: the suites of test/host in a desktop VS Code, which is downloaded unless VSCODE_PATH names one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { root } from "./build/paths.mjs";
import { build } from "./build.mjs";
import { bundleSuites, copyExamples, SUITES_EXAMPLE } from "./lib/host-suites.mjs";

const examples = copyExamples();
try {
	if (!(await build())) throw new Error("The build failed; what doesn't compile is named above.");
	await bundleSuites();
	const resultFile = join(examples.folder, "result.json");
	const failed = await runTests({
		vscodeExecutablePath: process.env.VSCODE_PATH,
		extensionDevelopmentPath: root,
		extensionTestsPath: join(root, ".cache", "test-host", "electron.js"),
		extensionTestsEnv: { TENANCY_DRIVER_RESULT: resultFile },
		launchArgs: [join(examples.folder, SUITES_EXAMPLE), "--disable-workspace-trust", "--disable-extensions"],
	}).then(
		() => null,
		(error) => error,
	);
	const { value } = JSON.parse(readFileSync(resultFile, "utf8"));
	for (const { title, message } of value.failures) console.error(`✗ ${title}\n${message}\n`);
	console.log(`${value.passed} passed, ${value.failures.length} failed`);
	if (failed) process.exitCode = 1;
} catch (error) {
	console.error(error.message);
	process.exitCode = 1;
} finally {
	examples.remove();
}
