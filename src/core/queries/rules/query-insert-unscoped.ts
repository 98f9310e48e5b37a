import type { Node } from "@pgsql/types";
import type { Table } from "../../schema/model";
import { as } from "../../schema/tree";
import { HOLE } from "../query";
import { isHeld } from "../reading/isolation";
import { nameSpan, shownTable } from "../reading/names";
import type { Insert } from "../reading/reading";
import { isFiltered } from "../reading/severity";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryInsertUnscoped: QueryRule = {
	id: "query-insert-unscoped",
	summary: "An INSERT doesn't say to which tenant the new row belongs.",
	severity: "error",
	doc: {
		why: "Where the tenant column may be NULL, a row without tenant is nobody's: no tenant finds it, or every query that is lax about NULL shows it to all. Where it may not, the statement fails each time. Where a default fills the column in, it is the same tenant for everybody.",
		remedy: "Give the tenant column in every INSERT, from the session and not from what the caller sends.",
		sources: [
			{ title: "PostgreSQL: INSERT", url: "https://www.postgresql.org/docs/current/sql-insert.html" },
			{
				title: "PostgreSQL: Default Values",
				url: "https://www.postgresql.org/docs/current/ddl-default.html",
			},
		],
		schema: ORDERS,
		bad: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, NULL, $2);\n",
		good: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, $2, $3);\n",
		traps: [
			{
				title: "the list of columns is left out and the values have them all",
				sql: "INSERT INTO customers VALUES ($1, $2, $3);\n",
			},
			{
				title: "the column's default is the session's tenant",
				schema:
					"CREATE TABLE tenants (id uuid PRIMARY KEY);\nCREATE TABLE notes (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, tenant_id uuid NOT NULL DEFAULT current_setting('app.tenant_id')::uuid REFERENCES tenants, body text NOT NULL);\n",
				sql: "INSERT INTO notes (body) VALUES ($1);\n",
			},
			{ title: "the row is a new tenant", sql: "INSERT INTO tenants (id, name) VALUES ($1, $2);\n" },
		],
	},
	*detect(_: QueryContext, { query, reading }: ReadQuery): Iterable<QueryDetection> {
		for (const insert of reading.inserts) {
			const { target } = insert;
			const tenant = target.own?.tenantColumn;
			if (!target.table || !tenant || !isHeld(target) || target.own?.scope === "tenant-root") continue;
			if (target.own.enforcement === "placement" || fillsIn(target.table, tenant)) continue;
			if (query.isOpen || insert.columns.some((name) => name.includes(HOLE))) continue;
			const why = missing(insert, tenant);
			if (why === null) continue;
			yield {
				table: target.key,
				span: nameSpan(query.statement.text, target),
				severity: isFiltered(target) ? "warning" : "error",
				message: `This INSERT into ${shownTable(target)} ${why}.`,
				help: `Give ${tenant} the tenant of the request.`,
			};
		}
	},
};

/** Whether the database gives the column its value: a default that depends on who asks, or a trigger that may. */
function fillsIn(table: Table, tenant: string): boolean {
	const column = table.columns.find(({ name }) => name === tenant);
	if (column?.generated || /\(|current_|session_/i.test(column?.default ?? "")) return true;
	return table.triggers.some(({ timing, events }) => timing === "before" && events.includes("insert"));
}

/** What is wrong with the row's tenant; null where nothing is. */
function missing({ columns, source, node }: Insert, tenant: string): string | null {
	const at = columns.indexOf(tenant);
	const isListed = (node.cols ?? []).length > 0;
	if (at < 0) return `leaves ${tenant} out`;
	if (source === null) return `leaves ${tenant} out`;
	const lists = as(node.selectStmt, "SelectStmt")?.valuesLists ?? [];
	for (const list of lists) {
		const items = as(list, "List")?.items ?? [];
		const value = items[at];
		if (value === undefined) {
			// The program puts the whole list in.
			if (isListed || items.length < 2) return null;
			return `leaves ${tenant} out`;
		}
		if (as(value, "SetToDefault")) return `gives ${tenant} its default`;
		if (isNull(value)) return `gives ${tenant} no value`;
	}
	const [only] = source.columns[at]?.expression && lists.length === 0 ? [source.columns[at]?.expression] : [];
	return only && isNull(only) ? `gives ${tenant} no value` : null;
}

function isNull(node: Node | undefined): boolean {
	const cast = as(node, "TypeCast");
	if (cast) return isNull(cast.arg);
	return as(node, "A_Const")?.isnull === true;
}
