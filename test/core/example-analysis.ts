import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "vitest";
import { type Analysis, type Analyzer, createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import { createSqlReader } from "../../src/core/sql/reader";
import { isRelevantPath } from "../../src/core/workspace/relevant";

export const EXAMPLES = resolve(import.meta.dirname, "../../examples");
const reader = await createSqlReader();

/** What is known of one of the project's examples. */
export function analyseExample(name: string): Analysis {
	return exampleWithAnalyzer(name).analysis;
}

function exampleWithAnalyzer(name: string): { analysis: Analysis; analyzer: Analyzer } {
	const folder = join(EXAMPLES, name);
	const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
	const files = paths
		.filter((path) => isRelevantPath(path) && statSync(join(folder, path)).isFile())
		.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
	const config = paths.includes("tenancy.config.json")
		? readFileSync(join(folder, "tenancy.config.json"), "utf8")
		: null;
	const analyzer = createAnalyzer(reader);
	return { analysis: analyzer.analyze(files, config), analyzer };
}

/** The only database of an example, with what it was analysed with. */
export function onlyDatabase(name: string): { database: DatabaseAnalysis; analyzer: Analyzer } {
	const { analysis, analyzer } = exampleWithAnalyzer(name);
	expect(analysis.databases).toHaveLength(1);
	return { database: analysis.databases[0] as DatabaseAnalysis, analyzer };
}
