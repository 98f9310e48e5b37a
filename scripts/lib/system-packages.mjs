import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../build/paths.mjs";
import { findChromium } from "./browser.mjs";
import { run, step } from "./run.mjs";

/** Null where a server program is installed, else what is wrong; the tests' own search decides. */
async function missingMessage(file, find) {
	const { build } = await import("esbuild");
	const outfile = join(root, ".cache", `${file}.mjs`);
	mkdirSync(join(outfile, ".."), { recursive: true });
	await build({
		entryPoints: [join(root, `test/database/${file}.ts`)],
		outfile,
		bundle: true,
		platform: "node",
		format: "esm",
		logLevel: "silent",
	});
	const module = await import(`${pathToFileURL(outfile).href}?${Date.now()}`);
	try {
		module[find]();
		return null;
	} catch (error) {
		return error.message;
	}
}

const postgresMissing = () => missingMessage("find-postgres", "findPostgres");
const pgbouncerMissing = () => missingMessage("find-pgbouncer", "findPgbouncer");

function works(command, args) {
	try {
		execFileSync(command, args, { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

/** What to put before apt-get: nothing as root, sudo where it asks no password; null where neither is so. */
function privilege() {
	if (process.getuid?.() === 0) return [];
	return works("sudo", ["-n", "true"]) ? ["sudo", "-n"] : null;
}

/**
 * Makes sure that Chromium, PostgreSQL's server programs and PgBouncer are there: installs them with apt-get where that is allowed.
 * @throws Error with the exact command to run, where they are missing and may not be installed from here
 */
export async function ensureSystemPackages() {
	const missing = [];
	if (findChromium() === null) missing.push("chromium");
	if ((await postgresMissing()) !== null) missing.push("postgresql");
	if ((await pgbouncerMissing()) !== null) missing.push("pgbouncer");
	if (missing.length === 0) return;
	const apt = works("apt-get", ["--version"]);
	const command = `apt-get update && apt-get install -y --no-install-recommends ${missing.join(" ")}`;
	const brew = missing.map((name) => ({ chromium: "--cask chromium", postgresql: "postgresql@15" })[name] ?? name);
	const before = privilege();
	if (!apt || before === null) {
		const say =
			process.platform === "darwin"
				? brew.map((name) => `brew install ${name}`).join(" && ")
				: apt
					? `sudo sh -c '${command}'`
					: `install ${missing.join(" and ")} with your system's package manager`;
		throw new Error(
			`The tests need ${missing.join(" and ")}, which can't be installed from here. Run this, then npm test again:\n\n    ${say}\n`,
		);
	}
	const env = ["env", "DEBIAN_FRONTEND=noninteractive"];
	const [first, ...rest] = [...before, ...env, "apt-get"];
	await step("Updating the list of system packages (apt-get update)", () => run(first, [...rest, "update", "-q"]));
	await step(`Installing ${missing.join(" and ")} (apt-get install)`, () =>
		run(first, [...rest, "install", "-y", "-q", "--no-install-recommends", ...missing]),
	);
	if (findChromium() === null)
		throw new Error("apt-get installed chromium, yet none is on the PATH. Name one in CHROMIUM_PATH.");
	const still = (await postgresMissing()) ?? (await pgbouncerMissing());
	if (still !== null) throw new Error(still);
}
