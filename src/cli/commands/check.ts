import { beyondBaseline, readBaseline, writeBaseline } from "../baseline";
import { EXIT } from "../failure";
import { findingsOf, refuseUnknownRules, SEVERITIES, type Severity } from "../findings";
import { checkGithub } from "../format/check-github";
import { checkJson } from "../format/check-json";
import type { Report } from "../format/check-report";
import { checkSarif } from "../format/check-sarif";
import { checkText } from "../format/check-text";
import type { FAIL_ON, FORMATS } from "../formats";
import { load } from "../load";
import { count, type Output } from "../output";

export interface CheckOptions {
	readonly format: (typeof FORMATS)[number];
	readonly failOn: (typeof FAIL_ON)[number];
	readonly rule?: readonly string[];
	readonly database?: string;
	readonly baseline?: string;
	readonly writeBaseline?: string;
}

/** `tenancy check`. Returns the exit code: 1 where something is as severe as --fail-on, 2 where something could not be read. */
export async function check(paths: readonly string[], options: CheckOptions, output: Output): Promise<number> {
	refuseUnknownRules(options.rule);
	// Before the work: a baseline that can't be read would make every finding new.
	const baseline = options.baseline === undefined ? null : readBaseline(options.baseline);
	const workspace = await load(paths, options.database, output, { withQueries: true });
	const offers = options.format === "json" || options.format === "sarif";
	const found = findingsOf(workspace, offers).filter(({ rule }) => options.rule?.includes(rule) ?? true);
	if (options.writeBaseline !== undefined) {
		writeBaseline(options.writeBaseline, found);
		output.note(`Wrote ${options.writeBaseline}: ${count(found.length, "finding")}.`);
	}
	const known = options.writeBaseline === undefined ? baseline : readBaseline(options.writeBaseline);
	const { beyond: findings, gone } = known === null ? { beyond: found, gone: 0 } : beyondBaseline(found, known);
	if (gone > 0 && options.rule === undefined)
		output.note(
			`${count(gone, "finding")} of the baseline ${gone === 1 ? "is" : "are"} no longer there: write it anew.`,
		);
	const report: Report = {
		findings,
		summary: {
			...(Object.fromEntries(
				SEVERITIES.map((severity) => [severity, findings.filter((f) => f.severity === severity).length]),
			) as Record<Severity, number>),
			tables: workspace.databases.reduce((sum, { model }) => sum + model.tables.size, 0),
			...(known === null ? {} : { baseline: found.length - findings.length }),
		},
		databases: workspace.databases.length,
		notChecked: workspace.databases
			.filter(({ model, tenancy }) => tenancy.mode === "single-tenant" && model.tables.size > 0)
			.map(({ path }) => workspace.show(path)),
	};
	output.result(render(report, options.format, output));
	if (workspace.exitCode !== EXIT.fine) return workspace.exitCode;
	return fails(report, options.failOn) ? EXIT.findings : EXIT.fine;
}

function render(report: Report, format: CheckOptions["format"], output: Output): string {
	switch (format) {
		case "text":
			return checkText(report, output.paint);
		case "json":
			return checkJson(report);
		case "sarif":
			return checkSarif(report);
		case "github":
			return checkGithub(report);
		default:
			return format satisfies never;
	}
}

function fails({ findings }: Report, failOn: CheckOptions["failOn"]): boolean {
	if (failOn === "never") return false;
	const limit = SEVERITIES.indexOf(failOn);
	return findings.some(({ severity }) => SEVERITIES.indexOf(severity) <= limit);
}
