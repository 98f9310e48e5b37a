import { SEVERITIES, type Severity } from "../findings";
import { notCheckedText, type Report } from "./check-report";

const LEVELS: Readonly<Record<Severity, string>> = {
	error: "error",
	warning: "warning",
	info: "notice",
	hint: "notice",
};

/**
 * GitHub Actions' workflow commands, which become annotations (docs.github.com, "Workflow commands for GitHub Actions"). The most
 * severe come first: GitHub shows ten of a level for each step.
 */
export function checkGithub(report: Report): string {
	const notChecked = notCheckedText(report);
	const annotations = [...report.findings]
		.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity))
		.map(({ severity, place, rule, message, help }) => {
			const properties = {
				file: place.file,
				line: place.line,
				col: place.column,
				endLine: place.endLine,
				endColumn: place.endColumn,
				title: rule,
			};
			const list = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
			return `::${LEVELS[severity]} ${list.join(",")}::${data(`${message} ${help}`)}\n`;
		})
		.join("");
	return notChecked === null ? annotations : `${annotations}::notice title=tenancy::${data(notChecked)}\n`;
}

function data(text: string): string {
	return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
	return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
