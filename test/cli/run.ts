import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const CLI = resolve("dist/cli.js");
/** What the command line is made of; the panel that the HTML export carries has tests of its own. */
const SOURCES = [
	"src/cli",
	"src/core",
	"src/database",
	"src/export",
	"src/layout",
	"src/protocol",
	"scripts/build.mjs",
	"package.json",
];
const LOCK = resolve(".cache/test-cli-build");

export interface Ran {
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs the built command line. Colours are off unless `env` says otherwise: nothing here is a terminal. */
export function tenancy(
	args: readonly string[],
	cwd: string,
	env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
	return new Promise((done, fail) => {
		execFile(
			process.execPath,
			[CLI, ...args],
			{ cwd, env: { ...process.env, ...env }, maxBuffer: 1e9 },
			(error, stdout, stderr) => {
				const code = error === null ? 0 : error.code;
				if (typeof code === "number") done({ code, stdout, stderr });
				else fail(error);
			},
		);
	});
}

/** Builds dist/ unless it is newer than everything that it is made of. Test files that run at the same time build it once. */
export async function buildWhenStale(): Promise<void> {
	mkdirSync(resolve(".cache"), { recursive: true });
	for (;;) {
		if (!isStale()) return;
		try {
			mkdirSync(LOCK);
			break;
		} catch {
			// A lock that a killed run left behind must not hold this one for ever.
			if (Date.now() - newest(LOCK) > 120_000) rmSync(LOCK, { recursive: true, force: true });
			await wait(200);
		}
	}
	const { output } = spawnSync(process.execPath, ["scripts/build.mjs"], { encoding: "utf8" });
	rmSync(LOCK, { recursive: true, force: true });
	if (isStale()) throw new Error(`The command line could not be built:\n${output.join("\n")}`);
}

function isStale(): boolean {
	return newest(CLI) < Math.max(...SOURCES.map(newest));
}

/** When the newest file in there changed; 0 where nothing is. */
function newest(path: string): number {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (!stat) return 0;
	if (!stat.isDirectory() || path === LOCK) return stat.mtimeMs;
	return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}
