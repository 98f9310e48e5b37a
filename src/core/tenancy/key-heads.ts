import type { Table } from "../schema/model";
import { firstColumn } from "./vocabulary";

/** Whether a key of several columns begins with the column: `PRIMARY KEY (tenant_id, id)`. */
function begins(columns: readonly (string | null)[], column: string): boolean {
	return columns.length > 1 && firstColumn(columns) === column;
}

/** Whether one of the table's unique keys of several columns begins with the column: `UNIQUE (namespace, id)`. */
export function leads(table: Table, column: string): boolean {
	return (
		(table.primaryKey !== null && begins(table.primaryKey.columns, column)) ||
		table.uniques.some((key) => begins(key.columns, column)) ||
		table.indexes.some((index) => index.unique && begins(index.columns, column))
	);
}

/** How many of the table's keys and indexes of several columns begin with the column. */
export function headsOf(table: Table, column: string): number {
	const keys = [...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques, ...table.indexes];
	return keys.filter((key) => begins(key.columns, column)).length;
}

/**
 * Whether the keys of a small database show an owner: a database of a table or two is too small for a share to say much, so
 * what all its keys and most of its indexes begin with does.
 */
export function leadsSmallDatabase(tables: number, carriers: number, leading: number, heads: number): boolean {
	return tables <= 3 && carriers > 0 && leading === carriers && heads >= 4;
}
