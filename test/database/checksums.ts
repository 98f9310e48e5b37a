import type pg from "pg";
import { columnList, quoteName } from "../../src/core/emit/identifier";
import { readTables } from "../../src/database/fill/facts";

export interface Checksum {
	readonly columns: readonly string[];
	/** How many rows, and a hash over them in no order. */
	readonly sum: string;
}

/** A checksum of each table's rows; over the columns that `before` had, where it is given. */
export async function checksums(
	client: pg.Client,
	before: ReadonlyMap<string, Checksum> = new Map(),
): Promise<Map<string, Checksum>> {
	const sums = new Map<string, Checksum>();
	for (const table of await readTables(client)) {
		const columns = before.get(table.key)?.columns ?? table.columns.map(({ name }) => name);
		if (columns.length === 0) continue;
		const { rows } = await client.query(
			`SELECT count(*) || ' ' || coalesce(md5(string_agg(r::text, ',' ORDER BY r::text)), '') AS sum FROM (SELECT ${columnList(columns)} FROM ${quoteName(table)}) r`,
		);
		sums.set(table.key, { columns, sum: rows[0].sum });
	}
	return sums;
}
