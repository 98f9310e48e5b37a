import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { heading, median, report } from "./measure";

/** What a person waits for: the command as a process, against a process that does nothing. */
export async function benchProcess(folders: readonly string[]): Promise<void> {
	const cli = "dist/cli.js";
	if (!existsSync(cli)) throw new Error(`There is no ${cli}: run "npm run build" first`);
	heading("tenancy model --json as a process from cold, against an empty Node process");
	const run = (...args: string[]) =>
		execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], maxBuffer: 1e9 });
	const reference = { name: "node -e 0", milliseconds: await median(5, () => run("-e", "0")) };
	for (const folder of folders)
		report(folder, await median(5, () => run(cli, "model", folder, "--json", "--quiet")), reference);
}
