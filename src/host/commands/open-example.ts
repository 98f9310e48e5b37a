import * as vscode from "vscode";

/** Copies an example workspace out of the extension, so that it can be changed, and opens the copy in a new window. */
export async function openExample(context: vscode.ExtensionContext): Promise<void> {
	const examples = [
		{
			label: vscode.l10n.t("A sound product"),
			detail: vscode.l10n.t("Row-level security on every table that holds tenants' data"),
			folder: "sound",
		},
		{
			label: vscode.l10n.t("A leaky product"),
			detail: vscode.l10n.t("The same kind of product with the mistakes that let tenants see each other"),
			folder: "leaky",
		},
		{
			label: vscode.l10n.t("A single-tenant shop"),
			detail: vscode.l10n.t("No tenants yet: where the way to multi-tenancy starts"),
			folder: "single-tenant",
		},
		{
			label: vscode.l10n.t("A schema for each tenant"),
			detail: vscode.l10n.t("Tenants kept apart by PostgreSQL schemas"),
			folder: "schema-per-tenant",
		},
	];
	const picked = await vscode.window.showQuickPick(examples, { placeHolder: vscode.l10n.t("Open which example?") });
	if (!picked) return;
	const copy = vscode.Uri.joinPath(context.globalStorageUri, "examples", picked.folder);
	await vscode.workspace.fs.copy(vscode.Uri.joinPath(context.extensionUri, "examples", picked.folder), copy, {
		overwrite: true,
	});
	await vscode.commands.executeCommand("vscode.openFolder", copy, { forceNewWindow: true });
}
