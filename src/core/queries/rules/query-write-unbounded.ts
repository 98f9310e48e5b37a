import { isAlwaysTrue } from "../../rules/base/expressions";
import { isHeld } from "../reading/isolation";
import { nameSpan, shownTable } from "../reading/names";
import { targetsOf } from "../reading/targets";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryWriteUnbounded: QueryRule = {
	id: "query-write-unbounded",
	summary: "An UPDATE, DELETE or TRUNCATE changes every row of a table.",
	severity: "error",
	doc: {
		why: "Without WHERE, or with one that is always true, a statement changes the rows of all tenants. It is most often a condition that got lost, and nothing brings the rows back but a backup. TRUNCATE doesn't ask the policies of row-level security either.",
		remedy:
			"Say which rows are meant. Where all of them are meant, say so in a tenancy-ignore comment above the statement.",
		sources: [
			{ title: "PostgreSQL: DELETE", url: "https://www.postgresql.org/docs/current/sql-delete.html" },
			{ title: "PostgreSQL: UPDATE", url: "https://www.postgresql.org/docs/current/sql-update.html" },
		],
		schema: ORDERS,
		bad: "UPDATE orders SET total = 0;\n",
		good: "UPDATE orders SET total = 0 WHERE id = $1 AND tenant_id = $2;\n",
		traps: [
			{
				title: "the rows to change come from a subquery of one tenant",
				sql: "DELETE FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE tenant_id = $1);\n",
			},
			{ title: "the table is temporary", sql: "DELETE FROM changed_orders;\n" },
		],
	},
	*detect(_: QueryContext, { query, reading }: ReadQuery): Iterable<QueryDetection> {
		if (query.isOpen) return;
		for (const { relation, where, verb } of targetsOf(query.statement.node, reading)) {
			const { table, own } = relation;
			if (!table || table.persistence === "temporary" || (where && !isAlwaysTrue(where))) continue;
			const isTenants = isHeld(relation);
			// Each tenant has a table of its own, or sees only its own rows: they are lost all the same.
			const isApart = own?.enforcement === "placement" || (own?.enforcement === "rls" && verb !== "truncates");
			yield {
				table: relation.key,
				span: nameSpan(query.statement.text, relation),
				severity: !isTenants || isApart ? "warning" : "error",
				message:
					isTenants && !isApart
						? `This statement ${verb} all rows of ${shownTable(relation)}, those of every tenant.`
						: `This statement ${verb} all rows of ${shownTable(relation)}.`,
				help: "Add a WHERE that says which rows are meant.",
			};
		}
	},
};
