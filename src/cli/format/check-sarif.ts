import { version } from "../../../package.json";
import type { Report } from "../commands/check";
import { type Finding, RULES, type Severity } from "../findings";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note", hint: "note" };

/** SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0): one run, places relative to the folder that the command ran in. */
export function checkSarif({ findings }: Report): string {
	const log = {
		$schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		version: "2.1.0",
		runs: [
			{
				tool: {
					driver: {
						name: "tenancy",
						version,
						semanticVersion: version,
						rules: RULES.map(({ id, summary, help, docs, severity }) => ({
							id,
							shortDescription: { text: summary },
							help: { text: help },
							helpUri: docs,
							defaultConfiguration: { level: LEVELS[severity] },
						})),
					},
				},
				columnKind: "utf16CodeUnits",
				results: findings.map(result),
			},
		],
	};
	return `${JSON.stringify(log, null, 2)}\n`;
}

function result({ rule, severity, table, place, message }: Finding) {
	return {
		ruleId: rule,
		ruleIndex: RULES.findIndex(({ id }) => id === rule),
		level: LEVELS[severity],
		message: { text: message },
		locations: [
			{
				physicalLocation: {
					artifactLocation: { uri: place.file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" },
					region: {
						startLine: place.line,
						startColumn: place.column,
						endLine: place.endLine,
						endColumn: place.endColumn,
					},
				},
				...(table === null ? {} : { logicalLocations: [{ fullyQualifiedName: table, kind: "table" }] }),
			},
		],
	};
}
