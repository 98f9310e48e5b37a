import type pg from "pg";
import { type PrintOptions, printSchema } from "../../src/core/emit/schema";
import { foldSchema } from "../../src/core/schema/fold";
import type { SqlFile } from "../../src/core/sql/statement";
import { readCatalog } from "./catalog";
import { type Difference, differencesOf, type Facts } from "./facts";

export interface Reprint {
	/** What PostgreSQL refused of what was printed. */
	readonly refusals: readonly string[];
	readonly differences: readonly Difference[];
	readonly leftOut: readonly string[];
	readonly sql: string;
}

/** Prints what the files make, runs that in an empty database, and compares the catalogs, but for publications and
 * foreign tables, which are said to be left out. */
export async function reprint(
	original: Facts,
	target: pg.Client,
	files: readonly SqlFile[],
	options?: PrintOptions,
): Promise<Reprint> {
	const { statements, leftOut } = printSchema(foldSchema(files), files, options);
	const refusals: string[] = [];
	await target.query("SET client_min_messages = error");
	for (const statement of statements)
		await target.query(statement).catch((error: Error) => refusals.push(`${error.message}: ${statement}`));
	await target.query("DISCARD ALL");
	const copy = await readCatalog(target);
	const foreign = leftOut.flatMap(({ what }) => /^the foreign table (.*)$/.exec(what)?.[1] ?? []);
	const all = (facts: Facts) =>
		new Map(
			[...facts.values, ...[...facts.expressions].map(([key, { sql }]) => [key, sql] as const)].filter(
				([key]) => !key.startsWith("publication ") && !foreign.some((table) => ` ${key}.`.includes(` ${table}.`)),
			),
		);
	return {
		refusals,
		differences: differencesOf(all(original), all(copy)),
		leftOut: leftOut.map(({ what }) => what),
		sql: statements.map((each) => `${each};`).join("\n"),
	};
}
