import type { Report } from "../commands/check";
import { SEVERITIES, type Severity } from "../findings";
import { count, oneLine, type Paint } from "../output";

const COLOURS: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
	error: "red",
	warning: "yellow",
	info: "blue",
	hint: "grey",
};

/** `file:line:column: severity: message [rule]`, which terminals and editors make clickable; the sum below. */
export function checkText({ findings, summary, databases, singleTenant }: Report, paint: Paint): string {
	const lines = findings.map(({ place, severity, message, rule }) => {
		return `${oneLine(place.file)}:${place.line}:${place.column}: ${paint(COLOURS[severity], severity)}: ${oneLine(message)} ${paint("dim", `[${rule}]`)}`;
	});
	const where = `in ${count(summary.tables, "table")}${databases > 1 ? ` of ${databases} databases` : ""}`;
	const found = SEVERITIES.filter((severity) => summary[severity] > 0).map((severity) =>
		severity === "info" ? `${summary.info} info` : count(summary[severity], severity),
	);
	lines.push(
		...(lines.length > 0 ? [""] : []),
		found.length > 0 ? `${found.join(", ")} ${where}.` : `No ${summary.baseline ? "new " : ""}findings ${where}.`,
		...(summary.baseline ? [`${count(summary.baseline, "finding")} of the baseline left out.`] : []),
		...(singleTenant > 0 ? [singleTenantText(singleTenant, databases)] : []),
	);
	return `${lines.join("\n")}\n`;
}

/** Nobody may take the silence about a database whose tenants were not found for its safety. */
function singleTenantText(singleTenant: number, databases: number): string {
	const where = singleTenant === databases ? "" : ` in ${singleTenant} of them`;
	return `No sign of several tenants was found${where}, so nothing was checked about keeping them apart. If there are several, "tenancy model" says what to do.`;
}
