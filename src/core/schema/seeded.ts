import type { InsertStmt, SelectStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { as } from "./tree";
import { usesOf } from "./uses";

/** Notes the tables into which the files insert rows that they spell out. */
export function insert(catalog: Catalog, statement: InsertStmt): void {
	const rows = as(statement.selectStmt, "SelectStmt");
	if (!statement.relation || !rows || !isSpelledOut(rows)) return;
	const table = catalog.relation(statement.relation);
	if (table?.tag === "table" && !catalog.seeded.has(table)) catalog.seeded.set(table, catalog.location());
}

/** VALUES, or `SELECT 1, 'admin' WHERE NOT EXISTS (…)`, which puts in a row that isn't there yet. */
function isSpelledOut({ valuesLists, fromClause, larg, targetList = [] }: SelectStmt): boolean {
	if (valuesLists) return true;
	return !fromClause && !larg && targetList.every((target) => usesOf(target).relations.length === 0);
}
