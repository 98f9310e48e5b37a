import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { MARKER_NAMES } from "../../core/workspace/relevant";

const NAMES = [...MARKER_NAMES, CONFIG_FILE, ".gitignore"];
/** What `isRelevantPath` may say yes to, as a glob: VS Code searches with it, so that not every file of a workspace is listed. */
const CANDIDATES = `**/{*.[sS][qQ][lL],${NAMES.join(",")}}`;
const MOST_FILES = 20_000;
/** File systems that VS Code itself can search. For others `findFiles` waits for a search provider that may never come. */
const SEARCHABLE = new Set(["file", "vscode-remote", "vscode-vfs"]);
/** Nothing there is the product's own, and there may be very much of it. */
const NEVER_ENTERED = new Set([".git", ".hg", ".svn", "node_modules"]);

/** The files of a folder that may matter to its analysis, and its .gitignore files. What they ignore is still among them. */
export async function findFiles(
	folder: vscode.WorkspaceFolder,
	token: vscode.CancellationToken,
): Promise<readonly vscode.Uri[]> {
	if (!SEARCHABLE.has(folder.uri.scheme)) return walk(folder.uri, token);
	return vscode.workspace.findFiles(
		new vscode.RelativePattern(folder, CANDIDATES),
		"**/node_modules/**",
		MOST_FILES,
		token,
	);
}

/** Whether a folder has any SQL, without listing its files. False where only walking through it would tell. */
export async function hasSql(folder: vscode.WorkspaceFolder): Promise<boolean> {
	if (!SEARCHABLE.has(folder.uri.scheme)) return false;
	const pattern = new vscode.RelativePattern(folder, "**/*.[sS][qQ][lL]");
	return (await vscode.workspace.findFiles(pattern, "**/node_modules/**", 1)).length > 0;
}

async function walk(root: vscode.Uri, token: vscode.CancellationToken): Promise<vscode.Uri[]> {
	const found: vscode.Uri[] = [];
	const folders = [root];
	for (let folder = folders.pop(); folder && found.length < MOST_FILES; folder = folders.pop()) {
		if (token.isCancellationRequested) return found;
		// A folder that can't be listed costs only what is in it.
		const entries = await vscode.workspace.fs.readDirectory(folder).then(undefined, () => []);
		for (const [name, type] of entries) {
			const isLink = (type & vscode.FileType.SymbolicLink) !== 0;
			// Linked folders are not entered, as with git: a link that leads up would never end.
			if (type & vscode.FileType.Directory && !isLink && !NEVER_ENTERED.has(name))
				folders.push(vscode.Uri.joinPath(folder, name));
			else if (type & vscode.FileType.File && (/\.sql$/i.test(name) || NAMES.includes(name)))
				found.push(vscode.Uri.joinPath(folder, name));
		}
	}
	return found;
}

/** What the settings leave out of a folder: `files.exclude` and our own, as .gitignore patterns. */
export function excludedBySettings(folder: vscode.WorkspaceFolder): string[] {
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
