import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../build/paths.mjs";
import { findChromium } from "./browser.mjs";
import { run, step } from "./run.mjs";

/** The tests' own search for a server's program. */
async function find(file, name) {
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
	return module[name]();
}

const findPostgres = () => find("find-postgres", "findPostgres");
const findPgbouncer = () => find("find-pgbouncer", "findPgbouncer");

/** Null where a search finds something, else what is wrong. */
async function whatIsWrong(search) {
	try {
		await search();
		return null;
	} catch (error) {
		return error.message;
	}
}

const APT_GET = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];

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
	if ((await whatIsWrong(findPostgres)) !== null) missing.push("postgresql");
	if ((await whatIsWrong(findPgbouncer)) !== null) missing.push("pgbouncer");
	if (missing.length === 0) return installPgTap();
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
	const [first, ...rest] = [...before, ...APT_GET];
	await step("Updating the list of system packages (apt-get update)", () => run(first, [...rest, "update", "-q"]));
	await step(`Installing ${missing.join(" and ")} (apt-get install)`, () =>
		run(first, [...rest, "install", "-y", "-q", "--no-install-recommends", ...missing]),
	);
	if (findChromium() === null)
		throw new Error("apt-get installed chromium, yet none is on the PATH. Name one in CHROMIUM_PATH.");
	const still = (await whatIsWrong(findPostgres)) ?? (await whatIsWrong(findPgbouncer));
	if (still !== null) throw new Error(still);
	await installPgTap();
}

/**
 * pgTAP, for the tests that are generated for it, as Debian packages it. Where it can't be installed, those tests run with a
 * stand-in and say so.
 */
async function installPgTap() {
	const { version } = await findPostgres();
	const extensions = `/usr/share/postgresql/${version}/extension`;
	const before = privilege();
	if (!existsSync(extensions) || existsSync(`${extensions}/pgtap.control`) || before === null) return;
	if (!works("apt-get", ["--version"])) return;
	const [first, ...rest] = [...before, ...APT_GET];
	const name = `postgresql-${version}-pgtap`;
	await step(`Installing ${name} (apt-get install)`, async () => {
		await run(first, [...rest, "update", "-q"]);
		await run(first, [...rest, "install", "-y", "-q", "--no-install-recommends", name]);
	}).catch((error) => console.log(`${name} could not be installed; the tests go on without it. ${error.message}`));
}
