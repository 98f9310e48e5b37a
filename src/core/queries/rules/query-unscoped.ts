import { isAlwaysTrue } from "../../rules/base/expressions";
import type { Severity } from "../../rules/base/rule";
import { as } from "../../schema/tree";
import { scopeRemedies } from "../reading/add-condition";
import { relationOf } from "../reading/facts";
import { nameSpan, shownTable } from "../reading/names";
import { isUnique } from "../reading/own-rows";
import type { Relation } from "../reading/relation";
import { isFiltered, severityFor } from "../reading/severity";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryUnscoped: QueryRule = {
	id: "query-unscoped",
	summary: "A query reads or changes rows of tenants and doesn't say of which tenant.",
	severity: "error",
	doc: {
		why: "Where nothing but the queries keeps tenants apart, each of them has to name the tenant. One that asks for a row by its id alone gives it to whoever knows or guesses the id; one that asks for a list gives everybody's. A list, and every UPDATE and DELETE, is an error; a single row read by its key a warning; a list of the tenants themselves, which is an operator's, an information. Where row-level security filters, the query is safe and this is a hint: naming the tenant then only makes it faster.",
		remedy:
			"Compare the tenant column with the tenant of the request in every query, also where the id is known already; or let row-level security do it, which can't be forgotten.",
		sources: [
			{
				title: "OWASP: Insecure Direct Object Reference Prevention",
				url: "https://cheatsheetseries.owasp.org/cheatsheets/Insecure_Direct_Object_Reference_Prevention_Cheat_Sheet.html",
			},
			{
				title: "OWASP API Security Top 10: Broken Object Level Authorization",
				url: "https://owasp.org/API-Security/editions/2023/en/0xa1-broken-object-level-authorization/",
			},
			{
				title: "Supabase: RLS performance and best practices",
				url: "https://supabase.com/docs/guides/troubleshooting/rls-performance-and-best-practices-Z5Jjwv",
			},
		],
		schema: ORDERS,
		bad: "SELECT id, total FROM orders WHERE id = $1;\n",
		good: "SELECT id, total FROM orders WHERE id = $1 AND tenant_id = $2;\n",
		traps: [
			{
				title: "the tenant comes over a join",
				sql: "SELECT line.id FROM order_lines line JOIN orders o ON o.id = line.order_id WHERE o.tenant_id = $1;\n",
			},
			{
				title: "the condition stands around a subquery, or in a CTE",
				sql: "WITH mine AS (SELECT * FROM orders WHERE tenant_id = $1) SELECT count(*) FROM mine;\nSELECT total FROM (SELECT * FROM orders) o WHERE o.tenant_id = $1;\n",
			},
			{ title: "the tenant itself is asked for by its key", sql: "SELECT name FROM tenants WHERE id = $1;\n" },
			{
				title: "a subquery takes its tenant from the row around it",
				sql: "SELECT t.name, (SELECT count(*) FROM orders o WHERE o.tenant_id = t.id) FROM tenants t WHERE t.id = $1;\n",
			},
			{
				title: "the same row is found again by its key",
				sql: "DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE tenant_id = $1 ORDER BY number LIMIT 100);\n",
			},
			{
				title: "rows without tenant are asked for, which all tenants share",
				schema:
					"CREATE TABLE tenants (id uuid PRIMARY KEY);\nCREATE TABLE templates (id uuid PRIMARY KEY, tenant_id uuid REFERENCES tenants, body text NOT NULL);\n",
				sql: "SELECT body FROM templates WHERE tenant_id = $1 OR tenant_id IS NULL;\n",
			},
			{
				title: "somebody logs in, and nobody knows yet for which tenant",
				schema:
					"CREATE TABLE tenants (id uuid PRIMARY KEY);\nCREATE TABLE users (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL UNIQUE, password_hash text NOT NULL);\n",
				sql: "SELECT id, tenant_id, password_hash FROM users WHERE email = $1;\n",
			},
			{ title: "the table belongs to no tenant", sql: "SELECT name FROM countries WHERE code = $1;\n" },
			{
				title: "a person's memberships say which tenants there are to choose from",
				sql: "SELECT tenant_id FROM memberships WHERE user_id = $1;\n",
			},
		],
	},
	*detect(context: QueryContext, read: ReadQuery): Iterable<QueryDetection> {
		if (read.query.isOpen || read.reading.isOpen) return;
		const { text } = read.query.statement;
		const told = new Set<number>();
		const places = new Set<number | null>();
		const byKey = (relation: Relation) => isByKey(relation, read);
		const order = (relation: Relation) => (relation.isTarget ? 0 : byKey(relation) ? 1 : 2);
		const all = [...read.isolation].sort(([a], [b]) => order(a) - order(b));
		for (const [relation, isolation] of all) {
			const { level, table, key, location } = relation;
			if (isolation !== "open" || !table || level.within !== "result" || told.has(relation.id)) continue;
			if (level.kind === "insert" || level.kind === "merge" || (relation.isTarget && isUnbounded(relation))) continue;
			const severity = severityFor(relation, baseSeverity(relation, read));
			if (severity === null || places.has(location)) continue;
			places.add(location);
			// What is joined to it is its tenant's once it is itself: the row that is changed, or found by its key, goes first.
			const joined = read.reading.graph.reachedFrom(read.reading.graph.columnsOf(relation.id));
			for (const column of joined) told.add(relationOf(column));
			const shown = shownTable(relation);
			yield {
				table: key,
				span: nameSpan(text, relation),
				severity,
				message: messageFor(relation, shown),
				help: isFiltered(relation)
					? "Name the tenant in the query too: PostgreSQL then finds the index without the policy's help."
					: "Compare the tenant column with the tenant of the request.",
				remedies: () => (isFiltered(relation) ? [] : scopeRemedies(context, read, relation)),
			};
		}
	},
};

function messageFor(relation: Relation, shown: string): string {
	if (isFiltered(relation))
		return `Only row-level security keeps this query to one tenant's rows of ${shown}: it names no tenant itself.`;
	const verb = { select: "reads", update: "changes", delete: "deletes", insert: "adds", merge: "changes" }[
		relation.isTarget ? relation.level.kind : "select"
	];
	if (relation.own?.scope === "tenant-root") return `This query ${verb} rows of ${shown} whichever tenant is asking.`;
	return `This query ${verb} rows of ${shown} whichever tenant they belong to.`;
}

/** Without WHERE, or with one that is always true, which query-write-unbounded reports. */
function isUnbounded({ level: { node } }: Relation): boolean {
	const where = (as(node, "UpdateStmt") ?? as(node, "DeleteStmt"))?.whereClause;
	return !where || isAlwaysTrue(where);
}

/** A list of all tenants is an operator's; a single row by its key is only found by who has the key. */
function baseSeverity(relation: Relation, read: ReadQuery): Severity {
	if (relation.isTarget) return "error";
	if (relation.own?.scope === "tenant-root") return "info";
	return isByKey(relation, read) ? "warning" : "error";
}

function isByKey({ id, table }: Relation, { reading }: ReadQuery): boolean {
	return [...reading.graph.values.keys()].some(
		(column) => relationOf(column) === id && table !== null && isUnique(table, column.slice(column.indexOf(".") + 1)),
	);
}
