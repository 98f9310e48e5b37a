import ignore from "ignore";
import { buildDiagram } from "./diagram/build";
import type { Diagram } from "./diagram/diagram";
import { checkQueries, queryContext } from "./queries/check";
import { findQueries, mayHoldQueries } from "./queries/find";
import type { QueryContext } from "./queries/rule";
import { QUERY_RULES } from "./queries/rules";
import { RULES } from "./rules";
import { type CheckInput, checkRules } from "./rules/base/check";
import { ignoresOf, silences } from "./rules/base/ignores";
import type { Finding } from "./rules/base/rule";
import { foldSchema } from "./schema/fold";
import type { SchemaModel } from "./schema/model";
import type { SqlReader } from "./sql/reader";
import type { SqlFile } from "./sql/statement";
import {
	CONFIG_FILE,
	decisionsFor,
	EMPTY_CONFIG,
	readConfig,
	type TenancyConfig,
	type TenancyDecisions,
} from "./tenancy/config";
import { decideTenancy } from "./tenancy/decide";
import type { Tenancy } from "./tenancy/scope";
import { LineIndex } from "./text/line-index";
import type { Problem } from "./text/span";
import type { DatabaseSource, Kind, OrderedFile, SourceFile } from "./workspace/database";
import { findDatabases } from "./workspace/find";
import { isGenerated } from "./workspace/generated";
import { nearestFirst } from "./workspace/paths";

/** Everything that is known of one database: what every front end shows. */
export interface DatabaseAnalysis {
	readonly path: string;
	readonly kind: Kind;
	readonly files: readonly SqlFile[];
	/** For every file of `files`: offsets to lines. */
	readonly indexes: ReadonlyMap<string, LineIndex>;
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	/** Made when it is first asked for. */
	readonly diagram: Diagram;
	readonly statements: { readonly total: number; readonly understood: number; readonly failed: number };
	/** Of the files, then of the model; in the order in which the files run. */
	readonly problems: readonly Problem[];
	/** What the rules find, in the order of the rules. */
	readonly findings: readonly Finding[];
}

export interface Analysis {
	readonly databases: readonly DatabaseAnalysis[];
	/** What is wrong in `tenancy.config.json`, whose text they point into. */
	readonly configProblems: readonly Problem[];
}

export interface Analyzer {
	/**
	 * Analyses a workspace. What did not change since the last call is not computed again: a statement with the same
	 * text is not parsed again, a database whose files are the same keeps its whole analysis (the same object).
	 *
	 * @param files every file for which `isRelevantPath` is true, paths relative to the workspace
	 * @param configText the text of `tenancy.config.json`, null where there is none
	 */
	analyze(files: readonly SourceFile[], configText: string | null): Analysis;
	/**
	 * The database as it would be if the SQL ran after all its files. Nothing is remembered of it.
	 *
	 * @param decided what is taken for decided, whatever the configuration says
	 */
	extend(database: DatabaseAnalysis, sql: string, decided?: Partial<TenancyDecisions>): DatabaseAnalysis;
	/**
	 * What is wrong with the queries of a file: one that is no part of a database, and in a language of `isQuerySource`. Each
	 * query is taken for one to the database of the last `analyze` whose tables it names. A file with the same text is not read
	 * again while the databases stay the same.
	 *
	 * @returns null where the file holds no SQL, which costs a look at the text, and where it is not to be read: the configuration's
	 * `exclude` names it, or a plan generated it
	 */
	checkQueries(file: SourceFile): FileFindings | null;
}

/** What was found in a file that is no part of a database. */
export interface FileFindings {
	readonly file: string;
	readonly index: LineIndex;
	readonly findings: readonly Finding[];
}

/** The file that `extend` adds, as places name it. */
export const EXTENSION = "added.sql";

/** What was read last, so that the next call can tell what changed. */
interface ReadFile {
	readonly source: OrderedFile;
	readonly sql: SqlFile;
	readonly index: LineIndex;
}

/** The whole pipeline: files → databases → statements → schema → tenancy → diagram. Never throws for what the files say. */
export function createAnalyzer(reader: SqlReader): Analyzer {
	let config: { text: string | null; value: TenancyConfig; problems: readonly Problem[] } = {
		text: null,
		value: EMPTY_CONFIG,
		problems: [],
	};
	let isExcluded = excludedBy(EMPTY_CONFIG);
	let databases = new Map<string, DatabaseAnalysis>();
	let read = new Map<string, ReadFile>();
	const drawn = new WeakMap<DatabaseAnalysis, Diagram>();
	const inputs = new WeakMap<DatabaseAnalysis, CheckInput>();
	/** Of the databases as they are now, made by the first file that is checked. */
	let contexts: readonly { readonly path: string; readonly context: QueryContext }[] | null = null;
	let checked = new Map<string, { readonly text: string; readonly result: FileFindings | null }>();

	function readDatabase(source: DatabaseSource, next: Map<string, ReadFile>, configChanged: boolean): DatabaseAnalysis {
		const files = source.files.map((file) => {
			const last = next.get(file.path) ?? read.get(file.path);
			const now =
				last && sameSource(last.source, file)
					? last
					: { source: file, sql: reader.read(file), index: new LineIndex(file.text) };
			next.set(file.path, now);
			return now;
		});
		const last = databases.get(source.path);
		const sqlFiles = files.map((file) => file.sql);
		const sameFiles = last !== undefined && last.kind === source.kind && sameItems(last.files, sqlFiles);
		if (sameFiles && !configChanged) return last;
		const indexes = new Map(files.map((file) => [file.sql.file, file.index]));
		return analyzeFiles(source, sqlFiles, indexes, last, sameFiles);
	}

	function analyzeFiles(
		source: { readonly path: string; readonly kind: Kind },
		sqlFiles: readonly SqlFile[],
		indexes: ReadonlyMap<string, LineIndex>,
		last: DatabaseAnalysis | undefined,
		sameFiles: boolean,
		decided: Partial<TenancyDecisions> = {},
	): DatabaseAnalysis {
		const model = sameFiles && last ? last.model : foldSchema(sqlFiles, last?.model);
		const decisions = { ...decisionsFor(config.value, source.path), ...decided };
		const tenancy = decideTenancy(model, decisions, last?.tenancy);
		const statements = countStatements(sqlFiles);
		const reported = [...sqlFiles.flatMap((file) => file.problems), ...model.problems];
		const ignores = ignoresOf(sqlFiles);
		const problems = reported.filter((problem) => !ignores.some((ignore) => silences(ignore, problem)));
		const input: CheckInput = {
			model,
			tenancy,
			kind: source.kind,
			// What only might be run is no migration of the workspace.
			files: sqlFiles.filter(({ file }) => file !== EXTENSION),
			ignores,
			problems: reported,
			decisions,
			expression: reader.expression,
		};
		const findings = checkRules(RULES, input, QUERY_RULES);
		const { path, kind } = source;
		// Only of what was drawn: else every analysis would hold the one before it, back to the first.
		const lastDiagram = last && drawn.get(last);
		const analysis: DatabaseAnalysis = {
			path,
			kind,
			files: sqlFiles,
			indexes,
			model,
			tenancy,
			get diagram() {
				let diagram = drawn.get(analysis);
				if (!diagram) {
					diagram = buildDiagram({
						path,
						kind,
						model,
						tenancy,
						statements,
						problems,
						findings,
						indexes,
						last: lastDiagram,
					});
					drawn.set(analysis, diagram);
				}
				return diagram;
			},
			statements,
			problems,
			findings,
		};
		inputs.set(analysis, input);
		return analysis;
	}

	const parse = remembering((sql: string) => {
		const [statement, ...others] = reader.statements([sql])[0] ?? [];
		return others.length > 0 ? null : (statement?.node ?? null);
	});

	return {
		checkQueries(file) {
			const known = checked.get(file.path);
			if (known?.text === file.text) return known.result;
			if (isExcluded(file.path) || isGenerated(file.text)) return null;
			contexts ??= [...databases.values()].flatMap((database) => {
				const input = inputs.get(database);
				return input ? [{ path: database.path, context: queryContext(input, parse) }] : [];
			});
			const queries = findQueries(file, reader);
			const hasIgnores = queries.length > 0 || (mayHoldQueries(file) && file.text.includes("tenancy-ignore"));
			const result = hasIgnores
				? {
						file: file.path,
						index: new LineIndex(file.text),
						findings: checkQueries(
							QUERY_RULES,
							[...RULES, ...QUERY_RULES],
							file,
							queries,
							nearestFirst(contexts, file.path, ({ path }) => path).map(({ context }) => context),
						),
					}
				: null;
			checked.set(file.path, { text: file.text, result });
			return result;
		},
		extend(database, sql, decided) {
			const own = database.files.filter(({ file }) => file !== EXTENSION);
			const text = (database.files.find(({ file }) => file === EXTENSION)?.text ?? "") + sql;
			const indexes = new Map([...database.indexes, [EXTENSION, new LineIndex(text)]]);
			const added = reader.read({ path: EXTENSION, text });
			return analyzeFiles(database, [...own, added], indexes, database, false, decided);
		},
		analyze(files, configText) {
			const configChanged = config.text !== configText;
			if (configChanged) {
				const { config: value, problems } =
					configText === null ? { config: EMPTY_CONFIG, problems: [] } : readConfig(configText, CONFIG_FILE);
				config = { text: configText, value, problems };
				isExcluded = excludedBy(value);
			}
			const next = new Map<string, ReadFile>();
			const found = findDatabases(files.filter((file) => !isExcluded(file.path)));
			const analysed = found.map((source) => readDatabase(source, next, configChanged));
			read = next;
			const isSame = analysed.length === databases.size && analysed.every((each) => databases.get(each.path) === each);
			if (!isSame) {
				contexts = null;
				checked = new Map();
			}
			databases = new Map(analysed.map((database) => [database.path, database]));
			return { databases: analysed, configProblems: config.problems };
		},
	};
}

/** The function with a memory of its answers. */
function remembering<T>(answer: (text: string) => T): (text: string) => T {
	const known = new Map<string, T>();
	return (text) => {
		let value = known.get(text);
		if (value === undefined) {
			value = answer(text);
			known.set(text, value);
		}
		return value;
	};
}

/** Tells which paths the configuration's `exclude` leaves out. The globs mean what they mean in a .gitignore (gitignore(5)). */
export function excludedBy({ exclude = [] }: TenancyConfig): (path: string) => boolean {
	if (exclude.length === 0) return () => false;
	const rules = ignore({ allowRelativePaths: true }).add(exclude);
	return (path) => rules.ignores(path);
}

function sameSource(a: OrderedFile, b: OrderedFile): boolean {
	const rest = ({ up, includes, byHand }: OrderedFile) => JSON.stringify([up, includes, byHand]);
	return a.text === b.text && rest(a) === rest(b);
}

function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((item, i) => item === b[i]);
}

function countStatements(files: readonly SqlFile[]): DatabaseAnalysis["statements"] {
	const total = files.reduce((sum, file) => sum + file.statements.length, 0);
	const failed = files.reduce(
		(sum, file) => sum + file.statements.filter((statement) => statement.node === null).length,
		0,
	);
	return { total, understood: total - failed, failed };
}
