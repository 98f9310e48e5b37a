import type * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { placeOf } from "../../core/text/line-index";
import type { Location, Problem } from "../../core/text/span";
import { type DatabaseEntry, databasesOf } from "../adapters/databases";
import { diagnosticMessage } from "../adapters/diagnostics";
import { rangeOf } from "../adapters/ranges";
import type { WorkspaceAnalysis } from "../analysis/workspace-analysis";

/** What a diagnostic of ours was made from, as the analysis has it now. */
export interface Reported {
	readonly entry: DatabaseEntry;
	/** As a `tenancy-ignore` comment names it. */
	readonly rule: string;
	readonly location: Location;
	/** Null for what reading the SQL reported. */
	readonly finding: Finding | null;
}

/** Whether two analyses found the same thing, wherever it stands by now. */
export function isSameFinding(a: Finding, b: Finding): boolean {
	return a.rule === b.rule && a.table === b.table && a.message === b.message;
}

/**
 * What a diagnostic reports. Diagnostics come some time after the analysis and move with what is typed, so the rule and its
 * words decide, and the place only between several of those. Null where the analysis has no such thing any more.
 */
export function reportedBy(
	workspace: WorkspaceAnalysis,
	document: vscode.TextDocument,
	diagnostic: vscode.Diagnostic,
): Reported | null {
	const path = workspace.folderOf(document.uri)?.pathOf(document.uri);
	if (diagnostic.source !== "tenancy" || !path) return null;
	const { code } = diagnostic;
	const candidates = databasesOf(workspace)
		.filter(
			({ folder, database }) => folder.uriOf(path).toString() === document.uri.toString() && database.indexes.has(path),
		)
		.flatMap((entry): Reported[] =>
			typeof code === "object"
				? findingsLike(entry, String(code.value), diagnostic.message)
				: problemsLike(entry, code as Problem["kind"], diagnostic.message),
		)
		.filter(({ location }) => location.file === path);
	const distance = ({ entry, location }: Reported) => {
		const index = entry.database.indexes.get(path);
		return index ? Math.abs(rangeOf(placeOf(location, index)).start.line - diagnostic.range.start.line) : Infinity;
	};
	return candidates.sort((a, b) => distance(a) - distance(b))[0] ?? null;
}

function findingsLike(entry: DatabaseEntry, rule: string, message: string): Reported[] {
	return entry.database.findings
		.filter((finding) => finding.rule === rule && diagnosticMessage(finding) === message)
		.map((finding) => ({ entry, rule, location: finding.location, finding }));
}

function problemsLike(entry: DatabaseEntry, kind: Problem["kind"], message: string): Reported[] {
	return entry.database.problems
		.filter((problem) => problem.kind === kind && problem.message === message)
		.map(({ location }) => ({ entry, rule: `sql-${kind}`, location, finding: null }));
}
