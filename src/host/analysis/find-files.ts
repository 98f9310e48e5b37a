import { sep } from "node:path";
import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { MARKER_NAMES } from "../../core/workspace/relevant";
import { entriesOf, linkTarget, textOf, typeOf } from "../adapters/file-system";
import { eightAtOnce } from "./eight-at-once";
import { IgnoredPaths } from "./ignored";

const NAMES = [...MARKER_NAMES, CONFIG_FILE, ".gitignore"];
/** What `isRelevantPath` may say yes to, as a glob: VS Code searches with it, so that not every file of a workspace is listed. */
const CANDIDATES = `**/{*.[sS][qQ][lL],${NAMES.join(",")}}`;
const MOST_FILES = 20_000;
/** File systems of another machine, which VS Code searches there. For those of other extensions `findFiles` waits for a search that may never come. */
const REMOTE = new Set(["vscode-remote", "vscode-vfs"]);

/** What may matter to a folder's analysis, and what leaves out some of it. */
export interface Found {
	/** Some of them may be ignored. */
	readonly files: readonly vscode.Uri[];
	readonly ignored: IgnoredPaths;
}

/**
 * Looks through a folder. On a disk by itself: VS Code's search is asked for through the window, which is busy for half a second
 * where somebody has just opened the diagram.
 */
export async function findFiles(folder: vscode.WorkspaceFolder, token: vscode.CancellationToken): Promise<Found> {
	const ignored = new IgnoredPaths(excludedBySettings(folder));
	if (!REMOTE.has(folder.uri.scheme))
		return { files: await walk(folder.uri, folder.uri, ignored, () => token.isCancellationRequested), ignored };
	const files = await vscode.workspace.findFiles(
		new vscode.RelativePattern(folder, CANDIDATES),
		"**/node_modules/**",
		MOST_FILES,
		token,
	);
	const gitignores = files.filter(({ path }) => path.endsWith("/.gitignore"));
	await Promise.all(gitignores.map(async (uri) => ignored.add(below(folder.uri, uri), (await textOf(uri)) ?? "")));
	return { files, ignored };
}

/** What may matter in a folder inside a workspace folder whose ignore rules are known; nothing where there is no folder, or a link. */
export async function findFilesIn(
	inner: vscode.Uri,
	folder: vscode.WorkspaceFolder,
	ignored: IgnoredPaths,
): Promise<vscode.Uri[]> {
	if (ignored.has(`${below(folder.uri, inner)}/`) || (await typeOf(inner)) !== vscode.FileType.Directory) return [];
	return walk(folder.uri, inner, ignored, () => false);
}

/** Whether a folder has any SQL, without listing its files. False where only walking through it would tell. */
export async function hasSql(folder: vscode.WorkspaceFolder): Promise<boolean> {
	if (folder.uri.scheme !== "file" && !REMOTE.has(folder.uri.scheme)) return false;
	const pattern = new vscode.RelativePattern(folder, "**/*.[sS][qQ][lL]");
	return (await vscode.workspace.findFiles(pattern, "**/node_modules/**", 1)).length > 0;
}

async function walk(
	root: vscode.Uri,
	from: vscode.Uri,
	ignored: IgnoredPaths,
	isCancelled: () => boolean,
): Promise<vscode.Uri[]> {
	const found: vscode.Uri[] = [];
	const isKnown = await knownTargets(root);
	const enter = async (folder: vscode.Uri): Promise<vscode.Uri[]> => {
		const entries = await entriesOf(folder);
		const uriOf = (name: string) => vscode.Uri.joinPath(folder, name);
		if (entries.some(([name]) => name === ".gitignore")) {
			const uri = uriOf(".gitignore");
			ignored.add(below(root, uri), (await textOf(uri)) ?? "");
		}
		const folders: vscode.Uri[] = [];
		for (const [name, type] of entries) {
			if (type & vscode.FileType.Directory) {
				const uri = uriOf(name);
				if (ignored.has(`${below(root, uri)}/`)) continue;
				if (type & vscode.FileType.SymbolicLink && (await isKnown(uri))) continue;
				folders.push(uri);
			} else if (type & vscode.FileType.File && (/\.sql$/i.test(name) || NAMES.includes(name))) found.push(uriOf(name));
		}
		return folders;
	};
	for (let level = [from]; level.length > 0 && found.length < MOST_FILES && !isCancelled(); ) {
		const next: vscode.Uri[] = [];
		await eightAtOnce(level, async (folder) => {
			next.push(...(await enter(folder)));
		});
		level = next;
	}
	return found;
}

/** Whether a linked folder can't be followed, or leads to one that is entered anyway or lies above such a one: that would be endless. */
async function knownTargets(root: vscode.Uri): Promise<(link: vscode.Uri) => Promise<boolean>> {
	const known = [await linkTarget(root)];
	return async (link) => {
		const target = await linkTarget(link);
		if (target === null) return true;
		const isKnown = known.some((folder) => folder !== null && (isWithin(folder, target) || isWithin(target, folder)));
		if (!isKnown) known.push(target);
		return isKnown;
	};
}

const isWithin = (folder: string, path: string) => `${path}${sep}`.startsWith(`${folder}${sep}`);

/** A path as the folder's ignore rules name it. */
function below(root: vscode.Uri, uri: vscode.Uri): string {
	return uri.path.slice(root.path.length).replace(/^\//, "");
}

/** What the settings leave out of a folder: `files.exclude` and our own, as .gitignore patterns. */
function excludedBySettings(folder: vscode.WorkspaceFolder): string[] {
	const own = vscode.workspace.getConfiguration("tenancy", folder).get<string[]>("files.exclude", []);
	const hidden = vscode.workspace.getConfiguration("files", folder).get<Record<string, unknown>>("exclude", {});
	return [...own, ...Object.keys(hidden).filter((pattern) => hidden[pattern] === true)].flatMap(expandBraces);
}

/** `a.{b,c}` → `a.b`, `a.c`: what VS Code's globs have and .gitignore's patterns don't. */
function expandBraces(pattern: string): string[] {
	const group = /\{([^{}]*)\}/.exec(pattern);
	if (!group) return [pattern];
	const [text, choices = ""] = group;
	return choices.split(",").flatMap((choice) => expandBraces(pattern.replace(text, () => choice)));
}
