import { relative, resolve, sep } from "node:path";
import {
	type Analysis,
	type Analyzer,
	createAnalyzer,
	type DatabaseAnalysis,
	type FileFindings,
} from "../core/analyze";
import { isQuerySource } from "../core/queries/sources";
import { createSqlReader } from "../core/sql/reader";
import { CONFIG_FILE, readConfig } from "../core/tenancy/config";
import { LineIndex, placeOf } from "../core/text/line-index";
import type { Location, Place, Problem } from "../core/text/span";
import type { SourceFile } from "../core/workspace/database";
import { isGenerated } from "../core/workspace/generated";
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
	/** The text of `tenancy.config.json` in `root`; null where there is none. */
	readonly configText: string | null;
	/** What is wrong with the application's queries, of each file that holds any; empty unless they were asked for. */
	readonly queries: readonly FileFindings[];
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
export async function load(
	paths: readonly string[],
	database: string | undefined,
	output: Output,
	options: LoadOptions = {},
): Promise<Workspace> {
	const { workspace, without } = await loadWhatIsThere(paths, database, output, options);
	if (!workspace) throw new Failure(without);
	return workspace;
}

export interface LoadOptions {
	/** Programs and SQL files that are no part of a database are read, too, for the queries in them. */
	readonly withQueries?: boolean;
}

/** A workspace that may have no database yet. */
export interface Surroundings {
	/** Absolute: where the configuration is, or would be. */
	readonly root: string;
	/** The text of `tenancy.config.json` in `root`; null where there is none. */
	readonly configText: string | null;
	readonly workspace: Workspace | null;
	/** Why there is no workspace, for whoever needs one; empty where there is. */
	readonly without: string;
}

/**
 * As `load`, but no SQL is no failure.
 *
 * @throws {Failure} where the configuration is wrong, or `database` is none of those found
 */
export async function loadWhatIsThere(
	paths: readonly string[],
	database: string | undefined,
	output: Output,
	{ withQueries = false }: LoadOptions = {},
): Promise<Surroundings> {
	const cwd = process.cwd();
	const asked = paths.length > 0 ? paths : ["."];
	const { root, files: found, programs, configText, remarks, unreadable } = collect(asked, cwd, withQueries);
	const files = found.filter(({ text }) => !isGenerated(text));
	const show = (path: string): string => relative(cwd, resolve(root, path)).split(sep).join("/") || ".";
	for (const remark of remarks) output.note(`Note: ${remark}.`);
	for (const lost of unreadable) output.warn(`Not read: ${lost}.`);

	const sql = files.filter((file) => file.path.toLowerCase().endsWith(".sql"));
	if (sql.length === 0) {
		refuseWrongConfig(readConfig(configText ?? "{}", CONFIG_FILE).problems, configText ?? "", show(CONFIG_FILE));
		const without = `No SQL files in ${asked.join(", ")}. This tool reads PostgreSQL in files whose name ends in .sql; name the folder that holds them.`;
		return { root, configText, workspace: null, without };
	}
	output.note(`Reading ${count(sql.length, "SQL file")} …`);
	const analyzer = createAnalyzer(await createSqlReader());
	const analysis = analyzer.analyze(files, configText);
	refuseWrongConfig(analysis.configProblems, configText ?? "", show(CONFIG_FILE));
	if (analysis.databases.length === 0) {
		const without = `No database's schema in ${asked.join(", ")}: the SQL files there create nothing, or are for another database product than PostgreSQL.`;
		return { root, configText, workspace: null, without };
	}
	const inDatabase = (path: string) => analysis.databases.some(({ indexes }) => indexes.has(path));
	const others = sql.filter(({ path }) => !inDatabase(path) && isQuerySource(path));
	const queries = withQueries ? [...others, ...programs].flatMap((file) => analyzer.checkQueries(file) ?? []) : [];
	const workspace: Workspace = {
		databases: database === undefined ? analysis.databases : [pick(analysis, database, cwd, root, show)],
		place: (from: DatabaseAnalysis, location: Location) => {
			const index = from.indexes.get(location.file);
			if (!index) throw new Error(`No line index for ${location.file}`);
			return { ...placeOf(location, index), file: show(location.file) };
		},
		show,
		analyzer,
		files: [...files, ...programs],
		configText,
		queries,
		root,
		exitCode: unreadable.length > 0 ? EXIT.unusable : EXIT.fine,
	};
	return { root, configText, workspace, without: "" };
}

/**
 * What is wrong in a file that a person wrote, as `file:line:column: message`.
 *
 * @param shown the file's name for the user
 */
export function problemLines(problems: readonly Problem[], text: string, shown: string): string[] {
	const index = new LineIndex(text);
	return problems.map(({ location, message }) => {
		const { line, column } = index.positionAt(location.span.start);
		return `${shown}:${line}:${column}: ${message}`;
	});
}

/** A configuration that is only half understood would give an answer that nobody asked for. */
function refuseWrongConfig(problems: readonly Problem[], text: string, shown: string): void {
	if (problems.length === 0) return;
	throw new Failure([...problemLines(problems, text, shown), "Nothing was analysed: put this right first."].join("\n"));
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

/** Whether the path is the folder or lies in it; both absolute. */
export function isWithin(folder: string, path: string): boolean {
	return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}
