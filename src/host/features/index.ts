import * as vscode from "vscode";
import { registerQueryCodeActions } from "../queries/code-actions";
import { registerQueryDiagnostics } from "../queries/diagnostics";
import { registerQueryHover } from "../queries/hover";
import type { Services } from "../services";
import { registerCodeActions } from "./code-actions";
import { registerCodeLens } from "./code-lens";
import { registerDiagnostics } from "./diagnostics";
import { DIAGRAM_VIEW_TYPE, DiagramPanel } from "./diagram-panel";
import { registerHover } from "./hover";
import { registerNavigation } from "./navigation";
import { startWhereConfigured } from "./start-where-configured";
import { registerStatusBar } from "./status-bar";
import { registerSymbols } from "./symbols";
import { registerTablesView, type TablesView } from "./tables-view";

interface Features {
	readonly panel: DiagramPanel;
	readonly tables: TablesView;
	readonly disposables: readonly vscode.Disposable[];
}

export function registerFeatures(services: Services): Features {
	const panel = new DiagramPanel(services);
	const serializer: vscode.WebviewPanelSerializer = {
		async deserializeWebviewPanel(restored) {
			panel.adopt(restored);
		},
	};
	const { view, disposable } = registerTablesView(services);
	return {
		panel,
		tables: view,
		disposables: [
			panel,
			vscode.window.registerWebviewPanelSerializer(DIAGRAM_VIEW_TYPE, serializer),
			disposable,
			registerStatusBar(services),
			registerDiagnostics(services),
			registerQueryDiagnostics(services),
			registerCodeActions(services),
			registerQueryCodeActions(services),
			registerCodeLens(services),
			registerHover(services),
			registerQueryHover(services),
			registerNavigation(services),
			registerSymbols(services),
			startWhereConfigured(services),
		],
	};
}
