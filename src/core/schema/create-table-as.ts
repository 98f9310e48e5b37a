import type { CreateTableAsStmt, Node, RangeVar } from "@pgsql/types";
import type { Catalog } from "./catalog";
import { emptyTable, persistenceOf, plainColumn } from "./create-table";
import { linkPending } from "./foreign-keys";
import { outputColumns } from "./output-columns";
import { as, stringsOf } from "./tree";
import { textType } from "./type-name";
import { createMaterializedView } from "./views";

/** CREATE TABLE … AS; CREATE MATERIALIZED VIEW comes as the same statement. */
export function createTableAs(catalog: Catalog, statement: CreateTableAsStmt): void {
	if (statement.objtype === "OBJECT_MATVIEW") createMaterializedView(catalog, statement);
	else if (statement.into?.rel)
		makeTableOf(
			catalog,
			statement.into.rel,
			statement.query,
			stringsOf(statement.into.colNames),
			statement.into.onCommit === "ONCOMMIT_DROP",
			statement.if_not_exists === true,
		);
}

/** SELECT … INTO; true when the statement was one. */
export function selectInto(catalog: Catalog, query: Node): boolean {
	const into = as(query, "SelectStmt")?.intoClause;
	if (!into?.rel) return false;
	makeTableOf(catalog, into.rel, query, stringsOf(into.colNames), into.onCommit === "ONCOMMIT_DROP", false);
	return true;
}

function makeTableOf(
	catalog: Catalog,
	relation: RangeVar,
	query: Node | undefined,
	names: readonly string[],
	dropOnCommit: boolean,
	ifNotExists: boolean,
): void {
	const name = catalog.newName(relation);
	if (catalog.relations.has(`${name.schema}.${name.name}`)) {
		if (!ifNotExists) catalog.reportExisting("A relation", name);
		return;
	}
	const table = emptyTable(catalog, name, {
		location: catalog.location(),
		nameLocation: catalog.nameLocation(relation),
		persistence: persistenceOf(relation),
		kind: "table",
		partitionKey: null,
		dropOnCommit,
	});
	const columns = outputColumns(catalog, query);
	for (const [i, column] of (columns ?? []).entries())
		table.columns.push(plainColumn(table, names[i] ?? column.name, column.type ?? textType("unknown")));
	const untold = table.columns.filter((column) => column.type.text === "unknown").map((column) => column.name);
	if (columns === null)
		catalog.report(
			"unsupported",
			"info",
			`The columns of ${name.schema}.${name.name} follow from a query that reads what these files don't create, so they are not known here.`,
		);
	else if (untold.length > 0)
		catalog.report(
			"unsupported",
			"info",
			`The types of ${untold.join(", ")} of ${name.schema}.${name.name} can't be told from the query alone. A cast (expression::type) makes them known.`,
		);
	catalog.addRelation(table);
	linkPending(catalog, table);
}
