import { version } from "../../../package.json";
import type { Place } from "../../core/text/span";
import { type Finding, RULES, type Severity } from "../findings";
import type { Replacement } from "../offers";
import { notCheckedText, type Report } from "./check-report";

const LEVELS: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note", hint: "note" };

/** SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0): one run, places relative to the folder that the command ran in. */
export function checkSarif(report: Report): string {
	const notChecked = notCheckedText(report);
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
							// An address, or none at all: an empty text is no URI.
							...(docs === "" ? {} : { helpUri: docs }),
							defaultConfiguration: { level: LEVELS[severity] },
						})),
					},
				},
				columnKind: "utf16CodeUnits",
				...(notChecked === null
					? {}
					: {
							invocations: [
								{
									executionSuccessful: true,
									toolExecutionNotifications: [{ level: "note", message: { text: notChecked } }],
								},
							],
						}),
				results: report.findings.map(result),
			},
		],
	};
	return `${JSON.stringify(log, null, 2)}\n`;
}

function result(finding: Finding) {
	const { rule, severity, table, place, message, fixes } = finding;
	const offers = fixes.map(({ title, replacements }) => ({ title, replacements: replacements() }));
	const edits = offers.flatMap(({ title, replacements }) =>
		replacements && replacements.length > 0 ? [fix(title, replacements)] : [],
	);
	// SARIF knows changes of artifacts, not new ones: a migration to come is only named.
	const toWrite = offers.filter(({ replacements }) => replacements === null).map(({ title }) => title);
	return {
		ruleId: rule,
		ruleIndex: RULES.findIndex(({ id }) => id === rule),
		level: LEVELS[severity],
		message: { text: toWrite.length === 0 ? message : `${message} \`tenancy fix\` can write: ${toWrite.join("; ")}.` },
		locations: [
			{
				physicalLocation: { artifactLocation: artifact(place), region: region(place) },
				...(table === null ? {} : { logicalLocations: [{ fullyQualifiedName: table, kind: "table" }] }),
			},
		],
		...(edits.length === 0 ? {} : { fixes: edits }),
	};
}

function fix(title: string, replacements: readonly Replacement[]) {
	const files = [...new Set(replacements.map(({ place }) => place.file))];
	return {
		description: { text: title },
		artifactChanges: files.map((file) => {
			const own = replacements.filter(({ place }) => place.file === file);
			return {
				artifactLocation: artifact({ file }),
				replacements: own.map(({ place, text }) => ({
					deletedRegion: region(place),
					insertedContent: { text },
				})),
			};
		}),
	};
}

function artifact({ file }: Pick<Place, "file">) {
	return { uri: file.split("/").map(encodeURIComponent).join("/"), uriBaseId: "%SRCROOT%" };
}

function region({ line, column, endLine, endColumn }: Place) {
	return { startLine: line, startColumn: column, endLine, endColumn };
}
