import * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { databasesOf } from "../adapters/databases";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import { ignoreInConfig, removeComment } from "../fixes/ignore";
import type { Services } from "../services";
import { QUERY_DOCUMENTS } from "./documents";
import { findingOf } from "./find";

const { QuickFix } = vscode.CodeActionKind;

/** The lightbulb at a query: what mends it, and what silences the rule. All of it changes the text that is open, so undo takes it back. */
class QueryCodeActions implements vscode.CodeActionProvider {
	constructor(private readonly services: Services) {}

	async provideCodeActions(
		document: vscode.TextDocument,
		_: vscode.Range,
		{ diagnostics, only }: vscode.CodeActionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.CodeAction[]> {
		const ours = diagnostics.filter(({ source }) => source === "tenancy");
		const folder = this.services.workspace.folderOf(document.uri);
		if (ours.length === 0 || !folder || !vscode.workspace.isTrusted || (only && !only.contains(QuickFix))) return [];
		await folder.ensure();
		const found = folder.checkQueries(document);
		if (token.isCancellationRequested || !found) return [];
		const mending: vscode.CodeAction[] = [];
		const silencing: vscode.CodeAction[] = [];
		for (const diagnostic of ours) {
			const finding = findingOf(found, diagnostic);
			if (!finding) continue;
			const about = (action: vscode.CodeAction) => Object.assign(action, { diagnostics: [diagnostic] });
			mending.push(...remedies(document, finding).map(about));
			silencing.push(...(await this.#silencing(document, folder, finding)).map(about));
		}
		return [...mending, ...silencing];
	}

	async #silencing(
		document: vscode.TextDocument,
		folder: FolderAnalysis,
		finding: Finding,
	): Promise<vscode.CodeAction[]> {
		const { rule, table } = finding;
		if (rule === "ignore-unused")
			return [action(vscode.l10n.t("Remove the comment"), removeComment(document, finding))];
		const comment = await ignoreAbove(document, folder, finding);
		const actions = comment ? [action(vscode.l10n.t("Ignore {0} here: …", rule), comment)] : [];
		const entries = databasesOf(this.services.workspace).filter(
			(entry) => entry.folder === folder && table !== null && entry.database.model.tables.has(table),
		);
		// With several databases that have such a table, the file doesn't say which one its query is for.
		const [entry, ...others] = entries;
		if (entry && others.length === 0 && table !== null)
			actions.push(
				action(
					vscode.l10n.t("Ignore {0} for {1} in tenancy.config.json", rule, table),
					await ignoreInConfig({ entry, rule }, table),
				),
			);
		return actions;
	}
}

function action(title: string, edit: vscode.WorkspaceEdit): vscode.CodeAction {
	return Object.assign(new vscode.CodeAction(title, QuickFix), { edit });
}

function remedies(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
	return finding.remedies().flatMap(({ title, edits = [], automatic }, order) => {
		if (edits.length === 0) return [];
		const edit = new vscode.WorkspaceEdit();
		for (const { span, newText } of edits)
			edit.replace(
				document.uri,
				new vscode.Range(document.positionAt(span.start), document.positionAt(span.end)),
				newText,
			);
		return [Object.assign(action(title, edit), { isPreferred: order === 0 && automatic })];
	});
}

/** A comment in the language that the query stands in, with the reason to be typed over. */
async function ignoreAbove(
	document: vscode.TextDocument,
	folder: FolderAnalysis,
	finding: Finding,
): Promise<vscode.WorkspaceEdit | null> {
	const place = await folder.commentPlace(document, finding);
	if (!place) return null;
	// VS Code indents what follows a line break in a snippet like the line that it is put into.
	const text = new vscode.SnippetString(place.isWithinLine ? "\n" : "")
		.appendText(`${place.opening}tenancy-ignore ${finding.rule}: `)
		.appendPlaceholder(vscode.l10n.t("why"))
		.appendText(`${place.closing}\n`);
	const edit = new vscode.WorkspaceEdit();
	edit.set(document.uri, [vscode.SnippetTextEdit.insert(document.positionAt(place.offset), text)]);
	return edit;
}

export function registerQueryCodeActions(services: Services): vscode.Disposable {
	return vscode.languages.registerCodeActionsProvider(QUERY_DOCUMENTS, new QueryCodeActions(services), {
		providedCodeActionKinds: [QuickFix],
	});
}
