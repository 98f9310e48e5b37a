import * as vscode from "vscode";
import type { Fix } from "../../core/fix/fix";
import { mayWrite } from "../adapters/config-text";
import type { DatabaseEntry } from "../adapters/databases";
import { fixEdit, refuse } from "./workspace-edit";

/** What is left to do once a fix is in the files, as plain data: a lightbulb's action passes it to a command. */
export interface Applied {
	/** The file to show. */
	readonly open: string | null;
	/** New files, which the analysis is to know at once. */
	readonly created: readonly string[];
	readonly note: string | null;
}

/** Whether a fix changes more than a person sees: several files that are there. */
export function needsPreview({ edits }: Fix): boolean {
	return new Set(edits.map(({ file }) => file)).size > 1;
}

/**
 * Applies a fix, shows what came of it, and waits for the analysis that knows of it.
 *
 * @param confirm show it in the Refactor Preview first
 * @returns whether anything was changed
 */
export async function applyFix(entry: DatabaseEntry, fix: Fix, confirm = needsPreview(fix)): Promise<boolean> {
	if (!(await mayWrite())) return false;
	const result = await fixEdit(entry, fix, confirm);
	if ("changed" in result) {
		await refuse(entry, result.changed);
		return false;
	}
	if (!(await vscode.workspace.applyEdit(result.edit, { isRefactoring: true }))) {
		// With a preview it was a person who said no.
		if (!confirm)
			void vscode.window.showErrorMessage(vscode.l10n.t("The files could not be changed. Are they read-only?"));
		return false;
	}
	await showApplied(entry, appliedOf(entry, fix));
	return true;
}

export function appliedOf({ folder }: Pick<DatabaseEntry, "folder">, { newFiles, edits, note }: Fix): Applied {
	const created = newFiles.map(({ path }) => folder.uriOf(path).toString());
	const edited = edits[0] ? folder.uriOf(edits[0].file).toString() : null;
	return { open: created[0] ?? edited, created, note };
}

/** Shows the file that was made, else the one that was changed, and says what is left to do by hand. */
export async function showApplied({ folder }: Pick<DatabaseEntry, "folder">, applied: Applied): Promise<void> {
	for (const uri of applied.created) await folder.refreshFile(vscode.Uri.parse(uri));
	await folder.ensure();
	if (applied.open) await vscode.window.showTextDocument(vscode.Uri.parse(applied.open));
	if (applied.note) void vscode.window.showInformationMessage(applied.note);
}

export function isApplied(value: unknown): value is Applied {
	const applied = value as Partial<Record<keyof Applied, unknown>> | null | undefined;
	return (
		Array.isArray(applied?.created) &&
		applied.created.every((uri) => typeof uri === "string") &&
		(applied.open === null || typeof applied.open === "string") &&
		(applied.note === null || typeof applied.note === "string")
	);
}
