import * as vscode from "vscode";
import type { Analysis } from "../../core/analyze";
import { FolderAnalysis } from "./folder-analysis";

/** One analysis for each workspace folder. Nothing is read before somebody asks. */
export class WorkspaceAnalysis implements vscode.Disposable {
	readonly #folders = new Map<string, FolderAnalysis>();
	readonly #changed = new vscode.EventEmitter<FolderAnalysis>();
	readonly #progressed = new vscode.EventEmitter<{
		readonly folder: FolderAnalysis;
		readonly done: number;
		readonly total: number;
	}>();
	readonly #foldersChanged = new vscode.EventEmitter<void>();
	/** A folder was analysed, began to load, or failed: see its `status`. */
	readonly onDidChangeAnalysis = this.#changed.event;
	readonly onDidProgress = this.#progressed.event;
	readonly onDidChangeFolders = this.#foldersChanged.event;
	readonly #subscription: vscode.Disposable;

	constructor(private readonly log: vscode.LogOutputChannel) {
		this.#sync();
		this.#subscription = vscode.workspace.onDidChangeWorkspaceFolders(() => {
			const active = this.folders.some((folder) => folder.status !== "idle");
			this.#sync();
			this.#foldersChanged.fire();
			if (active) void this.ensureAll();
		});
	}

	get folders(): readonly FolderAnalysis[] {
		return (vscode.workspace.workspaceFolders ?? []).flatMap(
			(folder) => this.#folders.get(folder.uri.toString()) ?? [],
		);
	}

	folderOf(uri: vscode.Uri): FolderAnalysis | undefined {
		const folder = vscode.workspace.getWorkspaceFolder(uri);
		return folder && this.#folders.get(folder.uri.toString());
	}

	folderAt(uri: string): FolderAnalysis | undefined {
		return this.#folders.get(uri);
	}

	async ensureAll(): Promise<readonly (Analysis | null)[]> {
		return Promise.all(this.folders.map((folder) => folder.ensure()));
	}

	dispose(): void {
		this.#subscription.dispose();
		for (const folder of this.#folders.values()) folder.dispose();
		this.#changed.dispose();
		this.#progressed.dispose();
		this.#foldersChanged.dispose();
	}

	#sync(): void {
		const wanted = new Map((vscode.workspace.workspaceFolders ?? []).map((folder) => [folder.uri.toString(), folder]));
		for (const [key, folder] of this.#folders) {
			if (wanted.has(key)) continue;
			folder.dispose();
			this.#folders.delete(key);
		}
		for (const [key, folder] of wanted) {
			if (this.#folders.has(key)) continue;
			const analysis = new FolderAnalysis(folder, this.log);
			analysis.onDidChange(() => this.#changed.fire(analysis));
			analysis.onDidProgress(({ done, total }) => this.#progressed.fire({ folder: analysis, done, total }));
			this.#folders.set(key, analysis);
		}
	}
}
