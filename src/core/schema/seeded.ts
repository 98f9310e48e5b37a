import type { InsertStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { as } from "./tree";

/** Notes the tables into which the files insert rows that they spell out: INSERT … VALUES. */
export function insert(catalog: Catalog, statement: InsertStmt): void {
	if (!statement.relation || !as(statement.selectStmt, "SelectStmt")?.valuesLists) return;
	const table = catalog.relation(statement.relation);
	if (table?.tag === "table" && !catalog.seeded.has(table)) catalog.seeded.set(table, catalog.location());
}
