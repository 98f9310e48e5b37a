import * as vscode from "vscode";
import { WorkspaceAnalysis } from "./host/analysis/workspace-analysis";
import { createApi, type ExtensionApi } from "./host/api";
import { registerCommands } from "./host/commands/commands";
import { DiagramExporter } from "./host/commands/export-diagram";
import { TableMarks } from "./host/commands/mark-table";
import { registerFeatures } from "./host/features";
import { LayoutStore } from "./host/features/layout-file";
import { Proofs } from "./host/prove/proofs";
import type { Services } from "./host/services";

/** Builds the services and registers the features; nothing is read and no parser loaded before one of them is used. */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
	const log = vscode.window.createOutputChannel("Tenancy", { log: true });
	const workspace = new WorkspaceAnalysis(log);
	const layout = new LayoutStore();
	const proofs = new Proofs();
	const exporter = new DiagramExporter(context.extensionUri, layout);
	const services: Services = { context, log, workspace, layout, marks: new TableMarks(), exporter, proofs };
	const { panel, tables, disposables } = registerFeatures(services);
	context.subscriptions.push(log, workspace, layout, proofs, ...disposables, ...registerCommands(services, panel));
	return createApi(services, tables);
}
