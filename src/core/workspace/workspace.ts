import { compareText } from "../text/compare";
import type { DatabaseSource, SourceFile } from "./database";
import { folderOf, nameOf } from "./paths";

/** A database that a tool's finder recognised, and the files that are its own though they don't run (down parts, seeds, tests). */
export interface Found extends DatabaseSource {
	readonly alsoTaken?: readonly string[];
}

/** Recognises one tool's databases among the files that no finder before it took. */
export type Finder = (workspace: Workspace) => readonly Found[];

/** The files that are still to be explained. */
export class Workspace {
	readonly #files: ReadonlyMap<string, SourceFile>;
	readonly #folders = new Map<string, SourceFile[]>();

	constructor(files: readonly SourceFile[]) {
		const inOrder = [...files].sort((a, b) => compareText(a.path, b.path));
		this.#files = new Map(inOrder.map((file) => [file.path, file]));
		for (const file of inOrder) {
			const folder = folderOf(file.path);
			const siblings = this.#folders.get(folder);
			if (siblings) siblings.push(file);
			else this.#folders.set(folder, [file]);
		}
	}

	file(path: string): SourceFile | undefined {
		return this.#files.get(path);
	}

	/** All files, by path. */
	get files(): readonly SourceFile[] {
		return [...this.#files.values()];
	}

	/** Each folder that holds files directly, "" for the root, with those files. */
	get folders(): ReadonlyMap<string, readonly SourceFile[]> {
		return this.#folders;
	}

	/** Files of that name, wherever. */
	named(name: string): readonly SourceFile[] {
		return this.files.filter(({ path }) => nameOf(path) === name);
	}

	without(paths: ReadonlySet<string>): Workspace {
		return new Workspace(this.files.filter(({ path }) => !paths.has(path)));
	}
}

export function isSql({ path }: SourceFile): boolean {
	return /\.sql$/i.test(path);
}

/** As `DatabaseSource.path` has it: `.` for the workspace's root. */
export function databasePath(folder: string): string {
	return folder === "" ? "." : folder;
}
