import { createAnalyzer, type DatabaseAnalysis } from "../../../src/core/analyze";
import { type FixedAll, fixAll } from "../../../src/core/fix/fix-all";
import type { Finding } from "../../../src/core/rules/base/rule";
import { createSqlReader } from "../../../src/core/sql/reader";

const reader = createSqlReader();

export interface Mended extends FixedAll {
	readonly before: DatabaseAnalysis;
}

/** A schema with what mends the rules' findings in it, those that need a decision too. */
export async function mend(sql: string, rules: readonly string[], decided = true, config = "{}"): Promise<Mended> {
	const analyzer = createAnalyzer(await reader);
	const [before] = analyzer.analyze([{ path: "schema.sql", text: sql }], config).databases;
	if (!before) throw new Error("The schema is no database.");
	const wanted = ({ rule }: Finding) => rules.includes(rule);
	return { before, ...fixAll(analyzer, before, wanted, decided) };
}

/** The findings of a rule, as its id and tables. */
export function found({ findings }: DatabaseAnalysis, rule: string): string[] {
	return findings.filter((finding) => finding.rule === rule).map(({ table }) => table ?? "");
}
