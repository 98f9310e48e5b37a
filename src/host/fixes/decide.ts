import * as vscode from "vscode";
import type { Remedy } from "../../core/rules/base/remedy";
import type { Finding } from "../../core/rules/base/rule";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { configDatabase, mayWrite, textOf, write } from "../adapters/config-text";
import { type DatabaseEntry, databasesOf } from "../adapters/databases";
import type { Services } from "../services";

/**
 * Which remedy a person takes: the only one that needs no decision, else what they pick. Null where there is none, which is
 * said; undefined where they back out.
 */
export async function chooseRemedy(finding: Finding): Promise<Remedy | null | undefined> {
	const remedies = finding.remedies();
	const [first] = remedies;
	if (!first) {
		void vscode.window.showInformationMessage(
			vscode.l10n.t("There is no change that surely mends this. {0}", finding.help),
		);
		return null;
	}
	if (remedies.length === 1 && first.automatic) return first;
	const items = remedies.map((remedy) => ({
		label: remedy.title,
		description: remedy.automatic ? vscode.l10n.t("changes nothing that the application may do") : "",
		remedy,
	}));
	const picked = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t("How should this be fixed?"),
		placeHolder: finding.message,
	});
	return picked?.remedy;
}

/**
 * Asks which role the application connects as, and keeps the answer in `tenancy.config.json`.
 *
 * @returns the database as it is with the answer; undefined where the person backs out
 */
export async function chooseRole(services: Services, entry: DatabaseEntry): Promise<DatabaseEntry | undefined> {
	const other = vscode.l10n.t("Another role…");
	const everybody = vscode.l10n.t("Every role");
	const items: vscode.QuickPickItem[] = [
		...[...entry.database.model.roles.keys()].map((role) => ({ label: role })),
		{ label: other, detail: vscode.l10n.t("One that these files don't create") },
		{ label: everybody, detail: vscode.l10n.t("The policy names no role, and is asked again next time") },
	];
	const picked = await vscode.window.showQuickPick(items, {
		title: vscode.l10n.t("Which role does the application connect as?"),
		placeHolder: vscode.l10n.t("Policies are for this role. The answer is kept in {0}.", CONFIG_FILE),
	});
	if (!picked) return undefined;
	if (picked.label === everybody) return entry;
	const role =
		picked.label === other
			? await vscode.window.showInputBox({
					title: vscode.l10n.t("The application's database role"),
					placeHolder: "app_user",
					validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("Type the role's name.") : null),
				})
			: picked.label;
	if (!role || !(await mayWrite())) return undefined;
	const { writeConfig } = await import("../../core/tenancy/write-config");
	const uri = entry.folder.uriOf(CONFIG_FILE);
	const before = await textOf(uri);
	const after = writeConfig(before, ["applicationRoles"], [role.trim()], configDatabase(entry));
	if (!(await write(uri, before, after))) {
		void vscode.window.showErrorMessage(vscode.l10n.t("{0} could not be changed. Is it read-only?", CONFIG_FILE));
		return undefined;
	}
	await entry.folder.refreshFile(uri);
	return databasesOf(services.workspace).find(({ id }) => id === entry.id);
}
