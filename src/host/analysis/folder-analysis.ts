import * as vscode from "vscode";
import type { Analysis, Analyzer, DatabaseAnalysis, FileFindings } from "../../core/analyze";
import type { CommentPlace } from "../../core/queries/silence";
import type { Finding } from "../../core/rules/base/rule";
import type { SqlFile } from "../../core/sql/statement";
import type { SourceFile } from "../../core/workspace/database";
import { FolderFiles, pathIn, type SkippedFile } from "./folder-files";
import { loadPipeline, type Pipeline, parseInSlices } from "./pipeline";

/**
 * How long after a keystroke the analysis starts, in milliseconds; what is typed meanwhile is in it. Not before as much time has
 * passed since the last one as that took, so that typing keeps at least half of the time; at once after a pause.
 */
const AFTER_EDIT = { least: 15, most: 200 };

/** Between two words on progress, milliseconds: with thousands of files, drawing each would take longer than reading them. */
const PROGRESS_PAUSE = 100;

export type Status = "idle" | "loading" | "ready" | "failed";

/** The analysis of one workspace folder, kept up to date from the first time that somebody asks for it. */
export class FolderAnalysis implements vscode.Disposable {
	readonly #changed = new vscode.EventEmitter<void>();
	readonly #progressed = new vscode.EventEmitter<{ readonly done: number; readonly total: number }>();
	readonly onDidChange = this.#changed.event;
	readonly onDidProgress = this.#progressed.event;

	status: Status = "idle";
	/** The last one that succeeded. */
	analysis: Analysis | null = null;
	/** Counts up with every analysis. */
	version = 0;
	configText: string | null = null;
	/** The files that the last analysis was made of. */
	sources: readonly SourceFile[] = [];
	error: string | null = null;

	#files: FolderFiles | null = null;
	/** Being read; what changes on disk meanwhile changes these too. */
	#nextFiles: FolderFiles | null = null;
	#pipeline: Pipeline | null = null;
	#analyzer: Analyzer | null = null;
	#loading: Promise<void> | null = null;
	#timer: NodeJS.Timeout | null = null;
	/** The last analysis: how long it took, and when it ended (`performance.now`), in milliseconds. */
	#took = 0;
	#ended = 0;
	#waiting: (() => void)[] = [];
	#loadToken: vscode.CancellationTokenSource | null = null;
	#watchers: vscode.Disposable[] = [];
	#disposed = false;

	constructor(
		readonly folder: vscode.WorkspaceFolder,
		private readonly log: vscode.LogOutputChannel,
	) {}

	get skipped(): readonly SkippedFile[] {
		return this.#files?.skipped ?? [];
	}

	/** Looks ahead, for fixes; null before the first analysis. */
	get analyzer(): Pick<Analyzer, "extend"> | null {
		return this.#analyzer;
	}

	/** Whether the folder has SQL files at all, in a database or not. */
	get hasSql(): boolean {
		return this.#files?.current().files.some(isSql) ?? false;
	}

	/** Resolves when an analysis is there that knows everything typed so far; the first call reads the folder. */
	async ensure(): Promise<Analysis | null> {
		if (this.status === "idle" && !this.#loading) this.reload();
		await this.#loading;
		if (this.#timer) await new Promise<void>((resolve) => this.#waiting.push(resolve));
		return this.analysis;
	}

	/** Reads the whole folder again. */
	reload(): Promise<void> {
		this.#loadToken?.cancel();
		const token = new vscode.CancellationTokenSource();
		this.#loadToken = token;
		const loading = this.#load(token.token).finally(() => {
			token.dispose();
			if (this.#loading === loading) this.#loading = null;
		});
		this.#loading = loading;
		return loading;
	}

	/** Something changed: analyse soon. Calls in quick succession make one analysis, not later than the first one asked. */
	schedule(): void {
		if (!this.#analyzer || this.#timer || this.#disposed) return;
		this.#timer = setTimeout(
			() => {
				this.#timer = null;
				if (this.#analyzer) this.#analyse(this.#analyzer);
				for (const resolve of this.#waiting.splice(0)) resolve();
			},
			Math.max(AFTER_EDIT.least, Math.min(AFTER_EDIT.most, this.#took) - (performance.now() - this.#ended)),
		);
	}

	/** Takes in one file that is known to have changed, without waiting for the file system to say so. */
	async refreshFile(uri: vscode.Uri): Promise<void> {
		if (await this.#files?.update(uri)) this.schedule();
		await this.ensure();
	}

	pathOf(uri: vscode.Uri): string | null {
		return pathIn(this.folder, uri);
	}

	uriOf(path: string): vscode.Uri {
		return vscode.Uri.joinPath(this.folder.uri, path);
	}

	/** The databases that a file is part of. */
	databasesWith(path: string): readonly DatabaseAnalysis[] {
		return this.analysis?.databases.filter((database) => database.indexes.has(path)) ?? [];
	}

	/** A document split and parsed, whether or not it is part of a database; the parses are cached by statement. */
	read(document: vscode.TextDocument): SqlFile | null {
		const path = this.pathOf(document.uri);
		if (path === null || !this.#pipeline) return null;
		const text = document.getText();
		for (const database of this.databasesWith(path)) {
			const file = database.files.find((candidate) => candidate.file === path);
			if (file && file.text === text) return file;
		}
		return this.#pipeline.reader.read({ path, text });
	}

	/** What is wrong with the queries in a document; null where it holds none, is a part of a database, or is not to be read. */
	checkQueries(document: vscode.TextDocument): FileFindings | null {
		const path = this.pathOf(document.uri);
		if (path === null || !this.#analyzer || this.#files?.isIgnored(path) !== false) return null;
		if (this.databasesWith(path).length > 0) return null;
		return this.#analyzer.checkQueries({ path, text: document.getText() });
	}

	/** Where a comment silences a finding of `checkQueries`; null where none can stand. */
	async commentPlace(document: vscode.TextDocument, finding: Finding): Promise<CommentPlace | null> {
		const { commentPlace } = await import("../../core/queries/silence");
		const file = { path: finding.location.file, text: document.getText() };
		return this.#pipeline ? commentPlace(file, finding, this.#pipeline.reader) : null;
	}

	/** SQL files of the folder that belong to no database: queries, seeds, down migrations. Split and parsed. */
	otherFiles(): readonly SqlFile[] {
		const reader = this.#pipeline?.reader;
		if (!reader || !this.#files) return [];
		const files = this.#files
			.current()
			.files.filter((file) => isSql(file) && this.databasesWith(file.path).length === 0);
		return files.map((file) => reader.read(file));
	}

	dispose(): void {
		this.#disposed = true;
		this.#loadToken?.cancel();
		if (this.#timer) clearTimeout(this.#timer);
		for (const disposable of [this.#changed, this.#progressed, ...this.#watchers]) disposable.dispose();
	}

	async #load(token: vscode.CancellationToken): Promise<void> {
		const started = performance.now();
		this.status = "loading";
		this.#changed.fire();
		try {
			const files = new FolderFiles(this.folder);
			this.#nextFiles = files;
			if (this.#watchers.length === 0 && !this.#disposed) this.#watch();
			let told = 0;
			const tell = (done: number, total: number) => {
				if (performance.now() - told < PROGRESS_PAUSE) return;
				told = performance.now();
				this.#progressed.fire({ done, total });
			};
			// Another process searches while this one reads the parser's code.
			const read = files.load(tell, token);
			const [pipeline, isRead] = await Promise.all([loadPipeline(), read]);
			this.#pipeline = pipeline;
			if (!isRead) return;
			const { files: sources } = files.current();
			const progress = (done: number) => tell(done, sources.length);
			if (!(await parseInSlices(pipeline.reader, sources, progress, () => token.isCancellationRequested))) return;
			this.#files = files;
			this.#nextFiles = null;
			this.#analyzer ??= pipeline.createAnalyzer();
			this.#analyse(this.#analyzer);
			this.log.info(
				`${this.folder.name}: ${sources.length} files read and analysed in ${Math.round(performance.now() - started)} ms`,
			);
		} catch (error) {
			if (!token.isCancellationRequested) this.#fail(error);
		}
	}

	#analyse(analyzer: Analyzer): void {
		const started = performance.now();
		try {
			const { files, configText } = this.#files?.current() ?? { files: [], configText: null };
			this.analysis = analyzer.analyze(files, configText);
			this.configText = configText;
			this.sources = files;
			this.status = "ready";
			this.error = null;
		} catch (error) {
			this.#fail(error);
			return;
		}
		this.version++;
		this.#ended = performance.now();
		this.#took = this.#ended - started;
		this.log.debug(`${this.folder.name}: analysis ${this.version} in ${Math.round(this.#took)} ms`);
		this.#changed.fire();
	}

	#fail(error: unknown): void {
		this.log.error(error instanceof Error ? error : String(error));
		this.status = "failed";
		this.error = error instanceof Error ? error.message : String(error);
		this.#changed.fire();
	}

	#watch(): void {
		const { folder } = this;
		const watcher = vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, "**/*"));
		const on = (take: (files: FolderFiles, uri: vscode.Uri) => Promise<boolean>) => async (uri: vscode.Uri) => {
			const both = [this.#files, this.#nextFiles].filter((files) => files !== null);
			if (uri.path.endsWith("/.gitignore")) this.reload();
			else if ((await Promise.all(both.map((files) => take(files, uri)))).some(Boolean)) this.schedule();
		};
		const look = on((files, uri) => files.look(uri));
		const onDocument = (document: vscode.TextDocument) => {
			if (this.#files?.isWanted(this.pathOf(document.uri))) this.schedule();
		};
		this.#watchers = [
			watcher,
			watcher.onDidCreate(look),
			watcher.onDidChange(on((files, uri) => files.update(uri))),
			watcher.onDidDelete(look),
			vscode.workspace.onDidChangeTextDocument(
				({ document, contentChanges }) => contentChanges.length > 0 && onDocument(document),
			),
			vscode.workspace.onDidOpenTextDocument(onDocument),
			// What was typed and not saved is gone with its editor.
			vscode.workspace.onDidCloseTextDocument(onDocument),
			vscode.workspace.onDidChangeConfiguration((event) => {
				if (event.affectsConfiguration("tenancy.files", folder) || event.affectsConfiguration("files.exclude", folder))
					this.reload();
			}),
		];
	}
}

function isSql({ path }: { readonly path: string }): boolean {
	return path.toLowerCase().endsWith(".sql");
}
