import { createAnalyzer } from "../../../src/core/analyze";
import type { Finding } from "../../../src/core/rules/base/rule";
import { createSqlReader } from "../../../src/core/sql/reader";

const reader = await createSqlReader();

/** What is found in a file of queries, beside a schema. */
export function findingsInFile(
	schema: string,
	path: string,
	text: string,
	config: string | null = null,
): readonly Finding[] {
	const analyzer = createAnalyzer(reader);
	analyzer.analyze([{ path: "db/schema.sql", text: schema }], config);
	return analyzer.checkQueries({ path, text })?.findings ?? [];
}
