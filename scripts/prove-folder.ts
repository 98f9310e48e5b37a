import { collect } from "../src/cli/files/collect";
import { createAnalyzer } from "../src/core/analyze";
import { fixAll } from "../src/core/fix/fix-all";
import { createSqlReader } from "../src/core/sql/reader";
import { CONFIG_FILE, decisionsFor, readConfig } from "../src/core/tenancy/config";
import { openFor } from "../src/database/open";
import { prove } from "../src/database/prove";

const USAGE = `Usage: node scripts/run-ts.mjs scripts/prove-folder.ts [--fixed] [--url URL] [--details] FOLDER…

Proves every database in the folders and prints a line for each: tables filled, attacks by result, time and memory; with
--details also what was refused, what could not be filled and why, and each leak. --fixed applies all fixes before.
`;

const args = process.argv.slice(2);
const isFlag = (name: string) => args.includes(name);
const url = isFlag("--url") ? args[args.indexOf("--url") + 1] : undefined;
const folders = args.filter((each) => !each.startsWith("--") && each !== url);
if (folders.length === 0) {
	process.stderr.write(USAGE);
	process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const reader = await createSqlReader();
for (const folder of folders) {
	const analyzer = createAnalyzer(reader);
	const { files, configText } = collect([folder], process.cwd());
	const { config } = readConfig(configText ?? "{}", CONFIG_FILE);
	for (const original of analyzer.analyze(files, configText).databases) {
		const database = isFlag("--fixed") ? fixAll(analyzer, original, () => true).after : original;
		const started = performance.now();
		const [engine, server] = await openFor(database, url);
		const opened = performance.now();
		const seconds = (from: number) => ((performance.now() - from) / 1000).toFixed(1);
		const stages = new Map<string, number>();
		try {
			const proof = await prove(database, engine, {
				decisions: decisionsFor(config, database.path),
				server,
				onProgress(stage) {
					if (!stages.has(stage)) stages.set(stage, performance.now());
				},
			});
			const by = (result: string) => proof.attacks.filter((each) => each.result === result);
			say(
				`${folder} ${database.path} (${database.kind}, ${database.tenancy.mode}): ${proof.verdict}; ${proof.filled}/${proof.tables} filled (${((100 * proof.filled) / proof.tables).toFixed(0)} %); ` +
					`${by("leaked").length} leaked, ${by("held").length} held, ${by("untested").length} untested; ${proof.notApplied.length} not applied; ` +
					`${seconds(started)} s (start ${((opened - started) / 1000).toFixed(1)}, ${[...stages].map(([stage, at]) => `${stage} at ${((at - started) / 1000).toFixed(1)}`).join(", ")}), ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB at most`,
			);
			for (const line of proof.assumptions) say(`  ${line}`);
			if (!isFlag("--details")) continue;
			for (const { file, span, message } of proof.notApplied) {
				const text = database.files.find((each) => each.file === file)?.text.slice(span.start, span.end) ?? "";
				say(`  not applied: ${message} | ${file}: ${text.replace(/\s+/g, " ").slice(0, 120)}`);
			}
			for (const { table, attack, result, why } of proof.attacks)
				if (result !== "held") say(`  ${result} ${table} ${attack}: ${why}`);
		} finally {
			await engine.close();
		}
	}
}
