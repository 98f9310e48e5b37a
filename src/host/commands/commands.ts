import * as vscode from "vscode";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import type { Scope } from "../../core/tenancy/scope";
import { mayWrite } from "../adapters/config-text";
import { databasesOf, isTableRef, refOf } from "../adapters/databases";
import { openPlace } from "../adapters/open-place";
import { placeOfTable } from "../adapters/ranges";
import type { DiagramPanel } from "../features/diagram-panel";
import { proveIsolation } from "../prove/prove-command";
import { saveIsolationTests } from "../prove/save-tests";
import type { Services } from "../services";
import { REPORT_VIEW_TYPE } from "../wizard/report-panel";
import { StrategyWizard } from "../wizard/strategy-wizard";
import { isExportRequest } from "./export-diagram";
import { registerFixCommands } from "./fix-commands";
import { openExample } from "./open-example";
import { tableFrom } from "./pick-table";

const WALKTHROUGH = "tenancy.tenancy#tenancy.firstSteps";

/** Registers every command that package.json contributes, and those that only code calls. */
export function registerCommands(services: Services, panel: DiagramPanel): vscode.Disposable[] {
	const { workspace, marks, exporter, context } = services;
	const command = (id: string, run: (...args: unknown[]) => unknown) => vscode.commands.registerCommand(id, run);

	const mark = (id: string, scope: Scope | null) =>
		command(id, async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Which table?"));
			return entry ? marks.mark(entry, scope) : false;
		});

	const wizard = new StrategyWizard(services);

	return [
		...registerFixCommands(services),
		wizard,
		vscode.window.registerWebviewPanelSerializer(REPORT_VIEW_TYPE, {
			deserializeWebviewPanel: (restored, state) => wizard.restore(restored, state),
		}),
		command("tenancy.proveIsolation", (argument) => prove(argument, false)),
		command("tenancy.proveIsolationOnServer", (argument) => prove(argument, true)),
		command("tenancy.saveIsolationTests", (argument) => saveIsolationTests(services, argument)),
		command("tenancy.chooseStrategy", (argument) => wizard.choose(argument)),
		command("tenancy.openDiagram", (argument) => panel.open(isTableRef(argument) ? argument : undefined)),
		command("tenancy.showInDiagram", async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Show which table in the diagram?"));
			if (entry) panel.open(refOf(entry));
		}),
		command("tenancy.refresh", () => Promise.all(workspace.folders.map((folder) => folder.reload()))),
		command("tenancy.goToTable", async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Go to which table?"));
			if (entry) await openPlace(entry.folder, placeOfTable(entry));
		}),
		command("tenancy.markTable", async (argument) => {
			const entry = await tableFrom(services, argument, vscode.l10n.t("Mark which table?"));
			const scope = entry && (await marks.pickScope(entry));
			return entry && scope !== undefined ? marks.mark(entry, scope) : false;
		}),
		mark("tenancy.markShared", "shared"),
		mark("tenancy.markScoped", "tenant-scoped"),
		mark("tenancy.markRoot", "tenant-root"),
		mark("tenancy.clearMark", null),
		command("tenancy.exportDiagram", async (request) => {
			await workspace.ensureAll();
			const entry = panel.current();
			if (entry && isExportRequest(request))
				await exporter.write(entry, request.format, vscode.Uri.parse(request.file), null, null);
			else if (entry) await exporter.ask(entry);
			else
				void vscode.window.showInformationMessage(
					vscode.l10n.t("There is no diagram yet: this workspace has no SQL that creates tables."),
				);
		}),
		command("tenancy.openConfig", () => openConfig()),
		command("tenancy.showProblems", () => vscode.commands.executeCommand("workbench.actions.view.problems")),
		command("tenancy.openWalkthrough", () =>
			vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false),
		),
		command("tenancy.openExample", () => openExample(context)),
		// From a CodeLens, which can only carry plain data.
		command("tenancy.showReferences", (uri, position, locations) =>
			vscode.commands.executeCommand("editor.action.showReferences", uri, position, locations),
		),
	];

	async function prove(argument: unknown, onServer: boolean): Promise<void> {
		const entry = await proveIsolation(services, argument, onServer);
		if (entry) await panel.openProof(entry);
	}

	/** Of the folder of the active editor, else of the first; makes it where there is none. */
	async function openConfig(): Promise<void> {
		const active = vscode.window.activeTextEditor;
		const folder =
			(active && workspace.folderOf(active.document.uri)) ?? databasesOf(workspace)[0]?.folder ?? workspace.folders[0];
		if (!folder) {
			void vscode.window.showInformationMessage(
				vscode.l10n.t("Open a folder first: {0} lies at its root.", CONFIG_FILE),
			);
			return;
		}
		const uri = folder.uriOf(CONFIG_FILE);
		const exists = await vscode.workspace.fs.stat(uri).then(
			() => true,
			() => false,
		);
		if (!exists) {
			if (!(await mayWrite())) return;
			await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode('{\n  "tables": {}\n}\n'));
		}
		await vscode.window.showTextDocument(uri);
	}
}
