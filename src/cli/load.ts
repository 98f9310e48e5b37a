import { relative, resolve, sep } from "node:path";
import { type Analysis, type Analyzer, createAnalyzer, type DatabaseAnalysis } from "../core/analyze";
import { createSqlReader } from "../core/sql/reader";
import { CONFIG_FILE } from "../core/tenancy/config";
import { LineIndex, placeOf } from "../core/text/line-index";
import type { Location, Place } from "../core/text/span";
import type { SourceFile } from "../core/workspace/database";
import { EXIT, Failure } from "./failure";
import { collect } from "./files/collect";
import { count, type Output } from "./output";

/** What a command works on. */
export interface Workspace {
	/** At least one. With --database exactly one. */
	readonly databases: readonly DatabaseAnalysis[];
	/** Where something stands, its file relative to the current folder. */
	readonly place: (database: DatabaseAnalysis, location: Location) => Place;
	/** A path of the analysis, relative to the current folder: what --database takes. */
	readonly show: (path: string) => string;
	/** What the analysis was made with, to ask what would be. */
	readonly analyzer: Analyzer;
	/** Everything that was read, paths relative to `root`. */
	readonly files: readonly SourceFile[];
	/** Absolute. */
	readonly root: string;
	/** 2 where something could not be read, which has been said; else 0. */
	readonly exitCode: number;
}

/**
 * Reads and analyses what the arguments name; no path is the current folder.
 *
 * @throws {Failure} where there is no SQL, the configuration is wrong, or `database` is none of those found
 */
export async function load(paths: readonly string[], database: string | undefined, output: Output): Promise<Workspace> {
	const cwd = process.cwd();
	const asked = paths.length > 0 ? paths : ["."];
	const sources = collect(asked, cwd);
	const show = (path: string): string => relative(cwd, resolve(sources.root, path)).split(sep).join("/") || ".";
	for (const remark of sources.remarks) output.note(`Note: ${remark}.`);
	for (const lost of sources.unreadable) output.warn(`Not read: ${lost}.`);

	const sql = sources.files.filter((file) => file.path.toLowerCase().endsWith(".sql"));
	if (sql.length === 0)
		throw new Failure(
			`No SQL files in ${asked.join(", ")}. This tool reads PostgreSQL in files whose name ends in .sql; name the folder that holds them.`,
		);
	output.note(`Reading ${count(sql.length, "SQL file")} …`);
	const analyzer = createAnalyzer(await createSqlReader());
	const analysis = analyzer.analyze(sources.files, sources.configText);
	refuseWrongConfig(analysis, sources.configText ?? "", show(CONFIG_FILE));
	if (analysis.databases.length === 0)
		throw new Failure(`No database's schema in ${asked.join(", ")}: the SQL files there create nothing.`);
	return {
		databases: database === undefined ? analysis.databases : [pick(analysis, database, cwd, sources.root, show)],
		place: (from, location) => {
			const index = from.indexes.get(location.file);
			if (!index) throw new Error(`No line index for ${location.file}`);
			return { ...placeOf(location, index), file: show(location.file) };
		},
		show,
		analyzer,
		files: sources.files,
		root: sources.root,
		exitCode: sources.unreadable.length > 0 ? EXIT.unusable : EXIT.fine,
	};
}

/** A configuration that is only half understood would give an answer that nobody asked for. */
function refuseWrongConfig({ configProblems }: Analysis, text: string, shown: string): void {
	if (configProblems.length === 0) return;
	const index = new LineIndex(text);
	const lines = configProblems.map(({ location, message }) => {
		const { line, column } = index.positionAt(location.span.start);
		return `${shown}:${line}:${column}: ${message}`;
	});
	throw new Failure([...lines, "Nothing was analysed: put this right first."].join("\n"));
}

function pick(
	analysis: Analysis,
	database: string,
	cwd: string,
	root: string,
	show: (path: string) => string,
): DatabaseAnalysis {
	const wanted = resolve(cwd, database);
	const found = analysis.databases.find(({ path }) => resolve(root, path) === wanted || path === database);
	if (found) return found;
	const list = analysis.databases.map(({ path, kind }) => `  ${show(path)}  (${kind})`).join("\n");
	throw new Failure(`There is no database ${database} here. There is:\n${list}`);
}
