import * as vscode from "vscode";
import type { Finding } from "../../core/rules/base/rule";
import { type LineIndex, placeOf } from "../../core/text/line-index";
import { rangeOf } from "./ranges";

export const SEVERITIES = {
	error: vscode.DiagnosticSeverity.Error,
	warning: vscode.DiagnosticSeverity.Warning,
	info: vscode.DiagnosticSeverity.Information,
	hint: vscode.DiagnosticSeverity.Hint,
} as const;

export function diagnosticMessage({ message, help }: Pick<Finding, "message" | "help">): string {
	return `${message} ${help}`;
}

/** The page of a rule, as it ships with the extension. */
export function rulePage(extensionUri: vscode.Uri, rule: string): vscode.Uri {
	return vscode.Uri.joinPath(extensionUri, "docs", "rules", `${rule}.md`);
}

/** A finding as a problem, whose code opens the rule's page. */
export function diagnosticOf(finding: Finding, index: LineIndex, extensionUri: vscode.Uri): vscode.Diagnostic {
	const range = rangeOf(placeOf(finding.location, index));
	const diagnostic = new vscode.Diagnostic(range, diagnosticMessage(finding), SEVERITIES[finding.severity]);
	diagnostic.source = "tenancy";
	diagnostic.code = { value: finding.rule, target: rulePage(extensionUri, finding.rule) };
	return diagnostic;
}
