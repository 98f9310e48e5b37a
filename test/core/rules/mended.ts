import { createAnalyzer, type DatabaseAnalysis } from "../../../src/core/analyze";
import { type FixedAll, fixAll } from "../../../src/core/fix/fix-all";
import type { Finding } from "../../../src/core/rules/base/rule";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyEdits } from "../../../src/core/text/edit";

const analyzer = createAnalyzer(await createSqlReader());
const FILE = "schema.sql";

/** A schema given as SQL, analysed. */
export function analysed(sql: string, config: string | null = null): DatabaseAnalysis {
	const [only] = analyzer.analyze([{ path: FILE, text: sql }], config).databases;
	if (!only) throw new Error("No database in the schema");
	return only;
}

export interface Mended extends FixedAll {
	readonly before: DatabaseAnalysis;
	/** The statements that mend. */
	readonly sql: readonly string[];
	/** The rules that still find something. */
	readonly left: readonly string[];
}

/** A schema with all findings of a rule mended, those too that need a decision unless `decided` is false. */
export function mended(sql: string, rule: string, decided = true): Mended {
	const fixed = mend(sql, [rule], decided);
	const left = fixed.after.findings.map((finding) => finding.rule);
	return { ...fixed, sql: fixed.steps.map((step) => step.sql), left };
}

/** The schema as its text reads once the rule's first finding is mended in place; null where its remedy has no edits. */
export function editedInPlace(sql: string, rule: string): string | null {
	const [finding] = analysed(sql).findings.filter((each) => each.rule === rule);
	const edits = finding?.remedies()[0]?.edits;
	return edits ? applyEdits(sql, edits) : null;
}

/** A schema with the findings of several rules mended. */
export function mend(
	sql: string,
	rules: readonly string[],
	decided = true,
	config: string | null = null,
): FixedAll & { readonly before: DatabaseAnalysis } {
	const before = analysed(sql, config);
	return { before, ...fixAll(analyzer, before, ({ rule }: Finding) => rules.includes(rule), decided) };
}

/** The findings of a rule, as the tables that they are about. */
export function found({ findings }: DatabaseAnalysis, rule: string): string[] {
	return findings.filter((finding) => finding.rule === rule).map(({ table }) => table ?? "");
}
