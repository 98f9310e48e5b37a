import * as vscode from "vscode";
import type { SqlFile } from "../../core/sql/statement";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import type { Location } from "../../core/text/span";
import { configDatabase, textOf } from "../adapters/config-text";
import type { Reported } from "./find-finding";

/** Tools that refuse to go on when the text of a migration changes, be it by a comment. */
const CHECKSUMS: readonly string[] = ["flyway", "prisma", "atlas"];

/** Whether a comment in the file that has it is a way to silence what was reported. */
export function mayComment({ entry }: Reported): boolean {
	return !CHECKSUMS.includes(entry.database.kind);
}

/**
 * A `tenancy-ignore` comment above the statement that was reported, with the reason to be typed over. A statement that
 * begins in the middle of a line moves to one of its own, as a comment covers only what is below it.
 */
export function ignoreComment(
	document: vscode.TextDocument,
	{ entry, rule, location }: Reported,
): vscode.WorkspaceEdit {
	const file = entry.database.files.find((each) => each.file === location.file);
	const start = document.positionAt(file ? statementStart(file, location) : location.span.start);
	const isFirst = document.lineAt(start.line).text.slice(0, start.character).trim() === "";
	// VS Code indents what follows a line break in a snippet like the line that it is put into.
	const text = new vscode.SnippetString(isFirst ? "" : "\n")
		.appendText(`-- tenancy-ignore ${rule}: `)
		.appendPlaceholder(vscode.l10n.t("why"))
		.appendText("\n");
	const edit = new vscode.WorkspaceEdit();
	edit.set(document.uri, [vscode.SnippetTextEdit.insert(start, text)]);
	return edit;
}

function statementStart({ statements }: SqlFile, { span }: Location): number {
	return statements.find((one) => one.span.start <= span.start && span.start < one.span.end)?.span.start ?? span.start;
}

/** The same in `tenancy.config.json`, for the whole table. */
export async function ignoreInConfig(
	{ entry, rule }: Pick<Reported, "entry" | "rule">,
	table: string,
): Promise<vscode.WorkspaceEdit> {
	const { addToConfig } = await import("../../core/tenancy/write-config");
	const uri = entry.folder.uriOf(CONFIG_FILE);
	const before = await textOf(uri);
	const after = addToConfig(before, ["tables", table, "ignore"], rule, configDatabase(entry));
	const edit = new vscode.WorkspaceEdit();
	if (before === null) edit.createFile(uri, { contents: new TextEncoder().encode(after) });
	else edit.replace(uri, new vscode.Range(0, 0, before.split("\n").length, 0), after);
	return edit;
}

/** Takes out an ignore that silences nothing; its whole line, where nothing else stands there. */
export function removeComment(
	document: vscode.TextDocument,
	{ location }: Pick<Reported, "location">,
): vscode.WorkspaceEdit {
	const start = document.positionAt(location.span.start);
	const end = document.positionAt(location.span.end);
	const line = document.lineAt(start.line);
	const isAlone = line.text.slice(0, start.character).trim() === "" && line.text.slice(end.character).trim() === "";
	const edit = new vscode.WorkspaceEdit();
	edit.delete(document.uri, isAlone ? line.rangeIncludingLineBreak : new vscode.Range(start, end));
	return edit;
}
