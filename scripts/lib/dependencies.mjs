import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build/paths.mjs";
import { cleanEnvironment, run, step } from "./run.mjs";

const NODE = 20;

/** Whether node_modules holds what package-lock.json names. npm keeps a list of what it installed. */
function fresh() {
	const installed = join(root, "node_modules", ".package-lock.json");
	if (!existsSync(installed)) return false;
	const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
	const have = JSON.parse(readFileSync(installed, "utf8")).packages;
	// Optional packages are there or not according to the machine.
	return Object.entries(wanted).every(
		([path, { version, optional, peer, devOptional }]) =>
			path === "" || optional || devOptional || peer || have[path]?.version === version,
	);
}

/** Installs the project's packages when they are missing or not those of package-lock.json. Uses Node's own modules only. */
export async function installDependencies() {
	const major = Number(process.versions.node.split(".")[0]);
	if (major < NODE)
		throw new Error(`Node ${NODE} or newer is needed, this is ${process.versions.node}. See https://nodejs.org`);
	if (fresh()) return;
	// NODE_ENV=production would leave out what builds and tests.
	await step("Installing packages (npm ci)", () =>
		run("npm", ["ci", "--include=dev", "--no-audit", "--no-fund"], {
			cwd: root,
			env: cleanEnvironment({ NODE_ENV: "" }),
		}),
	);
}
