import * as vscode from "vscode";
import type { DatabaseAnalysis } from "../../core/analyze";
import { isDescribed, type Way, waysAt } from "../../core/fix/ways";
import type { Remedy } from "../../core/rules/base/remedy";
import { isUnprotected, lacksTenantColumn } from "../../core/tenancy/protection";
import { type DatabaseEntry, databasesOf, refOf, type TableEntry, tablesOf } from "../adapters/databases";
import { locationOf } from "../adapters/ranges";
import { SQL_DOCUMENTS } from "../adapters/sql-documents";
import { appliedOf, needsPreview } from "../fixes/apply-fix";
import { type Reported, reportedBy } from "../fixes/find-finding";
import { fixFile } from "../fixes/fix-file";
import { ignoreComment, ignoreInConfig, mayComment, removeComment } from "../fixes/ignore";
import { placeSteps } from "../fixes/place-steps";
import { fixEdit, refuse } from "../fixes/workspace-edit";
import type { Services } from "../services";

const { QuickFix, RefactorRewrite, SourceFixAll } = vscode.CodeActionKind;
const FIX_ALL = SourceFixAll.append("tenancy");

/** An action whose change is made when somebody chooses it. */
class LazyAction extends vscode.CodeAction {
	constructor(
		title: string,
		kind: vscode.CodeActionKind,
		readonly complete: (action: vscode.CodeAction) => void | Promise<void>,
	) {
		super(title, kind);
	}
}

/** The lightbulb: what mends a problem, what silences it, and what can be done with the table at the cursor. */
class TenancyCodeActions implements vscode.CodeActionProvider {
	constructor(private readonly services: Services) {}

	async provideCodeActions(
		document: vscode.TextDocument,
		range: vscode.Range,
		{ diagnostics, only }: vscode.CodeActionContext,
		token: vscode.CancellationToken,
	): Promise<vscode.CodeAction[]> {
		const { workspace } = this.services;
		const folder = workspace.folderOf(document.uri);
		if (!vscode.workspace.isTrusted || !folder) return [];
		await folder.ensure();
		const path = folder.pathOf(document.uri);
		if (token.isCancellationRequested || path === null) return [];
		const entries = databasesOf(workspace).filter(
			(entry) => entry.folder === folder && entry.database.indexes.has(path),
		);
		if (only?.contains(FIX_ALL))
			return entries.filter(({ database }) => isDescribed(database)).flatMap((entry) => fixAll(entry, path));
		const actions: vscode.CodeAction[] = [];
		if (!only || only.contains(QuickFix)) actions.push(...this.#quickFixes(document, diagnostics));
		if (!only || only.contains(RefactorRewrite))
			actions.push(...entries.flatMap((entry) => rewrites(entry, document, range)));
		return actions;
	}

	async resolveCodeAction(action: vscode.CodeAction): Promise<vscode.CodeAction> {
		if (action instanceof LazyAction) await action.complete(action);
		return action;
	}

	/** One for each change, however many of the problems at the cursor it mends. */
	#quickFixes(document: vscode.TextDocument, diagnostics: readonly vscode.Diagnostic[]): vscode.CodeAction[] {
		const byTitle = new Map<string, vscode.CodeAction>();
		const silencing: vscode.CodeAction[] = [];
		for (const diagnostic of diagnostics) {
			const reported = reportedBy(this.services.workspace, document, diagnostic);
			if (!reported) continue;
			for (const action of remedyActions(document, reported)) {
				const known = byTitle.get(action.title);
				if (known) known.diagnostics = [...(known.diagnostics ?? []), diagnostic];
				else byTitle.set(action.title, Object.assign(action, { diagnostics: [diagnostic] }));
			}
			for (const action of silencingActions(document, reported))
				silencing.push(Object.assign(action, { diagnostics: [diagnostic] }));
		}
		return [...byTitle.values(), ...silencing];
	}
}

function remedyActions(document: vscode.TextDocument, reported: Reported): vscode.CodeAction[] {
	const { entry, finding } = reported;
	return (finding?.remedies() ?? []).flatMap((remedy, order) =>
		waysToPlace(reported).map((way, place) => {
			const action = new LazyAction(titled(remedy.title, way, entry.database), QuickFix, (chosen) =>
				complete(chosen, document, entry, remedy, way),
			);
			action.isPreferred = order === 0 && place === 0 && remedy.automatic;
			return action;
		}),
	);
}

/** Where a fix may go, the better one first. */
function waysToPlace({ entry: { database }, location, finding }: Reported): readonly Way[] {
	const table = database.model.tables.get(finding?.table ?? "")?.location ?? location;
	return waysAt(database, [location.file, table.file]);
}

/** What is done, and where, if that isn't plain from the file that is open. */
function titled(title: string, way: Way, database: DatabaseAnalysis): string {
	if (way === "new-migration") return vscode.l10n.t("{0} (in a new migration)", title);
	return isDescribed(database) ? title : vscode.l10n.t("{0} (here, if this has not run yet)", title);
}

async function complete(
	action: vscode.CodeAction,
	document: vscode.TextDocument,
	entry: DatabaseEntry,
	remedy: Remedy,
	way: Way,
): Promise<void> {
	const fix = await placeSteps(entry, remedy, way);
	const touchesOthers = fix.edits.some(({ file }) => entry.folder.uriOf(file).toString() !== document.uri.toString());
	const result = await fixEdit(entry, fix, touchesOthers || needsPreview(fix));
	if ("changed" in result) return refuse(entry, result.changed);
	action.edit = result.edit;
	const applied = appliedOf(entry, fix);
	if (applied.created.length > 0 || applied.note !== null)
		action.command = { command: "tenancy.showFix", title: action.title, arguments: [refOfDatabase(entry), applied] };
}

function refOfDatabase({ folder, database }: DatabaseEntry): { readonly folder: string; readonly database: string } {
	return { folder: folder.folder.uri.toString(), database: database.path };
}

function silencingActions(document: vscode.TextDocument, reported: Reported): vscode.CodeAction[] {
	const { rule, finding } = reported;
	if (rule === "ignore-unused")
		return [
			new LazyAction(vscode.l10n.t("Remove the comment"), QuickFix, (action) => {
				action.edit = removeComment(document, reported);
			}),
		];
	// What PostgreSQL rejects is no matter of opinion.
	if (rule === "sql-syntax") return [];
	const actions: vscode.CodeAction[] = [];
	if (mayComment(reported))
		actions.push(
			new LazyAction(vscode.l10n.t("Ignore {0} here: …", rule), QuickFix, (action) => {
				action.edit = ignoreComment(document, reported);
			}),
		);
	const table = finding?.table;
	if (table)
		actions.push(
			new LazyAction(
				vscode.l10n.t("Ignore {0} for {1} in tenancy.config.json", rule, table),
				QuickFix,
				async (action) => {
					action.edit = await ignoreInConfig(reported, table);
				},
			),
		);
	return actions;
}

/** What needs no decision, all at once, where the outcome stays in this file: then it may happen on every save. */
function fixAll(entry: DatabaseEntry, path: string): vscode.CodeAction[] {
	const isOurs = ({ location, remedies }: (typeof entry.database.findings)[number]) =>
		location.file === path && remedies().some(({ automatic }) => automatic);
	if (!entry.database.findings.some(isOurs)) return [];
	return [
		new LazyAction(vscode.l10n.t("Fix all tenancy problems that need no decision"), FIX_ALL, async (action) => {
			const fix = await fixFile(entry, path);
			const result = fix && (await fixEdit(entry, fix, false));
			if (result && "edit" in result) action.edit = result.edit;
		}),
	];
}

function rewrites(entry: DatabaseEntry, document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
	const isHere = ({ folder, database, table }: TableEntry) => {
		const { uri, range: statement } = locationOf(folder, database, table.location);
		return uri.toString() === document.uri.toString() && statement.intersection(range) !== undefined;
	};
	const action = (title: string, command: string, argument: unknown) =>
		Object.assign(new vscode.CodeAction(title, RefactorRewrite), {
			command: { command, title, arguments: [argument] },
		});
	return tablesOf(entry)
		.filter(isHere)
		.flatMap(({ table, tenancy, ...where }) => {
			const { name } = table;
			const ref = refOf(where);
			if (lacksTenantColumn(tenancy, entry.database.tenancy.mode))
				return [action(vscode.l10n.t("Make {0} tenant-scoped", name), "tenancy.makeTenantScoped", ref)];
			if (!isUnprotected(table, tenancy)) return [];
			return [
				action(vscode.l10n.t("Protect {0} with row-level security", name), "tenancy.protectTable", ref),
				action(vscode.l10n.t("Protect all tables of tenants"), "tenancy.protectAll", ref),
			];
		});
}

export function registerCodeActions(services: Services): vscode.Disposable {
	return vscode.languages.registerCodeActionsProvider(SQL_DOCUMENTS, new TenancyCodeActions(services), {
		providedCodeActionKinds: [QuickFix, RefactorRewrite, FIX_ALL],
	});
}
