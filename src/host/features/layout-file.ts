import * as vscode from "vscode";
import type { Positions } from "../../protocol/messages";
import type { FolderAnalysis } from "../analysis/folder-analysis";

/** The file that keeps where people put tables; there only after somebody moved one. */
export const LAYOUT_FILE = "tenancy.layout.json";

interface LayoutFile {
	readonly version: 1;
	/** By the database's path, then by the table's qualified key. */
	readonly databases: Readonly<Record<string, Positions>>;
}

const EMPTY: LayoutFile = { version: 1, databases: {} };

/** Positions that people changed, in `tenancy.layout.json` at the folder's root so that a team can commit them. */
export class LayoutStore implements vscode.Disposable {
	/** What the files hold, by folder: the picture is drawn anew with each keystroke, the file changes once a day. */
	readonly #known = new Map<string, Promise<LayoutFile>>();
	#subscriptions: vscode.Disposable[] = [];
	/** Where the folder can't be written, what was moved holds as long as the window. */
	readonly #unwritten = new Map<string, LayoutFile>();
	#writing: Promise<void> = Promise.resolve();

	async positions(folder: FolderAnalysis, database: string): Promise<Positions> {
		await this.#writing;
		return (await this.#read(folder)).databases[database] ?? {};
	}

	/** Adds to what is kept; null forgets all of the database's positions. Calls are carried out one after the other. */
	change(folder: FolderAnalysis, database: string, moved: Positions | null, canWrite: boolean): Promise<void> {
		this.#writing = this.#writing.then(async () => {
			const before = await this.#read(folder);
			const { [database]: own, ...others } = before.databases;
			const databases = moved === null ? others : { ...others, [database]: { ...own, ...moved } };
			const after: LayoutFile = { version: 1, databases };
			if (canWrite) await this.#write(folder, after);
			else this.#unwritten.set(folder.folder.uri.toString(), after);
		});
		const written = this.#writing;
		// One failed write must not fail those after it; the caller of this one is told.
		this.#writing = written.catch(() => {});
		return written;
	}

	/** Begins to read a folder's file, so that it is there once the picture is. */
	prepare(folder: FolderAnalysis): void {
		void this.#read(folder);
	}

	dispose(): void {
		for (const subscription of this.#subscriptions) subscription.dispose();
	}

	#read(folder: FolderAnalysis): Promise<LayoutFile> {
		const key = folder.folder.uri.toString();
		const unwritten = this.#unwritten.get(key);
		if (unwritten) return Promise.resolve(unwritten);
		if (this.#subscriptions.length === 0) this.#watch();
		const known = this.#known.get(key) ?? this.#load(folder);
		this.#known.set(key, known);
		return known;
	}

	#watch(): void {
		const forget = () => this.#known.clear();
		const watcher = vscode.workspace.createFileSystemWatcher(`**/${LAYOUT_FILE}`);
		this.#subscriptions = [
			watcher,
			watcher.onDidCreate(forget),
			watcher.onDidChange(forget),
			watcher.onDidDelete(forget),
			vscode.workspace.onDidSaveTextDocument(({ uri }) => uri.path.endsWith(`/${LAYOUT_FILE}`) && forget()),
		];
	}

	async #load(folder: FolderAnalysis): Promise<LayoutFile> {
		try {
			const bytes = await vscode.workspace.fs.readFile(folder.uriOf(LAYOUT_FILE));
			return parseLayout(JSON.parse(new TextDecoder().decode(bytes)));
		} catch {
			return EMPTY;
		}
	}

	async #write(folder: FolderAnalysis, layout: LayoutFile): Promise<void> {
		const key = folder.folder.uri.toString();
		this.#known.delete(key);
		const uri = folder.uriOf(LAYOUT_FILE);
		if (Object.keys(layout.databases).length === 0) {
			await vscode.workspace.fs.delete(uri).then(undefined, () => {});
			return;
		}
		await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(printLayout(layout)));
		this.#known.set(key, Promise.resolve(layout));
	}
}

/** What is well-formed of a layout file that a person or a merge may have changed. */
function parseLayout(value: unknown): LayoutFile {
	const databases: Record<string, Positions> = {};
	for (const [path, tables] of entries(entries(value).find(([key]) => key === "databases")?.[1])) {
		const positions: Record<string, { x: number; y: number }> = {};
		for (const [table, position] of entries(tables)) {
			const { x, y } = (position ?? {}) as { x?: unknown; y?: unknown };
			if (Number.isFinite(x) && Number.isFinite(y)) positions[table] = { x: x as number, y: y as number };
		}
		databases[path] = positions;
	}
	return { version: 1, databases };
}

function entries(value: unknown): [string, unknown][] {
	return typeof value === "object" && value !== null ? Object.entries(value) : [];
}

/** Sorted, whole pixels, a table a line: a moved table is a one-line difference. */
function printLayout({ databases }: LayoutFile): string {
	const sorted = <T>(record: Readonly<Record<string, T>>) =>
		Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
	const blocks = sorted(databases).map(([path, positions]) => {
		const lines = sorted(positions).map(
			([table, { x, y }]) => `      ${JSON.stringify(table)}: { "x": ${Math.round(x)}, "y": ${Math.round(y)} }`,
		);
		return `    ${JSON.stringify(path)}: {\n${lines.join(",\n")}\n    }`;
	});
	return `{\n  "version": 1,\n  "databases": {\n${blocks.join(",\n")}\n  }\n}\n`;
}
