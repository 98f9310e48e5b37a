import type pg from "pg";
import type { SchemaModel } from "../../src/core/schema/model";
import { readCatalog } from "./catalog";
import { type Difference, differencesOf } from "./facts";
import { factsOfModel } from "./model-facts";
import { quote, readBack } from "./read-back";

/**
 * Where the model and the database's catalog disagree; empty where they are equal.
 * Expressions are equal when PostgreSQL, given the model's text at the same
 * place, prints back what it holds. Those probes are rolled back.
 */
export async function compareWithCatalog(client: pg.Client, model: SchemaModel): Promise<Difference[]> {
	const postgres = await readCatalog(client);
	const ours = factsOfModel(model);
	const differences = differencesOf(postgres.values, ours.values);
	const { rows } = await client.query(
		"SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY nspname <> 'public'",
	);
	const searchPath = [...rows.map(({ nspname }) => quote(nspname)), "pg_temp"].join(", ");
	for (const [key, theirs] of postgres.expressions) {
		const mine = ours.expressions.get(key);
		// Where one side has none, the value of its column, policy or index already differs.
		if (mine === undefined || mine.sql === theirs.sql) continue;
		const read = await readBack(client, { ...mine, place: theirs.place }, searchPath);
		if (read !== theirs.sql && literalOf(read) !== literalOf(theirs.sql))
			differences.push({ key, postgres: theirs.sql, model: `${mine.sql}  (which PostgreSQL reads as: ${read})` });
	}
	return differences;
}

/**
 * A literal without its type, else the expression: where a column changes its type
 * PostgreSQL folds the cast into its default, and `'1'` is printed as `1`.
 */
function literalOf(expression: string): string {
	return /^'([^']*)'::[\w "]+$/.exec(expression)?.[1] ?? expression;
}
