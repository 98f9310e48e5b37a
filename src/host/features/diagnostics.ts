import * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { LineIndex, placeOf } from "../../core/text/line-index";
import type { Problem } from "../../core/text/span";
import { rangeOf } from "../adapters/ranges";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import type { Services } from "../services";

const SEVERITIES = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	info: vscode.DiagnosticSeverity.Information,
	hint: vscode.DiagnosticSeverity.Hint,
} as const;

/** What is wrong in the SQL, in the config file, and which files were not read, in the Problems view. */
export function registerDiagnostics({ workspace, context }: Services): vscode.Disposable {
	const collection = vscode.languages.createDiagnosticCollection("tenancy");
	/** By folder: the files that its last analysis said something of. */
	const reported = new Map<string, readonly vscode.Uri[]>();
	const clear = (key: string) => {
		for (const uri of reported.get(key) ?? []) collection.delete(uri);
		reported.delete(key);
	};
	const update = (folder: FolderAnalysis) => {
		if (folder.status !== "ready") return;
		const key = folder.folder.uri.toString();
		clear(key);
		const enabled = vscode.workspace.getConfiguration("tenancy", folder.folder).get("diagnostics.enabled", true);
		if (!enabled) return;
		const byFile = diagnosticsOf(folder, (rule) =>
			vscode.Uri.joinPath(context.extensionUri, "docs", "rules", `${rule}.md`),
		);
		for (const [path, diagnostics] of byFile) collection.set(folder.uriOf(path), diagnostics);
		reported.set(
			key,
			[...byFile.keys()].map((path) => folder.uriOf(path)),
		);
	};
	return vscode.Disposable.from(
		collection,
		workspace.onDidChangeAnalysis(update),
		workspace.onDidChangeFolders(() => {
			const kept = new Set(workspace.folders.map(({ folder }) => folder.uri.toString()));
			for (const key of [...reported.keys()]) if (!kept.has(key)) clear(key);
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration("tenancy.diagnostics")) for (const folder of workspace.folders) update(folder);
		}),
	);
}

function diagnosticsOf(
	folder: FolderAnalysis,
	rulePage: (rule: string) => vscode.Uri,
): Map<string, vscode.Diagnostic[]> {
	const byFile = new Map<string, vscode.Diagnostic[]>();
	const seen = new Set<string>();
	const add = ({ location, message, kind, severity }: Problem, index: LineIndex) => {
		// A file that belongs to two databases is still wrong only once.
		const key = JSON.stringify([location, message]);
		if (seen.has(key)) return;
		seen.add(key);
		const diagnostic = new vscode.Diagnostic(rangeOf(placeOf(location, index)), message, SEVERITIES[severity]);
		diagnostic.source = "tenancy";
		diagnostic.code = kind;
		byFile.set(location.file, [...(byFile.get(location.file) ?? []), diagnostic]);
	};
	const addFinding = ({ location, message, help, rule, severity }: Finding, index: LineIndex) => {
		const key = JSON.stringify([location, rule, message]);
		if (seen.has(key)) return;
		seen.add(key);
		const range = rangeOf(placeOf(location, index));
		const diagnostic = new vscode.Diagnostic(range, `${message} ${help}`, SEVERITIES[severity]);
		diagnostic.source = "tenancy";
		diagnostic.code = { value: rule, target: rulePage(rule) };
		byFile.set(location.file, [...(byFile.get(location.file) ?? []), diagnostic]);
	};
	for (const database of folder.analysis?.databases ?? []) {
		for (const problem of database.problems) {
			const index = database.indexes.get(problem.location.file);
			if (index) add(problem, index);
		}
		for (const finding of database.findings) {
			const index = database.indexes.get(finding.location.file);
			if (index) addFinding(finding, index);
		}
	}
	const configIndex = new LineIndex(folder.configText ?? "");
	for (const problem of folder.analysis?.configProblems ?? [])
		if (problem.location.file === CONFIG_FILE) add(problem, configIndex);
	for (const { path, size } of folder.skipped) {
		const message = vscode.l10n.t(
			"This file has {0} MB and was not read, as tenancy.files.maxSizeMB allows less. A dump without data (pg_dump --schema-only) is enough; or raise the setting.",
			Math.round(size / 1024 / 1024),
		);
		add(
			{ location: { file: path, span: { start: 0, end: 0 } }, message, kind: "unsupported", severity: "info" },
			new LineIndex(""),
		);
	}
	return byFile;
}
