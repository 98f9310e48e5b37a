#!/usr/bin/env node
// npm test: everything that can be checked, from a fresh clone. The last line is "N passed, N failed".
// Only Node's own modules may be imported before the project's packages are installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { root } from "./build/paths.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { cleanEnvironment } from "./lib/run.mjs";
import { setUpVsCode, unsupported } from "./vscode-setup.mjs";

/** More than half is the PostgreSQL that proves isolation (docs/decisions/0011). */
const VSIX_LIMIT = 12e6;
const results = join(root, ".cache", "test-results");
const bin = (...path) => join(root, "node_modules", ...path);
const total = { passed: 0, failed: 0 };

function count(title, passed, failed) {
	total.passed += passed;
	total.failed += failed;
	console.log(`${failed === 0 ? "✓" : "✗"} ${title}: ${passed} passed, ${failed} failed\n`);
}

/** One runner. A runner that throws, or that ran nothing, has failed. */
async function runner(title, work) {
	console.log(`— ${title}`);
	const started = performance.now();
	const took = () => `${title} (${((performance.now() - started) / 1000).toFixed(0)} s)`;
	try {
		const { passed, failed } = await work();
		if (passed + failed === 0) throw new Error("It ran no test.");
		count(took(), passed, failed);
	} catch (error) {
		console.error(error.message);
		count(took(), 0, 1);
	}
}

function program(args) {
	return spawnSync(process.execPath, args, {
		cwd: root,
		stdio: ["ignore", "inherit", "inherit"],
		env: cleanEnvironment(),
	}).status;
}

const check = (args) => () => (program(args) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });

/** vitest, counted from its JSON report. A file that doesn't load, a skipped test and an error outside of tests are failures. */
function vitest(name, args) {
	const report = join(results, `${name}.json`);
	rmSync(report, { force: true });
	const status = program([
		bin("vitest", "vitest.mjs"),
		"run",
		...args,
		"--reporter=default",
		"--reporter=json",
		`--outputFile.json=${report}`,
	]);
	const { testResults } = JSON.parse(readFileSync(report, "utf8"));
	const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
	const passed = tests.filter((test) => test.status === "passed").length;
	const broken = testResults.filter(
		(file) => file.status === "failed" && file.assertionResults.every((test) => test.status === "passed"),
	);
	for (const file of broken) console.error(`${file.name}: ${file.message}`);
	for (const test of tests)
		if (!["passed", "failed"].includes(test.status)) console.error(`Did not run (${test.status}): ${test.fullName}`);
	const failed = tests.length - passed + broken.length;
	return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
}

async function main() {
	mkdirSync(results, { recursive: true });
	await installDependencies();
	const { ensureSystemPackages } = await import("./lib/system-packages.mjs");
	await ensureSystemPackages();
	const { packageExtension } = await import("./lib/vsix.mjs");

	await runner("types", check([bin("typescript", "bin", "tsc"), "--noEmit", "-p", "tsconfig.json"]));
	await runner("lint", check([bin("@biomejs", "biome", "bin", "biome"), "check", "."]));
	let vsix = null;
	await runner("package", async () => {
		vsix = await packageExtension();
		const { size } = statSync(vsix);
		console.log(`The VSIX is ${(size / 1e6).toFixed(2)} MB, ${VSIX_LIMIT / 1e6} MB are allowed.`);
		return size < VSIX_LIMIT ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
	});
	await runner("units, panel in Chromium, command line, PostgreSQL", () => vitest("unit", []));
	if (unsupported() !== null) {
		console.log(`${unsupported()}\nNot run here: the tests in VS Code.\n`);
		return;
	}
	await setUpVsCode();
	await runner("extension host in VS Code", async () => {
		if (vsix === null) throw new Error("There is no VSIX to install.");
		const { runHostSuites } = await import("./lib/host-suites.mjs");
		const { passed, failures } = await runHostSuites(vsix);
		for (const { title, message } of failures) console.error(`✗ ${title}\n${message}\n`);
		return { passed, failed: failures.length };
	});
	await runner("panel in VS Code", () => vitest("panel", ["--config", "vitest.panel.config.mts"]));
}

try {
	await main();
} catch (error) {
	console.error(`\n${error.message}`);
	total.failed += 1;
}
// Nothing may be printed after this line, and nothing left running may hold the process.
process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`, () =>
	process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1),
);
