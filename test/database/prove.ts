import { collect } from "../../src/cli/files/collect";
import { createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import type { Proof } from "../../src/core/prove/proof";
import { createSqlReader } from "../../src/core/sql/reader";
import type { TenancyDecisions } from "../../src/core/tenancy/config";
import { openFor } from "../../src/database/open";
import { type ProveOptions, prove } from "../../src/database/prove";

const analyzer = createAnalyzer(await createSqlReader());

/** The database of one file of SQL. */
export function analysed(sql: string): DatabaseAnalysis {
	const [only] = analyzer.analyze([{ path: "schema.sql", text: sql }], null).databases;
	if (!only) throw new Error("The SQL makes no database");
	return only;
}

/** The databases of a folder below examples/. */
export function exampleDatabases(name: string): readonly DatabaseAnalysis[] {
	const { files, configText } = collect([`examples/${name}`], process.cwd());
	return analyzer.analyze(files, configText).databases;
}

/** Proves a database, embedded where there is no URL. */
export async function proved(
	database: DatabaseAnalysis,
	{ url, decisions = {}, ...options }: { url?: string; decisions?: TenancyDecisions } & Partial<ProveOptions> = {},
): Promise<Proof> {
	const [engine, server] = await openFor(database, url);
	try {
		return await prove(database, engine, { decisions, server, ...options });
	} finally {
		await engine.close();
	}
}

/** What was found of each attack, in an order of its own: what two engines must agree on. */
export const resultsOf = ({ attacks }: Proof): string[] =>
	attacks.map(({ table, attack, result }) => `${table} ${attack}: ${result}`).sort();
