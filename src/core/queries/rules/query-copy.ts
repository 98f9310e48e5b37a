import { as, stringsOf } from "../../schema/tree";
import { isHeld } from "../reading/isolation";
import { nameSpan, shownTable } from "../reading/names";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryCopy: QueryRule = {
	id: "query-copy",
	summary: "COPY moves the rows of all tenants, or rows without tenant.",
	severity: "error",
	doc: {
		why: "COPY of a table takes every row: an export made with it holds all tenants' data. COPY FROM without the tenant column adds rows that are nobody's. Row-level security keeps COPY TO to the rows that the role may see; COPY FROM into such a table PostgreSQL refuses to everyone whom the policies apply to.",
		remedy:
			"To export, copy a query: COPY (SELECT … WHERE tenant_id = …) TO. To import, copy into a temporary table, and INSERT … SELECT from there with the tenant of the request.",
		sources: [{ title: "PostgreSQL: COPY", url: "https://www.postgresql.org/docs/current/sql-copy.html" }],
		schema: ORDERS,
		bad: "COPY orders TO STDOUT;\n",
		good: "COPY (SELECT id, total FROM orders WHERE tenant_id = '7b1e6a52-6a0e-4b57-9a53-0b1f5b0f3f10') TO STDOUT;\n",
		traps: [
			{ title: "the table belongs to no tenant", sql: "COPY countries TO STDOUT;\n" },
			{
				title: "the rows that are read in say whose they are",
				sql: "COPY customers (id, tenant_id, email) FROM STDIN;\n",
			},
		],
	},
	*detect(_: QueryContext, { query, reading }: ReadQuery): Iterable<QueryDetection> {
		const copy = as(query.statement.node, "CopyStmt");
		if (!copy?.relation || query.isOpen) return;
		const relation = reading.lookUp(copy.relation);
		if (!relation?.table || !isHeld(relation) || relation.own?.enforcement === "placement") return;
		const isFiltered = relation.own?.enforcement === "rls";
		const told = { table: relation.key, span: nameSpan(query.statement.text, relation) };
		const shown = shownTable(relation);
		if (copy.is_from) {
			const tenant = relation.own?.tenantColumn ?? null;
			const columns = stringsOf(copy.attlist);
			if (isFiltered)
				yield {
					...told,
					severity: "warning",
					message: `PostgreSQL refuses COPY FROM for ${shown}, as the table has row-level security.`,
					help: "Use INSERT, or copy into a temporary table first.",
				};
			else if (tenant !== null && columns.length > 0 && !columns.includes(tenant))
				yield {
					...told,
					message: `COPY adds rows to ${shown} without ${tenant}.`,
					help: `Give ${tenant} too, or copy into a temporary table first.`,
				};
		} else if (!isFiltered)
			yield {
				...told,
				message: `COPY takes the rows of ${shown} of all tenants.`,
				help: "Copy a SELECT that names the tenant.",
			};
	},
};
