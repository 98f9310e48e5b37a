import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { SCOPES, type Scope } from "../../core/tenancy/scope";
import { configDatabase, mayWrite, textOf, write } from "../adapters/config-text";
import type { TableEntry } from "../adapters/databases";
import { sentenceText } from "../adapters/markdown";
import { scopeCodicon, scopeMeaning, scopeWord } from "../adapters/scope-look";

/** Writes what a person says of a table into `tenancy.config.json`, in a way that can be undone. */
export class TableMarks {
	/**
	 * Marks the table with a scope, or takes the mark back (null). Says what it did, and offers to undo it.
	 * Refuses in an untrusted workspace. Returns whether anything was written.
	 */
	async mark(entry: TableEntry, scope: Scope | null): Promise<boolean> {
		if (!(await mayWrite())) return false;
		const { markTable } = await import("../../core/tenancy/mark-table");
		const uri = entry.folder.uriOf(CONFIG_FILE);
		const before = await textOf(uri);
		const after = before === null && scope === null ? null : markTable(before, entry.key, scope, configDatabase(entry));
		if (after === null || after === before) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t("{0} has no mark in {1} that could be cleared.", entry.key, CONFIG_FILE),
			);
			return false;
		}
		if (!(await write(uri, before, after))) {
			void vscode.window.showErrorMessage(vscode.l10n.t("{0} could not be changed. Is it read-only?", CONFIG_FILE));
			return false;
		}
		await entry.folder.refreshFile(uri);
		void this.#offerUndo(entry, uri, before, after, scope);
		return true;
	}

	/** Asks which scope. Undefined when the person backs out; null for clearing the mark. */
	async pickScope(entry: TableEntry): Promise<Scope | null | undefined> {
		const scopes = SCOPES.map((scope) => ({
			label: `${scopeCodicon(scope)} ${scopeWord(scope)}`,
			detail: scopeMeaning(scope),
			description: scope === entry.tenancy.scope ? vscode.l10n.t("now") : "",
			scope: scope as Scope | null,
		}));
		const clear = {
			label: `$(discard) ${vscode.l10n.t("Clear the mark")}`,
			detail: vscode.l10n.t("Let what the SQL says decide again."),
			description: "",
			scope: null,
		};
		const items = entry.tenancy.override === "config" ? [...scopes, clear] : scopes;
		const picked = await vscode.window.showQuickPick(items, {
			title: vscode.l10n.t("Whose data does {0} hold?", entry.key),
			placeHolder: sentenceText(entry.tenancy.reason),
		});
		return picked?.scope;
	}

	async #offerUndo(
		entry: TableEntry,
		uri: vscode.Uri,
		before: string | null,
		after: string,
		scope: Scope | null,
	): Promise<void> {
		const done =
			scope === null
				? vscode.l10n.t("Cleared the mark of {0} in {1}.", entry.key, CONFIG_FILE)
				: vscode.l10n.t("Marked {0} as {1} in {2}.", entry.key, scopeWord(scope), CONFIG_FILE);
		const undo = vscode.l10n.t("Undo");
		const open = vscode.l10n.t("Open File");
		const answer = await vscode.window.showInformationMessage(done, undo, open);
		if (answer === open) await vscode.window.showTextDocument(uri);
		if (answer !== undo) return;
		// Somebody may have gone on editing since: their work is not ours to throw away.
		if ((await textOf(uri)) !== after) {
			void vscode.window.showWarningMessage(
				vscode.l10n.t("{0} has changed since, so nothing was undone. Undo it in the editor.", CONFIG_FILE),
			);
			return;
		}
		await write(uri, after, before);
		await entry.folder.refreshFile(uri);
	}
}
