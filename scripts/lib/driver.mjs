import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Talks to the driver extension (test/host/driver) in a running VS Code.
 * @param {string} portFile what TENANCY_DRIVER_PORT was set to
 * @returns {(work: (vscode: typeof import("vscode"), argument: any) => unknown, argument?: unknown) => Promise<any>}
 *   runs a self-contained function in the extension host with the real `vscode` API; arguments and results travel as JSON
 */
export function driverAt(portFile) {
	return async function inVsCode(work, argument) {
		const deadline = Date.now() + 60_000;
		for (;;) {
			try {
				if (!existsSync(portFile)) throw new Error("The driver extension did not start.");
				const [port, token] = readFileSync(portFile, "utf8").split(" ");
				const response = await fetch(`http://127.0.0.1:${port}/`, {
					method: "POST",
					headers: { authorization: token },
					body: JSON.stringify({ source: String(work), argument }),
				});
				const { value, error } = await response.json();
				if (error) throw Object.assign(new Error(error), { inside: true });
				return value;
			} catch (error) {
				// A reloaded window has a new extension host, which listens elsewhere in a moment.
				if (error.inside || Date.now() > deadline) throw error;
				await wait(200);
			}
		}
	};
}
