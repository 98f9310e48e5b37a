// Compares what the rules say with what the attacks prove: npm run prove:agreement [FOLDERS…]
// Without folders it takes the schemas with known holes and their twins. Prints where the two disagree, and how often;
// exits with 1 where a disagreement is not among the explained ones (test/database/holes/agreement.ts).
import { collect } from "../src/cli/files/collect";
import { createAnalyzer } from "../src/core/analyze";
import { createSqlReader } from "../src/core/sql/reader";
import type { SourceFile } from "../src/core/workspace/database";
import { startCluster } from "../test/database/cluster";
import { HOLES } from "../test/database/holes";
import { type Disagreement, disagreements } from "../test/database/holes/agreement";
import { makeWorkplace, type ProvedSchema } from "../test/database/holes/prove-hole";

const reader = await createSqlReader();
const folders = process.argv.slice(2);
const cluster = await startCluster();
const counts = { proofs: 0, leaks: 0, errors: 0, disagreements: 0, explained: 0 };
try {
	const workplace = await makeWorkplace(cluster);
	const compare = (name: string, { database, proof }: ProvedSchema) => {
		counts.proofs += 1;
		counts.leaks += proof.attacks.filter(({ result }) => result === "leaked").length;
		counts.errors += database.findings.filter(({ severity }) => severity === "error").length;
		for (const each of disagreements(database, proof)) print(name, each);
	};
	if (folders.length === 0) {
		const sound = new Map(HOLES.map((hole) => [JSON.stringify([hole.sound, hole.config]), hole]));
		for (const { name, bad, config } of HOLES) compare(name, await workplace.prove(bad, config));
		for (const hole of sound.values())
			compare(`${hole.name}, without it`, await workplace.prove(hole.sound, hole.config));
	}
	for (const folder of folders) {
		const { files, configText } = collect([folder], process.cwd());
		for (const path of databasesOf(files, configText))
			compare(`${folder} ${path}`, await workplace.proveFiles(files, configText, path));
	}
} finally {
	await cluster.stop();
}
console.log(
	`${counts.proofs} proofs, ${counts.leaks} leaks, ${counts.errors} errors: ${counts.disagreements} disagreements, ${counts.explained} of them explained.`,
);
process.exitCode = counts.disagreements > counts.explained ? 1 : 0;

function print(name: string, { kind, rule, what, explained }: Disagreement): void {
	counts.disagreements += 1;
	if (explained !== null) counts.explained += 1;
	console.log(`${name}: ${kind === "leak" ? "a leak without a finding" : "an error without a leak"} [${rule}] ${what}`);
	if (explained !== null) console.log(`  explained: ${explained}`);
}

function databasesOf(files: readonly SourceFile[], configText: string | null): string[] {
	return createAnalyzer(reader)
		.analyze(files, configText)
		.databases.map(({ path }) => path);
}
