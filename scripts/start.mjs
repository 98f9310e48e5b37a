#!/usr/bin/env node
// npm start [-- folder] [-- --port N] [-- --check]: from a fresh clone to VS Code with the tenancy diagram of a folder drawn.
// Only Node's own modules may be imported before the project's packages are installed.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./build/paths.mjs";
import { installDependencies } from "./lib/dependencies.mjs";
import { step } from "./lib/run.mjs";
import { desktopCode, startVsCode } from "./lib/vscode-server.mjs";
import { setUpVsCode, unsupported } from "./vscode-setup.mjs";

const USAGE = `npm start [-- FOLDER] [-- --port N] [-- --check]

FOLDER   a folder of PostgreSQL SQL; default: examples/leaky, which has a table of every scope
--port   the port of the address, where VS Code runs in a browser; default: any free one
--check  open it in a headless Chromium, say what the diagram shows, take a picture of it, and end`;

const opener = join(root, "scripts", "start", "opener");

function readArguments() {
	try {
		const { values, positionals } = parseArgs({
			allowPositionals: true,
			options: {
				port: { type: "string" },
				check: { type: "boolean", default: false },
				help: { type: "boolean", default: false },
			},
		});
		if (positionals.length > 1) throw new Error("One folder, please.");
		if (values.port !== undefined && !/^\d{1,5}$/.test(values.port)) throw new Error("--port takes a number.");
		// npm runs scripts in the project's folder; INIT_CWD is where the person stands.
		const folder =
			positionals[0] === undefined
				? join(root, "examples", "leaky")
				: resolve(process.env.INIT_CWD ?? process.cwd(), positionals[0]);
		if (!existsSync(folder)) throw new Error(`There is no ${folder}.`);
		return { ...values, folder };
	} catch (error) {
		console.error(`${error.message}\n\n${USAGE}`);
		process.exit(2);
	}
}

function openOnDesktop(code, folder) {
	const args = [`--extensionDevelopmentPath=${root}`, `--extensionDevelopmentPath=${opener}`, folder];
	return new Promise((done, fail) => {
		const child = spawn(code, args, { stdio: "ignore", shell: process.platform === "win32" });
		child.on("error", fail);
		child.on("close", (status) =>
			status === 0 ? done() : fail(new Error(`\`code ${args.join(" ")}\` ended with exit code ${status}`)),
		);
	});
}

async function openInBrowser({ folder, port, check }) {
	const { packageExtensionWhenStale, packageFolder } = await import("./lib/vsix.mjs");
	const ours = await step("Packaging the extension", packageExtensionWhenStale);
	const driver = await packageFolder(opener, join(root, ".cache", "opener.vsix"));
	await setUpVsCode();
	const server = await step("Starting VS Code", () =>
		startVsCode({ open: folder, extensions: [ours, driver], port: port && Number(port) }),
	);
	const address = `${server.url}?${folder.endsWith(".code-workspace") ? "workspace" : "folder"}=${encodeURI(folder)}`;
	if (check) {
		const { checkDiagram } = await import("./start/check.mjs");
		const picture = join(root, ".cache", "start.png");
		mkdirSync(join(root, ".cache"), { recursive: true });
		try {
			await checkDiagram(address, picture);
			console.log(`A picture of it: ${picture}`);
		} finally {
			await server.stop();
		}
		return;
	}
	console.log(
		`\nVS Code runs with ${folder}. Open this address in a browser:\n\n    ${address}\n\nThe diagram opens by itself. Ctrl-C ends it.`,
	);
	let stopping = null;
	const stop = () => {
		stopping ??= server.stop();
	};
	for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, stop);
	await server.ended;
	if (stopping === null) throw new Error(`VS Code ended by itself. Its log:\n${server.log().slice(-2000)}`);
	await stopping;
}

const options = readArguments();
if (options.help) console.log(USAGE);
else {
	try {
		await installDependencies();
		const code = options.check ? null : desktopCode();
		if (code !== null) {
			const { build } = await import("./build.mjs");
			if (!(await step("Building", build))) throw new Error("The build failed; what doesn't compile is named above.");
			await step("Opening VS Code", () => openOnDesktop(code, options.folder));
			console.log(`VS Code shows ${options.folder}; the diagram opens by itself.`);
		} else {
			if (unsupported() !== null) throw new Error(unsupported());
			await openInBrowser(options);
		}
	} catch (error) {
		console.error(`\n${error.message}`);
		process.exit(1);
	}
}
