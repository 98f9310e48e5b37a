import ignore from "ignore";
import { buildDiagram } from "./diagram/build";
import type { Diagram } from "./diagram/diagram";
import { RULES } from "./rules";
import { checkRules, contextOf } from "./rules/base/check";
import { ignoresOf, silences } from "./rules/base/ignores";
import type { Finding, RuleContext } from "./rules/base/rule";
import { foldSchema } from "./schema/fold";
import type { SchemaModel } from "./schema/model";
import type { SqlReader } from "./sql/reader";
import type { SqlFile } from "./sql/statement";
import { CONFIG_FILE, decisionsFor, EMPTY_CONFIG, readConfig, type TenancyConfig } from "./tenancy/config";
import { decideTenancy } from "./tenancy/decide";
import type { Tenancy } from "./tenancy/scope";
import { LineIndex } from "./text/line-index";
import type { Problem } from "./text/span";
import type { DatabaseSource, Kind, OrderedFile, SourceFile } from "./workspace/database";
import { findDatabases } from "./workspace/find";

/** Everything that is known of one database: what every front end shows. */
export interface DatabaseAnalysis {
	readonly path: string;
	readonly kind: Kind;
	readonly files: readonly SqlFile[];
	/** For every file of `files`: offsets to lines. */
	readonly indexes: ReadonlyMap<string, LineIndex>;
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
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
	/** The database as it would be if the SQL ran after all its files. Nothing is remembered of it. */
	extend(database: DatabaseAnalysis, sql: string): DatabaseAnalysis;
	/** What the rules look at in the database: for fixes that somebody asks for without a finding. */
	ruleContext(database: DatabaseAnalysis): RuleContext;
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
	let databases = new Map<string, DatabaseAnalysis>();
	let read = new Map<string, ReadFile>();

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
	): DatabaseAnalysis {
		const model = sameFiles && last ? last.model : foldSchema(sqlFiles, last?.model);
		const decisions = decisionsFor(config.value, source.path);
		const tenancy = decideTenancy(model, decisions, last?.tenancy);
		const statements = countStatements(sqlFiles);
		const reported = [...sqlFiles.flatMap((file) => file.problems), ...model.problems];
		const ignores = ignoresOf(sqlFiles);
		const problems = reported.filter((problem) => !ignores.some((ignore) => silences(ignore, problem)));
		const findings = checkRules(RULES, {
			model,
			tenancy,
			ignores,
			problems: reported,
			decisions,
			expression: reader.expression,
		});
		const diagram = buildDiagram({
			path: source.path,
			kind: source.kind,
			model,
			tenancy,
			statements,
			problems,
			findings,
			indexes,
			last: last?.diagram,
		});
		return {
			path: source.path,
			kind: source.kind,
			files: sqlFiles,
			indexes,
			model,
			tenancy,
			diagram,
			statements,
			problems,
			findings,
		};
	}

	return {
		extend(database, sql) {
			const added = reader.read({ path: EXTENSION, text: sql });
			const indexes = new Map([...database.indexes, [EXTENSION, new LineIndex(sql)]]);
			return analyzeFiles(database, [...database.files, added], indexes, database, false);
		},
		ruleContext({ path, model, tenancy }) {
			return contextOf({
				model,
				tenancy,
				decisions: decisionsFor(config.value, path),
				expression: reader.expression,
			});
		},
		analyze(files, configText) {
			const configChanged = config.text !== configText;
			if (configChanged) {
				const { config: value, problems } =
					configText === null ? { config: EMPTY_CONFIG, problems: [] } : readConfig(configText, CONFIG_FILE);
				config = { text: configText, value, problems };
			}
			const next = new Map<string, ReadFile>();
			const isExcluded = excludedBy(config.value);
			const found = findDatabases(files.filter((file) => !isExcluded(file.path)));
			const analysed = found.map((source) => readDatabase(source, next, configChanged));
			read = next;
			databases = new Map(analysed.map((database) => [database.path, database]));
			return { databases: analysed, configProblems: config.problems };
		},
	};
}

/** Tells which paths the configuration's `exclude` leaves out. The globs mean what they mean in a .gitignore (gitignore(5)). */
export function excludedBy({ exclude = [] }: TenancyConfig): (path: string) => boolean {
	if (exclude.length === 0) return () => false;
	const rules = ignore({ allowRelativePaths: true }).add(exclude);
	return (path) => rules.ignores(path);
}

function sameSource(a: OrderedFile, b: OrderedFile): boolean {
	return a.text === b.text && JSON.stringify(a.up) === JSON.stringify(b.up);
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
