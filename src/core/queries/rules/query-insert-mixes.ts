import { as } from "../../schema/tree";
import { isHeld, tenantColumns } from "../reading/isolation";
import { nameSpan, shownTable } from "../reading/names";
import type { Insert } from "../reading/reading";
import { columnId } from "../reading/relation";
import { isFiltered } from "../reading/severity";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryInsertMixes: QueryRule = {
	id: "query-insert-mixes",
	summary: "An INSERT … SELECT copies rows of one tenant to another.",
	severity: "error",
	doc: {
		why: "The new rows get the tenant of the request, the old ones that they are copied from may be anybody's. Whoever duplicates something by its id, or imports from a template, gets another tenant's data as their own.",
		remedy:
			"Restrict the SELECT to the tenant that the rows are written for, or take the tenant column from the rows that are read.",
		sources: [
			{ title: "PostgreSQL: INSERT", url: "https://www.postgresql.org/docs/current/sql-insert.html" },
			{
				title: "OWASP: Insecure Direct Object Reference Prevention",
				url: "https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html",
			},
		],
		schema: ORDERS,
		bad: "INSERT INTO orders (id, tenant_id, number, total) SELECT gen_random_uuid(), $1, number, total FROM orders WHERE id = $2;\n",
		good: "INSERT INTO orders (id, tenant_id, number, total) SELECT gen_random_uuid(), tenant_id, number + 1, total FROM orders WHERE id = $2 AND tenant_id = $1;\n",
		traps: [
			{
				title: "each row keeps its tenant",
				sql: "INSERT INTO customers (id, tenant_id, email) SELECT gen_random_uuid(), o.tenant_id, 'unknown' FROM orders o WHERE o.customer_id IS NULL;\n",
			},
			{
				title: "what is copied belongs to no tenant",
				sql: "INSERT INTO customers (id, tenant_id, email) SELECT gen_random_uuid(), $1, name FROM countries;\n",
			},
		],
	},
	*detect(context: QueryContext, read: ReadQuery): Iterable<QueryDetection> {
		if (read.query.isOpen || read.reading.isOpen) return;
		for (const insert of read.reading.inserts) {
			const from = mixed(context, read, insert);
			if (!from) continue;
			yield {
				table: insert.target.key,
				span: nameSpan(read.query.statement.text, from),
				severity: insert.target.own?.confidence === "guess" ? "warning" : "error",
				message: `This INSERT gives rows of ${shownTable(from)} to another tenant: it reads them whichever tenant they belong to.`,
				help: "Read only the rows of the tenant that they are written for, or keep each row's tenant.",
			};
		}
	},
};

/** The table whose rows change their tenant on the way; null where none do. */
function mixed(
	{ tenancy }: QueryContext,
	{ reading, isolation }: ReadQuery,
	{ target, columns, source, node }: Insert,
) {
	const { graph } = reading;
	const tenant = target.own?.tenantColumn;
	if (!tenant || !isHeld(target) || isFiltered(target) || !source || source.isPartial) return null;
	if ((as(node.selectStmt, "SelectStmt")?.valuesLists ?? []).length > 0) return null;
	const given = source.columns[columns.indexOf(tenant)];
	if (!given) return null;
	const inside = [...isolation].filter(([{ level }]) => level.within === "insert" && level.kind === "select");
	const sources = given.sources.filter((each) => each !== null);
	// The tenant comes with the rows.
	const carried = graph.reachedFrom(sources);
	const parameter = as(given.expression, "ParamRef") ?? as(as(given.expression, "TypeCast")?.arg, "ParamRef");
	const wanted = parameter ? `$${parameter.number}` : null;
	for (const [relation, how] of inside) {
		const own = tenantColumns(relation, tenancy).map((name) => columnId(relation, name));
		if (relation.own?.scope === "tenant-root" || own.some((column) => carried.has(column))) continue;
		if (how !== "bound") {
			if (sources.length === 0) return relation;
			continue;
		}
		const values = own.flatMap((column) => graph.values.get(column) ?? []);
		const isOther = values.some((value) => /^(?:\$\d+|'.*')$/.test(value) && value !== wanted);
		if (wanted !== null && values.length > 0 && isOther && !values.includes(wanted)) return relation;
	}
	return null;
}
