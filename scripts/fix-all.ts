import type pg from "pg";
import { collect } from "../src/cli/files/collect";
import { createAnalyzer, type DatabaseAnalysis } from "../src/core/analyze";
import type { Step } from "../src/core/emit/step";
import { type FixedAll, fixAll } from "../src/core/fix/fix-all";
import { placeFix } from "../src/core/fix/place";
import { createSqlReader } from "../src/core/sql/reader";
import { applyEdits } from "../src/core/text/edit";
import type { SourceFile } from "../src/core/workspace/database";
import { platformOf } from "../src/database/apply/platform";
import { applyFiles } from "../test/database/apply";
import { checksums } from "../test/database/checksums";
import { startCluster } from "../test/database/cluster";
import { fillTables } from "../test/database/fill";
import { makeSupabase } from "../test/database/stand-ins";

const USAGE = `Usage: npm run prove:fixes -- FOLDER…

For every database in the folders: applies it to a throw-away PostgreSQL, puts rows of two tenants into its tables, applies
every fix that needs no decision, and looks whether each statement ran, each row is still there, and nothing is left to fix.
Exit 1 where something is wrong.
`;

const folders = process.argv.slice(2);
if (folders.length === 0) {
	process.stderr.write(USAGE);
	process.exit(2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
let wrong = 0;
const reader = await createSqlReader();
for (const folder of folders) {
	const analyzer = createAnalyzer(reader);
	const { files, configText } = collect([folder], process.cwd());
	for (const database of analyzer.analyze(files, configText).databases) {
		const fixed = fixAll(analyzer, database, () => true);
		say(
			`\n${folder}, database ${database.path}: ${database.model.tables.size} tables, ${database.findings.length} findings`,
		);
		say(
			`  ${fixed.mended.length} mended by ${fixed.steps.length} statements, ${fixed.after.findings.length} findings left`,
		);
		const again = fixAll(analyzer, fixed.after, () => true);
		complain(
			"still to be fixed",
			again.mended.map(({ rule, message }) => `${rule}: ${message}`),
		);
		complain(
			"not understood",
			fixed.after.problems.slice(database.problems.length).map(({ message }) => message),
		);
		complain("still to be fixed in the files that were written", leftInFiles(files, configText, database, fixed));
		await onPostgres(database, fixed.steps);
	}
}
process.exitCode = wrong > 0 ? 1 : 0;

function complain(what: string, about: readonly string[]): void {
	if (about.length === 0) return;
	wrong += about.length;
	say(`  ${what}: ${about.length}`);
	for (const line of about.slice(0, 20)) say(`    ${line}`);
}

/** Writes the fix into the files as they would be, in memory, and looks what is found in them then. */
function leftInFiles(
	files: readonly SourceFile[],
	configText: string | null,
	database: DatabaseAnalysis,
	{ steps }: FixedAll,
): string[] {
	// A Rails migration is Ruby, which is not read: what is read is the dump.
	const how = database.kind === "rails-structure" ? "in-place" : "preferred";
	const fix = placeFix(database, steps, { title: "Mend", how, now: "2030-01-01T00:00:00Z", files });
	const edited = files.map(({ path, text }) => ({
		path,
		text: applyEdits(
			text,
			fix.edits.filter(({ file }) => file === path),
		),
	}));
	const analyzer = createAnalyzer(reader);
	const { databases } = analyzer.analyze([...edited, ...fix.newFiles], configText);
	const after = databases.find(({ path }) => path === database.path);
	if (!after) return [`${database.path} is no database any more`];
	return fixAll(analyzer, after, () => true).mended.map(({ rule, message }) => `${rule}: ${message}`);
}

async function onPostgres(database: DatabaseAnalysis, steps: readonly Step[]): Promise<void> {
	const cluster = await startCluster();
	try {
		const test = await cluster.database();
		const isSupabase = database.kind === "supabase" || platformOf(database.files, database.model) !== null;
		if (isSupabase) {
			await makeSupabase(test.client, test.name);
			await test.client.query("RESET ALL");
		}
		const client = isSupabase ? await test.connect() : test.client;
		const { refusals } = await applyFiles(client, database.files);
		if (refusals.length > 0) say(`  refused before any fix: ${refusals.length}`);
		const filled = await fillTables(client, database.model, database.tenancy);
		say(`  tables with rows of both tenants: ${filled.tables.size}, without: ${filled.empty.size}`);
		for (const [table, why] of [...filled.empty].slice(0, 30)) say(`    ${table}: ${why}`);
		const before = await checksums(client);
		complain("statements refused", await applySteps(client, steps));
		const after = await checksums(client, before);
		const lost = [...before].filter(([table, { sum }]) => after.get(table)?.sum !== sum).map(([table]) => table);
		complain("tables whose rows changed", lost);
		if (client !== test.client) await client.end();
		await test.client.end();
	} finally {
		await cluster.stop();
	}
}

/** One by one, so that a refusal costs that statement alone. Gives what PostgreSQL refused. */
async function applySteps(client: pg.Client, steps: readonly Step[]): Promise<string[]> {
	const refused: string[] = [];
	for (const { sql } of steps) {
		try {
			await client.query(sql);
		} catch (error) {
			refused.push(`${(error as Error).message}: ${sql.replace(/\s+/g, " ").slice(0, 200)}`);
		}
	}
	return refused;
}
