import type { TransactionStmt } from "@pgsql/types";
import { type Catalog, TEMPORARY } from "./catalog";
import { removeFunction, removeTable, removeType, removeView } from "./dependents";

/** The end of a file's session: temporary objects go, `search_path` is what a new session starts with. */
export function endSession(catalog: Catalog): void {
	if (catalog.hasTemporary) removeTemporary(catalog);
	catalog.searchPath = catalog.initialSearchPath;
	catalog.role = null;
	catalog.localSearchPath = null;
}

function removeTemporary(catalog: Catalog): void {
	// What goes while a set is walked through is left out by the walk.
	for (const table of catalog.tables) if (table.schema === TEMPORARY) removeTable(catalog, table, true);
	for (const view of catalog.views) if (view.schema === TEMPORARY) removeView(catalog, view, true);
	for (const sequence of catalog.sequences) if (sequence.schema === TEMPORARY) catalog.removeRelation(sequence);
	for (const overloads of [...catalog.functions.values()])
		for (const each of overloads) if (each.schema === TEMPORARY) removeFunction(catalog, each, true);
	for (const type of [...catalog.types.values()]) if (type.schema === TEMPORARY) removeType(catalog, type, true);
	catalog.hasTemporary = false;
}

/** BEGIN; and COMMIT and ROLLBACK, which end what SET LOCAL said, and drop ON COMMIT DROP tables. */
export function transaction(catalog: Catalog, statement: TransactionStmt): void {
	if (statement.kind === "TRANS_STMT_BEGIN" || statement.kind === "TRANS_STMT_START") catalog.inTransaction = true;
	if (statement.kind !== "TRANS_STMT_COMMIT" && statement.kind !== "TRANS_STMT_ROLLBACK") return;
	catalog.inTransaction = statement.chain === true;
	catalog.localSearchPath = null;
	for (const table of [...catalog.tables])
		if (table.dropOnCommit && catalog.tables.has(table)) removeTable(catalog, table, true);
}
