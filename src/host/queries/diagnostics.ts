import * as vscode from "vscode";
import { diagnosticOf } from "../adapters/diagnostics";
import { hasSql } from "../analysis/find-files";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import type { Services } from "../services";
import { documentsInTabs, isQueryDocument, QUERY_FILES } from "./documents";

/** How long after a keystroke a document is looked at again, in milliseconds: as long as the last look took, as with SQL. */
const AFTER_EDIT = { least: 15, most: 200 };
/** How long after an analysis of the database, whose own problems are shown then, too. */
const AFTER_ANALYSIS = 200;

/**
 * What is wrong with the queries in the documents that are open. All others `tenancy check` looks at: every program of a
 * workspace would have to be read for them (docs/decisions/0012).
 */
export function registerQueryDiagnostics(services: Services): vscode.Disposable {
	const problems = new QueryProblems(services);
	const { workspace } = services;
	const deleted = vscode.workspace.createFileSystemWatcher(QUERY_FILES);
	problems.checkAll();
	return vscode.Disposable.from(
		problems,
		deleted,
		deleted.onDidDelete((uri) => problems.gone(uri)),
		deleted.onDidCreate((uri) => problems.back(uri)),
		workspace.onDidChangeAnalysis(({ status }) => status === "ready" && problems.checkAll(AFTER_ANALYSIS)),
		workspace.onDidChangeFolders(() => problems.checkAll()),
		vscode.window.tabGroups.onDidChangeTabs(() => problems.checkAll()),
		vscode.workspace.onDidOpenTextDocument((document) => problems.checkSoon(document)),
		vscode.workspace.onDidCloseTextDocument(({ uri }) => problems.forget(uri)),
		vscode.workspace.onDidChangeTextDocument(
			({ document, contentChanges }) => contentChanges.length > 0 && problems.checkSoon(document),
		),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration("tenancy")) problems.checkAll();
		}),
	);
}

class QueryProblems implements vscode.Disposable {
	readonly #collection = vscode.languages.createDiagnosticCollection("tenancy-queries");
	readonly #timers = new Map<string, NodeJS.Timeout>();
	/** Deleted while they were open: an editor goes on showing them. */
	readonly #gone = new Set<string>();
	/** Folders in which SQL was looked for before anything of them was read, with the answer. */
	readonly #hasSql = new Map<string, Promise<boolean>>();
	/** The last look at a document, in milliseconds. */
	#took = 0;

	constructor(private readonly services: Services) {}

	/** What is in no tab any more is forgotten, all others are looked at one after the other. */
	checkAll(delay = 0): void {
		const open = documentsInTabs();
		const known = new Set(open.map(({ uri }) => uri.toString()));
		this.#collection.forEach((uri) => {
			if (!known.has(uri.toString())) this.forget(uri);
		});
		for (const document of open) this.checkSoon(document, delay);
	}

	/** Calls in quick succession make one check, not later than the first one asked. */
	checkSoon(document: vscode.TextDocument, least = 0): void {
		const key = document.uri.toString();
		if (this.#timers.has(key)) return;
		const delay = Math.max(least, Math.min(AFTER_EDIT.most, Math.max(AFTER_EDIT.least, this.#took)));
		this.#timers.set(
			key,
			setTimeout(() => {
				this.#timers.delete(key);
				if (!document.isClosed) this.#check(document);
			}, delay),
		);
	}

	forget(uri: vscode.Uri): void {
		clearTimeout(this.#timers.get(uri.toString()));
		this.#timers.delete(uri.toString());
		this.#collection.delete(uri);
	}

	gone(uri: vscode.Uri): void {
		this.#gone.add(uri.toString());
		this.forget(uri);
	}

	back(uri: vscode.Uri): void {
		if (this.#gone.delete(uri.toString())) this.checkAll();
	}

	dispose(): void {
		for (const timer of this.#timers.values()) clearTimeout(timer);
		this.#collection.dispose();
	}

	#check(document: vscode.TextDocument): void {
		const folder = this.services.workspace.folderOf(document.uri);
		const isGone = this.#gone.has(document.uri.toString()) && !document.isDirty;
		if (!folder || isGone || !isQueryDocument(folder, document) || !documentsInTabs().includes(document)) {
			this.#collection.delete(document.uri);
			return;
		}
		if (folder.status === "idle") void this.#startWhereSqlIs(folder);
		if (folder.status !== "ready") return;
		const started = performance.now();
		const found = folder.checkQueries(document);
		const { extensionUri } = this.services.context;
		this.#collection.set(
			document.uri,
			found?.findings.map((finding) => diagnosticOf(finding, found.index, extensionUri)) ?? [],
		);
		this.#took = performance.now() - started;
	}

	/** Without SQL there is no database to hold a query against, and nothing is loaded. */
	async #startWhereSqlIs(analysis: FolderAnalysis): Promise<void> {
		const key = analysis.folder.uri.toString();
		const looking = this.#hasSql.get(key) ?? hasSql(analysis.folder).catch(() => false);
		this.#hasSql.set(key, looking);
		if (await looking) await analysis.ensure();
	}
}
