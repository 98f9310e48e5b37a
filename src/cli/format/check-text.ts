import { type Finding, RULES, SEVERITIES, type Severity } from "../findings";
import { count, grouped, oneLine, type Paint } from "../output";
import { notCheckedText, type Report } from "./check-report";

const COLOURS: Readonly<Record<Severity, Parameters<Paint>[0]>> = {
	error: "red",
	warning: "yellow",
	info: "blue",
	hint: "grey",
};

/** More findings than a reader takes in at once are summed up by rule. */
const MANY = 20;

/** `file:line:column: severity: message [rule]`, which terminals and editors make clickable; the sum below. */
export function checkText(report: Report, paint: Paint): string {
	const { findings, summary, databases } = report;
	const notChecked = notCheckedText(report);
	const lines = findings.map(({ place, severity, message, rule }) => {
		return `${oneLine(place.file)}:${place.line}:${place.column}: ${paint(COLOURS[severity], severity)}: ${oneLine(message)} ${paint("dim", `[${rule}]`)}`;
	});
	const where = `in ${count(summary.tables, "table")}${databases > 1 ? ` of ${databases} databases` : ""}`;
	const found = SEVERITIES.filter((severity) => summary[severity] > 0).map((severity) =>
		severity === "info" ? `${summary.info} info` : count(summary[severity], severity),
	);
	lines.push(
		...(lines.length > 0 ? [""] : []),
		...(findings.length > MANY ? byRule(findings, paint) : []),
		found.length > 0 ? `${found.join(", ")} ${where}.` : `No ${summary.baseline ? "new " : ""}findings ${where}.`,
		...(summary.baseline ? [`${count(summary.baseline, "finding")} of the baseline left out.`] : []),
		...(notChecked === null ? [] : [notChecked]),
	);
	return `${lines.join("\n")}\n`;
}

/** A line a rule, the worst and the most frequent first: where to begin, at the end of the output, where one looks first. */
function byRule(findings: readonly Finding[], paint: Paint): string[] {
	const counted = new Map<string, { severity: Severity; rule: string; times: number }>();
	for (const { severity, rule } of findings) {
		const key = `${severity} ${rule}`;
		counted.set(key, { severity, rule, times: (counted.get(key)?.times ?? 0) + 1 });
	}
	const rows = [...counted.values()].sort(
		(a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.times - a.times,
	);
	if (new Set(rows.map((row) => row.rule)).size < 2) return [];
	const widest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
	const times = widest(rows.map((row) => grouped(row.times)));
	const severity = widest(rows.map((row) => row.severity));
	const rule = widest(rows.map((row) => row.rule));
	return [
		"By rule",
		...rows.map(
			(row) =>
				`  ${grouped(row.times).padStart(times)}  ${paint(COLOURS[row.severity], row.severity.padEnd(severity))}  ${row.rule.padEnd(rule)}  ${paint("dim", RULES.find(({ id }) => id === row.rule)?.summary ?? "")}`,
		),
		'"tenancy check --rule ID" shows the findings of one rule, "tenancy fix --dry-run" what it would mend.',
		"",
	];
}
