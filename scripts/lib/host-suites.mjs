import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import esbuild from "esbuild";
import { root } from "../build/paths.mjs";
import { launchBrowser, openWorkbench } from "./browser.mjs";
import { startVsCode } from "./vscode-server.mjs";
import { packageDriver } from "./vsix.mjs";

const LONGEST = 10 * 60_000;
const outputFolder = join(root, ".cache", "test-host");

/**
 * Bundles test/host/*.suite.ts, all that are there, into one file for the extension host.
 * @returns {Promise<string>} the file; its run() resolves to HostResult (test/host/run.ts)
 */
export async function bundleSuites() {
	const suites = findSuites();
	if (suites.length === 0) throw new Error("There is no test/host/**/*.suite.ts.");
	const load = suites.map((file) => `() => require(${JSON.stringify(`./${file}`)})`).join(",\n");
	const outfile = join(outputFolder, "suites.js");
	await esbuild.build({
		stdin: {
			contents: `import { runSuites } from "./test/host/run.ts";\nexport const run = () => runSuites([${load}]);`,
			resolveDir: root,
			loader: "ts",
		},
		outfile,
		bundle: true,
		platform: "node",
		format: "cjs",
		target: "node20",
		sourcemap: "inline",
		external: ["vscode", "mocha"],
		logLevel: "silent",
	});
	// What VS Code's own test runner wants: a rejection is its only sign of failure.
	const electron = `exports.run = async () => { const { writeFileSync } = require("node:fs"); const result = await require("./suites.js").run(); writeFileSync(process.env.TENANCY_DRIVER_RESULT, JSON.stringify({ value: result })); if (result.failures.length > 0 || result.passed === 0) throw new Error(result.passed + " passed, " + result.failures.length + " failed"); };`;
	writeFileSync(join(outputFolder, "electron.js"), electron);
	return outfile;
}

/** The suites for the extension host, relative to the project. */
export function findSuites() {
	return readdirSync(join(root, "test", "host"), { recursive: true })
		.filter((file) => file.endsWith(".suite.ts"))
		.map((file) => `test/host/${file.replaceAll("\\", "/")}`)
		.sort();
}

/**
 * A copy of the examples, which tests may change.
 * @returns {{ folder: string, remove: () => void }}
 */
export function copyExamples() {
	const folder = mkdtempSync(join(tmpdir(), "tenancy-examples-"));
	cpSync(join(root, "examples"), folder, { recursive: true });
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Which example the suites in the extension host find open. */
export const SUITES_EXAMPLE = "leaky";

/**
 * Runs the suites in the embedded VS Code with the packaged extension installed.
 * @param {string} vsix
 * @returns {Promise<{ passed: number, failures: { title: string, message: string }[] }>} as test/host/run.ts
 */
export async function runHostSuites(vsix) {
	const suites = await bundleSuites();
	const examples = copyExamples();
	const resultFile = join(examples.folder, "result.json");
	let server;
	let browser;
	try {
		server = await startVsCode({
			open: join(examples.folder, SUITES_EXAMPLE),
			extensions: [vsix, await packageDriver()],
			env: { TENANCY_DRIVER_RUN: suites, TENANCY_DRIVER_RESULT: resultFile },
		});
		browser = await launchBrowser();
		const page = await openWorkbench(browser, server.url);
		const deadline = Date.now() + LONGEST;
		while (!existsSync(resultFile)) {
			if (Date.now() > deadline) {
				const picture = join(outputFolder, "timeout.png");
				await page.screenshot({ path: picture });
				throw new Error(
					`The suites did not end within ${LONGEST / 60_000} minutes. What VS Code showed: ${picture}\n${server.log().slice(-2000)}`,
				);
			}
			await wait(200);
		}
		const { value, error } = JSON.parse(readFileSync(resultFile, "utf8"));
		if (error) throw new Error(`The suites crashed: ${error}`);
		return value;
	} finally {
		await browser?.close();
		await server?.stop();
		examples.remove();
	}
}
