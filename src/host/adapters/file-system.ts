import { promises as disk } from "node:fs";
import * as vscode from "vscode";

/*
 * As `vscode.workspace.fs`, which asks the window before each call whether an extension serves the scheme: over a thousand
 * migrations that takes longer than reading them. Nobody else serves `file`.
 */

export async function sizeOf(uri: vscode.Uri): Promise<number> {
	return (uri.scheme === "file" ? await disk.stat(uri.fsPath) : await vscode.workspace.fs.stat(uri)).size;
}

export async function bytesOf(uri: vscode.Uri): Promise<Uint8Array> {
	return uri.scheme === "file" ? disk.readFile(uri.fsPath) : vscode.workspace.fs.readFile(uri);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Decoded as the editor would decode it (`files.encoding`); null where it is no text or can't be read. */
export async function textOf(uri: vscode.Uri): Promise<string | null> {
	try {
		const bytes = await bytesOf(uri);
		const { encoding, autoGuessEncoding } = vscode.workspace.getConfiguration("files", uri);
		// VS Code decodes in another process: what is plainly UTF-8 needs no journey there.
		if (encoding === "utf8" && !autoGuessEncoding) {
			try {
				return utf8.decode(bytes);
			} catch {
				// Another encoding; VS Code says which.
			}
		}
		return await vscode.workspace.decode(bytes, { uri });
	} catch {
		return null;
	}
}

/** What a path is, a link being told as such; `Unknown` where there is nothing. */
export async function typeOf(uri: vscode.Uri): Promise<vscode.FileType> {
	try {
		if (uri.scheme !== "file") return (await vscode.workspace.fs.stat(uri)).type;
		const found = await disk.lstat(uri.fsPath);
		return found.isSymbolicLink() ? vscode.FileType.SymbolicLink : fileType(found);
	} catch {
		return vscode.FileType.Unknown;
	}
}

/** What is in a folder, links told by what they lead to as well; nothing where it can't be listed. */
export async function entriesOf(uri: vscode.Uri): Promise<readonly (readonly [string, vscode.FileType])[]> {
	try {
		if (uri.scheme !== "file") return await vscode.workspace.fs.readDirectory(uri);
		const entries = await disk.readdir(uri.fsPath, { withFileTypes: true });
		return await Promise.all(
			entries.map(async (entry) => {
				if (!entry.isSymbolicLink()) return [entry.name, fileType(entry)] as const;
				const target = await disk.stat(vscode.Uri.joinPath(uri, entry.name).fsPath).catch(() => null);
				const type = target ? fileType(target) : vscode.FileType.Unknown;
				return [entry.name, type | vscode.FileType.SymbolicLink] as const;
			}),
		);
	} catch {
		return [];
	}
}

/** The path that a link on a disk leads to in the end; null where that is unknown. */
export async function linkTarget(uri: vscode.Uri): Promise<string | null> {
	return uri.scheme === "file" ? disk.realpath(uri.fsPath).catch(() => null) : null;
}

function fileType(entry: { isFile(): boolean; isDirectory(): boolean }): vscode.FileType {
	if (entry.isFile()) return vscode.FileType.File;
	return entry.isDirectory() ? vscode.FileType.Directory : vscode.FileType.Unknown;
}
