import type * as vscode from "vscode";
import type { WorkspaceAnalysis } from "./analysis/workspace-analysis";
import type { DiagramExporter } from "./commands/export-diagram";
import type { TableMarks } from "./commands/mark-table";
import type { LayoutStore } from "./features/layout-file";
import type { Proofs } from "./prove/proofs";

/** What features share; made once, at activation. */
export interface Services {
	readonly context: vscode.ExtensionContext;
	readonly log: vscode.LogOutputChannel;
	readonly workspace: WorkspaceAnalysis;
	readonly layout: LayoutStore;
	readonly marks: TableMarks;
	readonly exporter: DiagramExporter;
	readonly proofs: Proofs;
}
