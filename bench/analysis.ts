import { loadModule, parseSync } from "libpg-query";
import { collect } from "../src/cli/files/collect";
import { type Analysis, createAnalyzer } from "../src/core/analyze";
import { createSqlReader } from "../src/core/sql/reader";
import type { SourceFile } from "../src/core/workspace/database";
import { generateSchema } from "./generate";
import { heading, median, report } from "./measure";

const RUNS = 7;

/** Folder by folder: the whole analysis from cold caches, against PostgreSQL's parser alone on the same statements. */
export async function benchFolders(folders: readonly string[]): Promise<void> {
	heading("From SQL to diagram, against the bare parser (libpg-query) on the same statements");
	for (const folder of folders) {
		const { files, configText } = collect([folder], process.cwd());
		await benchFiles(folder, files, configText);
	}
}

async function benchFiles(name: string, files: readonly SourceFile[], configText: string | null): Promise<void> {
	const analyze = async (): Promise<Analysis> => createAnalyzer(await createSqlReader()).analyze(files, configText);
	const { databases } = await analyze();
	const parser = { name: "parse", milliseconds: await median(RUNS, await bareParse(databases)) };
	const tables = databases.reduce((sum, { model }) => sum + model.tables.size, 0);
	const statements = databases.reduce((sum, database) => sum + database.statements.total, 0);
	report(`${name}: ${tables} tables, ${statements} statements`, await median(RUNS, analyze), parser);
}

async function bareParse(databases: Analysis["databases"]): Promise<() => void> {
	await loadModule();
	const texts = databases.flatMap(({ files }) =>
		files.flatMap((file) => file.statements.filter(({ node }) => node !== null).map(({ text }) => text)),
	);
	return () => {
		for (const text of texts) parseSync(text);
	};
}

/** One keystroke's work in a workspace of `count` tables: a column more, a column less, in a file in the middle. */
export async function benchEdit(count: number): Promise<void> {
	heading(`An edit in a workspace of ${count.toLocaleString("en-US")} tables, against its whole analysis`);
	const files = generateSchema(count);
	const whole = async () => createAnalyzer(await createSqlReader()).analyze(files, null);
	const full = { name: "whole analysis", milliseconds: await median(5, whole) };
	report("whole analysis", full.milliseconds, full);
	const analyzer = createAnalyzer(await createSqlReader());
	analyzer.analyze(files, null);
	const at = Math.floor(files.length / 2);
	let edits = 0;
	const edit = () => {
		const text = (files[at]?.text ?? "").replace("(\n", `(\n\tadded_${++edits} text,\n`);
		const { databases } = analyzer.analyze(
			files.map((file, i) => (i === at ? { ...file, text } : file)),
			null,
		);
		if (!databases[0]?.diagram.tables.some((table) => table.columns.some(({ name }) => name === `added_${edits}`)))
			throw new Error("The edit had no effect");
	};
	// V8 compiles what a keystroke runs while the first ones come in.
	report("the first edits, analysed again", await median(15, edit), full);
	report("an edit after those", await median(15, edit), full);
}
