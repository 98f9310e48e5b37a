import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	openSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../build/paths.mjs";
import { setUpVsCode } from "../vscode-setup.mjs";
import { cleanEnvironment, run } from "./run.mjs";

/** A quiet VS Code: nothing that asks, suggests, or phones home covers the diagram. */
const SETTINGS = {
	"workbench.startupEditor": "none",
	"workbench.tips.enabled": false,
	"workbench.secondarySideBar.defaultVisibility": "hidden",
	"workbench.welcomePage.walkthroughs.openOnInstall": false,
	"chat.disableAIFeatures": true,
	"telemetry.telemetryLevel": "off",
	"update.mode": "none",
	"extensions.autoCheckUpdates": false,
	"extensions.ignoreRecommendations": true,
	"git.openRepositoryInParentFolders": "never",
	// In a browser VS Code saves by itself after a second; on the desktop it doesn't. Tests and people expect the desktop's way.
	"files.autoSave": "off",
	"security.workspace.trust.startupPrompt": "never",
	"security.workspace.trust.banner": "never",
};

function freePort() {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.on("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address();
			server.close(() => resolve(port));
		});
	});
}

/** The process and everything it started: it leads a group of its own. */
function killGroup(pid, signal) {
	try {
		process.kill(-pid, signal);
		return true;
	} catch {
		return false;
	}
}

async function answers(url, child, logFile) {
	const deadline = Date.now() + 60_000;
	while (Date.now() < deadline) {
		if (child.exitCode !== null) break;
		try {
			if ((await fetch(`${url}healthz`)).ok) return;
		} catch {
			// not listening yet
		}
		await wait(100);
	}
	throw new Error(`VS Code did not come up on ${url}. Its log:\n${readFileSync(logFile, "utf8").slice(-4000)}`);
}

const INSTALLED = join(root, ".cache", "installed-extensions");
const DAY = 24 * 60 * 60 * 1000;

/**
 * The folder with these VSIX files installed. It is kept, as every VS Code that is started has the same ones, and only read
 * by those. What is older than a day is deleted before another is made.
 */
async function installedExtensions(extensions, install) {
	const key = extensions.map((vsix) => `${vsix} ${statSync(vsix).size} ${statSync(vsix).mtimeMs}`).join("\n");
	const folder = join(INSTALLED, createHash("sha256").update(key).digest("hex").slice(0, 16));
	const complete = `${folder}.complete`;
	if (existsSync(complete)) return folder;
	mkdirSync(INSTALLED, { recursive: true });
	for (const each of readdirSync(INSTALLED).map((name) => join(INSTALLED, name)))
		if (each === folder || Date.now() - statSync(each).mtimeMs > DAY) rmSync(each, { recursive: true, force: true });
	await install(folder);
	writeFileSync(complete, "");
	return folder;
}

/**
 * Starts the embedded VS Code with extensions installed, on a free local port, with settings and state of its own that are
 * deleted at the end.
 * @param {object} options
 * @param {string} options.open folder or .code-workspace, absolute
 * @param {readonly string[]} options.extensions VSIX files to install
 * @param {boolean} [options.trusted] false: the workspace opens in restricted mode
 * @param {Record<string, unknown>} [options.settings] user settings
 * @param {Record<string, string>} [options.env]
 * @param {number} [options.port] default: any free one
 * @returns {Promise<{ url: string, driverPort: string, log: () => string, stop: () => Promise<void>, ended: Promise<number | null> }>}
 *   driverPort: the file in which the driver extension, where it is installed, says where it listens
 */
export async function startVsCode({ open, extensions, trusted = true, settings = {}, env = {}, port }) {
	if (!existsSync(open)) throw new Error(`There is no ${open}.`);
	const { node, entry } = await setUpVsCode();
	const folder = mkdtempSync(join(tmpdir(), "tenancy-vscode-"));
	const user = join(folder, "user", "User");
	mkdirSync(user, { recursive: true });
	writeFileSync(join(user, "settings.json"), JSON.stringify({ ...SETTINGS, ...settings }));
	// A configuration of its own, or code-server would write one into the home folder.
	const config = join(folder, "config.yaml");
	writeFileSync(config, "auth: none\n");
	const common = [entry, "--config", config, "--user-data-dir", join(folder, "user")];
	const driverPort = join(folder, "driver-port");
	const environment = cleanEnvironment({
		CS_DISABLE_GETTING_STARTED_OVERRIDE: "1",
		TENANCY_DRIVER_PORT: driverPort,
		...env,
	});
	const cleanUp = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
	let child;
	const atExit = () => {
		if (child) killGroup(child.pid, "SIGKILL");
		cleanUp();
	};
	process.once("exit", atExit);
	try {
		const installed = await installedExtensions(extensions, (target) =>
			run(
				node,
				[...common, "--extensions-dir", target, ...extensions.flatMap((vsix) => ["--install-extension", vsix])],
				{ env: environment },
			),
		);
		const chosen = port ?? (await freePort());
		const url = `http://127.0.0.1:${chosen}/`;
		const logFile = join(folder, "server.log");
		const log = openSync(logFile, "a");
		const args = [
			"--extensions-dir",
			installed,
			"--auth",
			"none",
			"--bind-addr",
			`127.0.0.1:${chosen}`,
			"--disable-telemetry",
			"--disable-update-check",
			"--disable-getting-started-override",
		];
		if (trusted) args.push("--disable-workspace-trust");
		child = spawn(node, [...common, ...args, open], { env: environment, stdio: ["ignore", log, log], detached: true });
		const ended = new Promise((resolve) => child.once("exit", resolve));
		const stop = async () => {
			killGroup(child.pid, "SIGTERM");
			if ((await Promise.race([ended.then(() => true), wait(3000, false, { ref: false })])) === false)
				killGroup(child.pid, "SIGKILL");
			await ended;
			killGroup(child.pid, "SIGKILL");
			process.off("exit", atExit);
			cleanUp();
		};
		await answers(url, child, logFile).catch(async (error) => {
			await stop();
			throw error;
		});
		return { url, driverPort, log: () => readFileSync(logFile, "utf8"), stop, ended };
	} catch (error) {
		atExit();
		process.off("exit", atExit);
		throw error;
	}
}

/** The desktop's `code`, or null: the launcher that a code-server or a remote session puts on the PATH doesn't count. */
export function desktopCode() {
	if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) return null;
	if (process.env.VSCODE_IPC_HOOK_CLI) return null;
	try {
		execFileSync("code", ["--version"], { stdio: "ignore", shell: process.platform === "win32", timeout: 20_000 });
		return "code";
	} catch {
		return null;
	}
}
