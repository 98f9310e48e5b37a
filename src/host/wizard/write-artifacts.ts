import * as vscode from "vscode";
import type { Artifact } from "../../core/implement/artifact";

/** What became of the files. */
export interface Written {
	readonly created: readonly vscode.Uri[];
	readonly replaced: readonly vscode.Uri[];
	/** They are there already, just so. */
	readonly same: number;
}

/**
 * Writes the files below the folder, in one step that can be undone. Files that are there and say something else are only
 * replaced when the person says so.
 *
 * @returns null when the person cancelled, or nothing could be written, which has been said
 */
export async function writeArtifacts(folder: vscode.Uri, artifacts: readonly Artifact[]): Promise<Written | null> {
	const files = await Promise.all(
		artifacts.map(async ({ path, text }) => {
			const uri = vscode.Uri.joinPath(folder, ...path.split("/"));
			return { uri, text, before: await textOn(uri) };
		}),
	);
	const created = files.filter(({ before }) => before === null);
	const changed = files.filter(({ before, text }) => before !== null && before !== text);
	const replaced = changed.length > 0 ? await mayReplace(changed.map(({ uri }) => uri)) : false;
	if (replaced === null) return null;
	const toWrite = [...created, ...(replaced ? changed : [])];
	const edit = new vscode.WorkspaceEdit();
	for (const { uri, text } of toWrite)
		edit.createFile(uri, { contents: new TextEncoder().encode(text), overwrite: true });
	if (toWrite.length > 0 && !(await vscode.workspace.applyEdit(edit))) {
		void vscode.window.showErrorMessage(
			vscode.l10n.t("The files could not be written to {0}. Is it read-only?", vscode.workspace.asRelativePath(folder)),
		);
		return null;
	}
	return {
		created: created.map(({ uri }) => uri),
		replaced: replaced ? changed.map(({ uri }) => uri) : [],
		same: files.length - created.length - changed.length,
	};
}

async function mayReplace(files: readonly vscode.Uri[]): Promise<boolean | null> {
	const replace = vscode.l10n.t("Replace Them");
	const keep = vscode.l10n.t("Keep Mine");
	const names = files.map((uri) => vscode.workspace.asRelativePath(uri));
	const detail = [...names.slice(0, 10), ...(names.length > 10 ? ["…"] : [])].join("\n");
	const message =
		files.length === 1
			? vscode.l10n.t("One file is there already and says something else.")
			: vscode.l10n.t("{0} files are there already and say something else.", files.length);
	const answer = await vscode.window.showWarningMessage(message, { modal: true, detail }, replace, keep);
	return answer === undefined ? null : answer === replace;
}

async function textOn(uri: vscode.Uri): Promise<string | null> {
	try {
		return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
	} catch {
		return null;
	}
}
