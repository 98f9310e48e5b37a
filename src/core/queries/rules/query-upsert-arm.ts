import type { Node } from "@pgsql/types";
import { as } from "../../schema/tree";
import { isHeld, tenantColumns } from "../reading/isolation";
import { nameSpan, shownTable } from "../reading/names";
import type { Insert, Merge } from "../reading/reading";
import { columnId, type Relation } from "../reading/relation";
import { isFiltered } from "../reading/severity";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryUpsertArm: QueryRule = {
	id: "query-upsert-arm",
	summary: "An upsert or MERGE may change a row of another tenant.",
	severity: "error",
	doc: {
		why: "ON CONFLICT (id) DO UPDATE finds the row by its id alone: who sends the id of another tenant's row overwrites it, although the INSERT names the own tenant. The arms of MERGE do the same where the join doesn't compare the tenant.",
		remedy:
			"Let the conflict be on a key that has the tenant in it; or add WHERE orders.tenant_id = excluded.tenant_id to DO UPDATE, and the tenant to the ON of MERGE.",
		sources: [
			{
				title: "PostgreSQL: INSERT, ON CONFLICT Clause",
				url: "https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT",
			},
			{ title: "PostgreSQL: MERGE", url: "https://www.postgresql.org/docs/current/sql-merge.html" },
		],
		schema: ORDERS,
		bad: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET email = excluded.email;\n",
		good: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET email = excluded.email WHERE customers.tenant_id = excluded.tenant_id;\n",
		traps: [
			{
				title: "the conflict is within the tenant",
				sql: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, $2, $3) ON CONFLICT (tenant_id, id) DO UPDATE SET email = excluded.email;\n",
			},
			{
				title: "nothing happens to the row that is there",
				sql: "INSERT INTO customers (id, tenant_id, email) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING;\n",
			},
			{
				title: "MERGE joins on the tenant",
				sql: "MERGE INTO customers c USING (VALUES ($1::uuid, $2::uuid, $3)) AS s (id, tenant_id, email) ON c.id = s.id AND c.tenant_id = s.tenant_id WHEN MATCHED THEN UPDATE SET email = s.email;\n",
			},
		],
	},
	*detect(context: QueryContext, read: ReadQuery): Iterable<QueryDetection> {
		if (read.query.isOpen || read.reading.isOpen) return;
		const { text } = read.query.statement;
		for (const insert of read.reading.inserts) {
			const { target } = insert;
			if (!mayCross(target) || !overwritesOthers(context, insert)) continue;
			yield {
				table: target.key,
				span: nameSpan(text, target),
				message: `DO UPDATE changes the row of ${shownTable(target)} that is in the way, whichever tenant it belongs to.`,
				help: "Add a WHERE to DO UPDATE that compares the tenant, or let the conflict be on a key with the tenant.",
			};
		}
		for (const merge of read.reading.merges) {
			const { target } = merge;
			if (!mayCross(target) || !mergesOthers(context, read, merge)) continue;
			yield {
				table: target.key,
				span: nameSpan(text, target),
				message: `MERGE changes rows of ${shownTable(target)} that are found by something else than the tenant.`,
				help: "Compare the tenant in the ON of MERGE.",
			};
		}
	},
};

/** A tenant's own row is found by its key, which is its identity. */
function mayCross(target: Relation): boolean {
	return isHeld(target) && !isFiltered(target) && target.own?.scope !== "tenant-root";
}

function overwritesOthers({ tenancy }: QueryContext, { target, node, conflictFacts }: Insert): boolean {
	const conflict = node.onConflictClause;
	if (conflict?.action !== "ONCONFLICT_UPDATE" || !target.table || target.own?.tenantColumn == null) return false;
	const tenants = tenantColumns(target, tenancy);
	const key = conflictColumns(target, conflict.infer?.conname, conflict.infer?.indexElems ?? []);
	if (
		key === null ||
		key.some((name) => (name !== null && tenants.includes(name)) || isOfTenant(target, name, tenants))
	)
		return false;
	return !conflictFacts.some((fact) => {
		const columns = fact.kind === "same" ? [fact.a, fact.b] : [fact.column];
		return columns.some((column) => tenants.some((name) => column === columnId(target, name)));
	});
}

/** The columns that a conflict is about; null where reading can't tell. */
function conflictColumns(
	{ table }: Relation,
	constraint: string | undefined,
	elements: readonly Node[],
): readonly (string | null)[] | null {
	if (constraint !== undefined && constraint !== "") {
		const keys = [...(table?.primaryKey ? [table.primaryKey] : []), ...(table?.uniques ?? [])];
		return keys.find(({ name }) => name === constraint)?.columns ?? null;
	}
	if (elements.length === 0) return null;
	return elements.map((each) => as(each, "IndexElem")?.name ?? null);
}

/** A key such as `order_id` of one row for each order: its row is the order's, whose tenant is known by it. */
function isOfTenant({ table }: Relation, name: string | null, tenants: readonly string[]): boolean {
	return (
		name !== null &&
		(table?.foreignKeys ?? []).some(
			({ columns }) => columns.includes(name) && columns.some((column) => tenants.includes(column)),
		)
	);
}

function mergesOthers({ tenancy }: QueryContext, { reading }: ReadQuery, { target, node, source }: Merge): boolean {
	const changes = (node.mergeWhenClauses ?? []).some((each) => {
		const clause = as(each, "MergeWhenClause");
		return /UPDATE|DELETE/.test(String(clause?.commandType));
	});
	if (!changes || target.own?.tenantColumn == null) return false;
	const columns = tenantColumns(target, tenancy).map((name) => columnId(target, name));
	const { graph } = reading;
	if (columns.some((column) => graph.values.has(column))) return false;
	// Compared with anything of the source.
	const others = new Set(source.flatMap(({ id }) => graph.columnsOf(id)));
	return !columns.some((column) => [...graph.reachedFrom([column])].some((each) => others.has(each)));
}
