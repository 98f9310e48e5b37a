import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import type { SourceFile } from "../../core/workspace/database";
import { isRelevantPath } from "../../core/workspace/relevant";
import { sizeOf, textOf } from "../adapters/file-system";
import { eightAtOnce } from "./eight-at-once";
import { findFiles, findFilesIn } from "./find-files";
import { IgnoredPaths } from "./ignored";

/** A file that is not read, and its size in bytes. */
export interface SkippedFile {
	readonly path: string;
	readonly size: number;
}

/**
 * The texts that a workspace folder's analysis is made of: what is on disk (or in a virtual file system),
 * with the editors' unsaved text in its place.
 */
export class FolderFiles {
	readonly #files = new Map<string, SourceFile>();
	/** What stood in editors the last time. A file with the same text stays the same object: what is known of it needs no second look. */
	#edited = new Map<string, SourceFile>();
	readonly #skipped = new Map<string, number>();
	#ignored = new IgnoredPaths([]);

	constructor(readonly folder: vscode.WorkspaceFolder) {}

	get skipped(): readonly SkippedFile[] {
		return [...this.#skipped].map(([path, size]) => ({ path, size }));
	}

	/** Reads the folder from scratch. Returns false when cancelled. */
	async load(onProgress: (done: number, total: number) => void, token: vscode.CancellationToken): Promise<boolean> {
		const { files: found, ignored } = await findFiles(this.folder, token);
		this.#ignored = ignored;
		this.#files.clear();
		this.#skipped.clear();
		const wanted = found.filter((uri) => this.isWanted(this.pathOf(uri)));
		let done = 0;
		await eightAtOnce(wanted, async (uri) => {
			if (token.isCancellationRequested) return;
			await this.update(uri);
			onProgress(++done, wanted.length);
		});
		return !token.isCancellationRequested;
	}

	/**
	 * Takes in what came or went at a path, a file or a folder with all in it. The disk is asked either way: what VS Code says of a
	 * folder that was removed may come when there is a new one, and of the files in a new folder it may say nothing.
	 * Returns whether that can change the analysis.
	 */
	async look(uri: vscode.Uri): Promise<boolean> {
		const path = this.pathOf(uri);
		if (path === null) return false;
		const found = this.isWanted(path) ? [uri] : await findFilesIn(uri, this.folder, this.#ignored);
		const paths = new Set([...this.#knownWithin(path), ...found.flatMap((each) => this.pathOf(each) ?? [])]);
		let isChanged = false;
		await eightAtOnce([...paths], async (each) => {
			if (await this.update(this.uriOf(each))) isChanged = true;
		});
		return isChanged;
	}

	/** Reads one file again after it changed on disk. Returns whether that can change the analysis. */
	async update(uri: vscode.Uri): Promise<boolean> {
		const path = this.pathOf(uri);
		if (path === null || !this.isWanted(path)) return false;
		const before = this.#files.get(path);
		const limit = sizeLimit(this.folder);
		try {
			const size = await sizeOf(uri);
			if (size > limit) {
				this.#skipped.set(path, size);
				return this.#files.delete(path) || true;
			}
		} catch {
			return this.#forget(path);
		}
		this.#skipped.delete(path);
		const text = await textOf(uri);
		if (text === null) return this.#forget(path);
		if (text === before?.text) return false;
		this.#files.set(path, { path, text });
		return true;
	}

	/** Returns whether anything was known of it. */
	#forget(path: string): boolean {
		const [hadFile, hadSize] = [this.#files.delete(path), this.#skipped.delete(path)];
		return hadFile || hadSize;
	}

	#knownWithin(path: string): string[] {
		return [...this.#files.keys(), ...this.#skipped.keys()].filter(
			(known) => known === path || known.startsWith(`${path}/`),
		);
	}

	/** What is to be analysed now: the editors' text goes before what is on disk. */
	current(): { readonly files: readonly SourceFile[]; readonly configText: string | null } {
		const now = new Map(this.#files);
		const edited = new Map<string, SourceFile>();
		for (const document of vscode.workspace.textDocuments) {
			const path = this.pathOf(document.uri);
			if (path === null || document.isClosed || !this.isWanted(path) || !(now.has(path) || document.isDirty)) continue;
			const text = document.getText();
			const known = [now.get(path), this.#edited.get(path)].find((file) => file?.text === text);
			const file = known ?? { path, text };
			now.set(path, file);
			edited.set(path, file);
		}
		this.#edited = edited;
		const configText = now.get(CONFIG_FILE)?.text ?? null;
		const files = [...now.values()].filter(({ path }) => path !== CONFIG_FILE || isRelevantPath(path));
		return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)), configText };
	}

	isWanted(path: string | null): path is string {
		return path !== null && (path === CONFIG_FILE || (isRelevantPath(path) && !this.isIgnored(path)));
	}

	/** Whether .gitignore or the settings leave a path out. */
	isIgnored(path: string): boolean {
		return this.#ignored.has(path);
	}

	pathOf(uri: vscode.Uri): string | null {
		return pathIn(this.folder, uri);
	}

	uriOf(path: string): vscode.Uri {
		return vscode.Uri.joinPath(this.folder.uri, path);
	}
}

/** Relative to the folder, with `/`; null for what lies outside or in a folder of its own inside this one. */
export function pathIn({ uri: root }: vscode.WorkspaceFolder, uri: vscode.Uri): string | null {
	if (uri.scheme !== root.scheme || uri.authority !== root.authority) return null;
	if (vscode.workspace.getWorkspaceFolder(uri)?.uri.toString() !== root.toString()) return null;
	const base = root.path.endsWith("/") ? root.path : `${root.path}/`;
	return uri.path.startsWith(base) ? uri.path.slice(base.length) : null;
}

/** Files of a folder that are larger are not read. In bytes. */
export function sizeLimit(folder: vscode.WorkspaceFolder): number {
	return vscode.workspace.getConfiguration("tenancy", folder).get<number>("files.maxSizeMB", 10) * 1024 * 1024;
}
