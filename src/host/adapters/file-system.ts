import { promises as disk } from "node:fs";
import * as vscode from "vscode";

/**
 * As `vscode.workspace.fs`, which asks the window before each call whether an extension serves the scheme: over a thousand
 * migrations that takes longer than reading them. Nobody else serves `file`.
 */
export async function sizeOf(uri: vscode.Uri): Promise<number> {
	return (uri.scheme === "file" ? await disk.stat(uri.fsPath) : await vscode.workspace.fs.stat(uri)).size;
}

export async function bytesOf(uri: vscode.Uri): Promise<Uint8Array> {
	return uri.scheme === "file" ? disk.readFile(uri.fsPath) : vscode.workspace.fs.readFile(uri);
}
