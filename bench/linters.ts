import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { collect } from "../src/cli/files/collect";
import { heading, report } from "./measure";

/** Only this measurement needs them, so they are no dependencies: installed beside the project's own cache, in these versions. */
const PEERS = {
	"@postgres-language-server/cli": "0.25.5",
	"squawk-cli": "2.66.0",
};
const CACHE = resolve(".cache/linters");
const RUNS = 7;

/**
 * `tenancy check` with all rules, against our own `model` and against two linters on the same SQL: in turns, so that what else the
 * machine does concerns all of them alike.
 */
export async function benchLinters(folders: readonly string[]): Promise<void> {
	const cli = resolve("dist/cli.js");
	if (!existsSync(cli)) throw new Error('There is no dist/cli.js: run "npm run build" first');
	install();
	for (const folder of folders) {
		const sql = join(mkdtempSync(join(tmpdir(), "tenancy-linters-")), "schema.sql");
		const { files } = collect([folder], process.cwd());
		writeFileSync(
			sql,
			files
				.filter(({ path }) => path.endsWith(".sql"))
				.map(({ text }) => text)
				.join("\n"),
		);
		const contestants = {
			"tenancy model": [process.execPath, cli, "model", sql, "--json", "--quiet"],
			"tenancy check, all rules": [process.execPath, cli, "check", sql, "--quiet", "--fail-on", "never"],
			"postgres-language-server check": [join(CACHE, "node_modules/.bin/postgres-language-server"), "check", sql],
			squawk: [join(CACHE, "node_modules/.bin/squawk"), sql],
		};
		const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
		for (let run = 0; run < RUNS; run++) {
			for (const [name, [command = "", ...args]] of Object.entries(contestants)) {
				const start = performance.now();
				// A linter that finds something ends with an exit code of its own.
				const { error } = spawnSync(command, args, { stdio: "ignore" });
				if (error) throw error;
				times.get(name)?.push(performance.now() - start);
			}
		}
		heading(`Linters as processes on the SQL of ${folder}, median of ${RUNS}`);
		const middle = (name: string) => [...(times.get(name) ?? [])].sort((a, b) => a - b)[Math.floor(RUNS / 2)] as number;
		const reference = { name: "tenancy model", milliseconds: middle("tenancy model") };
		for (const name of times.keys()) report(name, middle(name), reference);
	}
}

function install(): void {
	mkdirSync(CACHE, { recursive: true });
	writeFileSync(join(CACHE, "package.json"), JSON.stringify({ private: true, dependencies: PEERS }));
	execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: CACHE, stdio: "inherit" });
}
