import type * as vscode from "vscode";
import type { FileFindings } from "../../core/analyze";
import type { Finding } from "../../core/rules/base/rule";
import { diagnosticMessage } from "../adapters/diagnostics";

/** The finding that a diagnostic of a document was made from; undefined where the text has it no more. Of several alike, the nearest. */
export function findingOf(
	{ findings, index }: FileFindings,
	{ code, message, range }: vscode.Diagnostic,
): Finding | undefined {
	const rule = typeof code === "object" ? code.value : code;
	const distance = ({ location }: Finding) =>
		Math.abs(index.positionAt(location.span.start).line - 1 - range.start.line);
	return findings
		.filter((finding) => finding.rule === rule && diagnosticMessage(finding) === message)
		.sort((a, b) => distance(a) - distance(b))[0];
}
