import { columnNamed } from "./columns";
import type { TableDraft } from "./drafts";

/** Makes a column NOT NULL, with `recurse` in partitions and inheriting tables too. */
export function setNotNullInherited(table: TableDraft, name: string, recurse: boolean): void {
	const column = columnNamed(table, name);
	if (!column) return;
	column.notNull = true;
	if (recurse) for (const child of table.children) setNotNullInherited(child, name, true);
}
