import * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { CONFIG_FILE } from "../../core/tenancy/config-file";
import { LineIndex, placeOf } from "../../core/text/line-index";
import type { Problem } from "../../core/text/span";
import { inBatches } from "../adapters/diagnostic-batches";
import { diagnosticOf, SEVERITIES } from "../adapters/diagnostics";
import { rangeOf } from "../adapters/ranges";
import type { FolderAnalysis } from "../analysis/folder-analysis";
import type { Services } from "../services";

/** How long after an analysis its problems are shown, in milliseconds; what comes meanwhile is in them. */
const AFTER_ANALYSIS = 200;

/** What is wrong in the SQL, in the config file, and which files were not read, in the Problems view. */
export function registerDiagnostics({ workspace, context }: Services): vscode.Disposable {
	const collection = vscode.languages.createDiagnosticCollection("tenancy");
	/** By folder: the files that its last analysis said something of. */
	const reported = new Map<string, readonly vscode.Uri[]>();
	const timers = new Map<string, NodeJS.Timeout>();
	/** All files of a folder in as few messages as it takes, those that nothing is said of any more first. */
	const report = (key: string, byFile: ReadonlyMap<string, [vscode.Uri, vscode.Diagnostic[]]>) => {
		const gone = (reported.get(key) ?? []).filter((uri) => !byFile.has(uri.toString()));
		const entries = [...gone.map((uri): [vscode.Uri, undefined] => [uri, undefined]), ...byFile.values()];
		for (const batch of inBatches(entries)) collection.set(batch);
		reported.set(
			key,
			[...byFile.values()].map(([uri]) => uri),
		);
	};
	const update = (folder: FolderAnalysis) => {
		if (folder.status !== "ready") return;
		const enabled = vscode.workspace.getConfiguration("tenancy", folder.folder).get("diagnostics.enabled", true);
		const found = enabled ? diagnosticsOf(folder, context.extensionUri) : [];
		report(
			folder.folder.uri.toString(),
			new Map(
				[...found].map(([path, diagnostics]) => {
					const uri = folder.uriOf(path);
					return [uri.toString(), [uri, diagnostics]];
				}),
			),
		);
	};
	/** The picture goes first: VS Code takes a while to show thousands of problems. */
	const updateSoon = (folder: FolderAnalysis) => {
		const key = folder.folder.uri.toString();
		if (folder.status !== "ready" || timers.has(key)) return;
		timers.set(
			key,
			setTimeout(() => {
				timers.delete(key);
				if (workspace.folders.includes(folder)) update(folder);
			}, AFTER_ANALYSIS),
		);
	};
	return vscode.Disposable.from(
		collection,
		workspace.onDidChangeAnalysis(updateSoon),
		workspace.onDidChangeFolders(() => {
			const kept = new Set(workspace.folders.map(({ folder }) => folder.uri.toString()));
			for (const key of [...reported.keys()]) if (!kept.has(key)) report(key, new Map());
		}),
		vscode.workspace.onDidChangeConfiguration((event) => {
			if (event.affectsConfiguration("tenancy.diagnostics")) for (const folder of workspace.folders) update(folder);
		}),
		new vscode.Disposable(() => timers.forEach(clearTimeout)),
	);
}

function diagnosticsOf(folder: FolderAnalysis, extensionUri: vscode.Uri): Map<string, vscode.Diagnostic[]> {
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
	const addFinding = (finding: Finding, index: LineIndex) => {
		const { location, message, rule } = finding;
		const key = JSON.stringify([location, rule, message]);
		if (seen.has(key)) return;
		seen.add(key);
		const diagnostic = diagnosticOf(finding, index, extensionUri);
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
