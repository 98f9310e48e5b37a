import { spawn } from "node:child_process";

/** What a parent `npm run` leaves in the environment and a nested npm must not see. */
const NPM_LEFTOVERS =
	/^(npm_package_|npm_lifecycle_|npm_command$|npm_execpath$|npm_node_execpath$|npm_config_local_prefix$|INIT_CWD$)/;

/** The environment for child processes: this one without a parent npm's leftovers. */
export function cleanEnvironment(extra = {}) {
	return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !NPM_LEFTOVERS.test(name))), ...extra };
}

/**
 * Runs a program to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean }} [options] show: let its output through; otherwise it is kept for the error
 * @returns {Promise<string>} what it printed (empty with `show`); rejects with its output when it fails
 */
export function run(command, args, { cwd, env = cleanEnvironment(), show = false } = {}) {
	return new Promise((resolve, reject) => {
		// npm is a .cmd file on Windows, which only a shell starts.
		const child = spawn(command, args, {
			cwd,
			env,
			stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
			shell: process.platform === "win32",
		});
		let output = "";
		for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
		child.on("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
		child.on("close", (code, signal) =>
			code === 0
				? resolve(output)
				: reject(
						new Error(`\`${command} ${args.join(" ")}\` ended with ${signal ?? `exit code ${code}`}\n${output}`.trim()),
					),
		);
	});
}

/** Prints one step, with the time it took when it is done. */
export async function step(title, work) {
	const started = performance.now();
	console.log(`• ${title} …`);
	const result = await work();
	console.log(`  done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
	return result;
}
