import type { Analyzer, DatabaseAnalysis } from "../analyze";
import type { Answers } from "../tenancy/answers";
import type { Blueprint } from "./artifact";
import { STARTER_SQL } from "./starter";

/** The product's database with what it was analysed with. */
export interface Existing {
	readonly database: DatabaseAnalysis;
	readonly analyzer: Pick<Analyzer, "extend">;
}

/**
 * What a strategy's files are made from: the product's database, or the starter schema where there is none, or one without
 * tables.
 *
 * @param createAnalyzer makes the analyzer that reads the starter; called only where it is needed
 */
export function blueprintOf(answers: Answers, existing: Existing | null, createAnalyzer: () => Analyzer): Blueprint {
	if (existing && existing.database.model.tables.size > 0) return { answers, ...existing, isStarter: false };
	const analyzer = createAnalyzer();
	const [database] = analyzer.analyze([{ path: "schema.sql", text: STARTER_SQL }], null).databases;
	if (!database) throw new Error("The starter schema has no tables");
	return { answers, database, analyzer, isStarter: true };
}
