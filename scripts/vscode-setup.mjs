#!/usr/bin/env node
// Installs the VS Code that `npm start` and `npm test` use where no desktop VS Code is: code-server, with the Node it wants,
// both from npm at pinned versions, in .cache/ and apart from the project's own node_modules (it is about 800 MB).
// Uses Node's own modules only: it runs before anything is installed.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./build/paths.mjs";
import { cleanEnvironment, run, step } from "./lib/run.mjs";

const CODE_SERVER = "4.139.1";
const NODE = "24.21.0";
const cache = join(root, ".cache", "vscode");

/** npm package that holds Node's binary for this machine, or null where there is none. */
function nodePackage() {
	return process.platform === "linux" && ["x64", "arm64"].includes(process.arch) ? `node-linux-${process.arch}` : null;
}

/** Why the embedded VS Code can't run on this machine and what to do instead; null where it can. */
export function unsupported() {
	if (nodePackage() !== null) return null;
	return `The VS Code that this project installs for itself runs on Linux (x64, arm64) only, and this is ${process.platform} ${process.arch}. Install VS Code from https://code.visualstudio.com so that \`code\` works in a terminal, then run \`npm start\` again. The tests in VS Code run with \`npm run test:electron\`.`;
}

function paths(folder) {
	const server = join(folder, "node_modules", "code-server");
	return {
		node: join(folder, "node_modules", nodePackage(), "bin", "node"),
		entry: join(server, "out", "node", "entry.js"),
		vscode: join(server, "lib", "vscode"),
	};
}

/**
 * Installs the pinned VS Code unless it is there already.
 * @returns {Promise<{ node: string, entry: string, vscode: string }>} absolute paths: Node's binary, code-server's entry, VS Code's folder
 */
export async function setUpVsCode() {
	const reason = unsupported();
	if (reason !== null) throw new Error(reason);
	const name = `code-server-${CODE_SERVER}-node-${NODE}-${process.arch}`;
	const finished = join(cache, name);
	if (existsSync(finished)) return paths(finished);

	// Installed under another name and renamed at the end: an interrupted install is never taken for a finished one.
	mkdirSync(cache, { recursive: true });
	for (const left of readdirSync(cache))
		if (left.startsWith("installing-")) rmSync(join(cache, left), { recursive: true, force: true });
	const folder = join(cache, `installing-${process.pid}`);
	mkdirSync(folder);
	writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
	const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
	const { node, vscode } = paths(folder);
	const install = (cwd, args, env) => run("npm", ["install", ...args, ...quiet], { cwd, env });
	await step(`Installing Node ${NODE} for VS Code (1 of 4)`, () =>
		install(folder, [`${nodePackage()}@${NODE}`, "--save-exact"]),
	);
	const env = cleanEnvironment({ PATH: `${join(node, "..")}${delimiter}${process.env.PATH}` });
	await step(`Installing VS Code: code-server ${CODE_SERVER} (2 of 4)`, () =>
		install(folder, [`code-server@${CODE_SERVER}`, "--save-exact"], env),
	);
	await step("Installing what VS Code needs (3 of 4)", () => install(vscode, ["--omit=dev"], env));
	await step("Installing what its own extensions need (4 of 4)", () =>
		install(join(vscode, "extensions"), ["--omit=dev"], env),
	);
	renameSync(folder, finished);
	return paths(finished);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
	try {
		const { vscode } = await setUpVsCode();
		console.log(`VS Code is ready in ${vscode}`);
	} catch (error) {
		console.error(error.message);
		process.exitCode = 1;
	}
}
