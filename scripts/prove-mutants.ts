import { collect } from "../src/cli/files/collect";
import { createAnalyzer, type DatabaseAnalysis } from "../src/core/analyze";
import { createSqlReader } from "../src/core/sql/reader";
import { CONFIG_FILE, decisionsFor, readConfig } from "../src/core/tenancy/config";
import type { SourceFile } from "../src/core/workspace/database";
import { openFor } from "../src/database/open";
import { prove } from "../src/database/prove";
import { startCluster } from "../test/database/cluster";
import { type Mutant, mutantsOf } from "../test/database/mutants/mutants";

const USAGE = `Usage: npm run prove:mutants -- [FOLDER…]

Takes one protection at a time away from each database in the folders (examples/sound where none is given), and looks whether \`tenancy check\` or \`tenancy prove\` says so. Exit 1 where fewer than 95 % are caught.
`;

/** Of the mutants, so many have to be caught. */
const WANTED = 0.95;

const args = process.argv.slice(2);
if (args.includes("--help")) {
	process.stdout.write(USAGE);
	process.exit(0);
}
const folders = args.length > 0 ? args : ["examples/sound"];
const say = (line: string) => process.stdout.write(`${line}\n`);
const reader = await createSqlReader();
const cluster = await startCluster();
let caught = 0;
let made = 0;
const survivors: string[] = [];
try {
	for (const folder of folders) {
		const { files, configText } = collect([folder], process.cwd());
		const { config } = readConfig(configText ?? "{}", CONFIG_FILE);
		const analyze = (sources: readonly SourceFile[]) => createAnalyzer(reader).analyze(sources, configText).databases;
		for (const original of analyze(files)) {
			const decisions = decisionsFor(config, original.path);
			const proofOf = async (database: DatabaseAnalysis) => {
				const [engine, server] = await openFor(database, cluster.url);
				try {
					return await prove(database, engine, { decisions, server });
				} finally {
					await engine.close();
				}
			};
			const known = findingsOf(original);
			const sound = await proofOf(original);
			const leaks = leaksOf(sound.attacks);
			say(`\n${folder} ${original.path}: ${sound.verdict}, ${known.size} findings`);
			const counts = new Map<string, [number, number, number]>();
			for (const mutant of mutantsOf(original, decisions.applicationRoles)) {
				const database = analyze([...files, behind(original, mutant)]).find(({ path }) => path === original.path);
				if (!database) throw new Error(`No database ${original.path} any more.`);
				const found = [...findingsOf(database)].filter((each) => !known.has(each));
				const proof = await proofOf(database);
				const refused = proof.notApplied.find(({ file }) => /mutant/.test(file));
				if (refused) {
					say(`  not made: ${mutant.kind}, ${mutant.object}: ${refused.message}`);
					continue;
				}
				const leaked = [...leaksOf(proof.attacks)].filter((each) => !leaks.has(each));
				made += 1;
				const [all, byCheck, byProve] = counts.get(mutant.kind) ?? [0, 0, 0];
				counts.set(mutant.kind, [all + 1, byCheck + Number(found.length > 0), byProve + Number(leaked.length > 0)]);
				if (found.length + leaked.length > 0) caught += 1;
				else survivors.push(`${folder}: ${mutant.kind}, ${mutant.object}; prove says ${proof.verdict}`);
			}
			for (const [kind, [all, byCheck, byProve]] of counts)
				say(`  ${kind}: ${all}, caught by check ${byCheck}, by prove ${byProve}`);
		}
	}
} finally {
	await cluster.stop();
}
say(`\n${caught} of ${made} caught (${((100 * caught) / made).toFixed(1)} %)`);
for (const survivor of survivors) say(`  survived: ${survivor}`);
process.exitCode = caught >= WANTED * made ? 0 : 1;

/** What is reported of the schema as it stands; how it came about is another matter. */
function findingsOf({ findings }: DatabaseAnalysis): Set<string> {
	return new Set(
		findings
			.filter(({ rule, severity }) => !rule.startsWith("migration-") && severity !== "hint")
			.map(({ rule, table, message }) => `${rule} ${table} ${message}`),
	);
}

function leaksOf(attacks: Awaited<ReturnType<typeof prove>>["attacks"]): Set<string> {
	return new Set(attacks.flatMap(({ result, table, attack }) => (result === "leaked" ? [`${attack} ${table}`] : [])));
}

/** A file that runs after all others of the database. */
function behind({ files }: DatabaseAnalysis, { sql }: Mutant): SourceFile {
	const last = files.at(-1)?.file ?? "schema.sql";
	const name = last.slice(last.lastIndexOf("/") + 1);
	const digits = /^\d+/.exec(name)?.[0] ?? "";
	return {
		path: `${last.slice(0, last.lastIndexOf("/") + 1)}${"9".repeat(digits.length)}_mutant.sql`,
		text: `${sql}\n`,
	};
}
