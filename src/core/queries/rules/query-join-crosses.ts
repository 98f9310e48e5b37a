import { qualified } from "../../schema/model";
import { joinRemedies } from "../reading/add-condition";
import { type FactGraph, relationOf } from "../reading/facts";
import { nameSpan, shownTable } from "../reading/names";
import { columnId, type Relation } from "../reading/relation";
import { isFiltered, severityFor } from "../reading/severity";
import type { QueryContext, QueryDetection, QueryRule, ReadQuery } from "../rule";
import { ORDERS } from "./examples";

export const queryJoinCrosses: QueryRule = {
	id: "query-join-crosses",
	summary: "A join brings rows of a tenant's table by something else than the tenant.",
	severity: "warning",
	doc: {
		why: "The query names the tenant of one table, and joins another by a number, a code or an address that several tenants may have, or by an id that may point at another tenant's row. It then shows, or changes, rows of both. Where the join is over a foreign key, or a whole primary key, only a reference that is wrong already leads to another tenant: that is told as an information.",
		remedy:
			"Join on the tenant as well: ON c.id = o.customer_id AND c.tenant_id = o.tenant_id. A foreign key that has the tenant in it makes that unnecessary.",
		sources: [
			{
				title: "Citus: Multi-tenant applications",
				url: "https://docs.citusdata.com/en/stable/use_cases/multi_tenant.html",
			},
			{
				title: "PostgreSQL: Constraints, Foreign Keys",
				url: "https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK",
			},
		],
		schema: ORDERS,
		bad: "SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.tenant_id = $1;\n",
		good: "SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id AND c.tenant_id = o.tenant_id WHERE o.tenant_id = $1;\n",
		traps: [
			{
				title: "both are compared with the same tenant",
				sql: "SELECT o.id FROM orders o, customers c WHERE c.id = o.customer_id AND o.tenant_id = $1 AND c.tenant_id = $1;\n",
			},
			{
				title: "USING names the tenant",
				sql: "SELECT o.id FROM orders o JOIN customers c USING (tenant_id) WHERE tenant_id = $1;\n",
			},
			{
				title: "the rows' tenant is that of the rows that they are joined to",
				sql: "SELECT l.amount FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE o.tenant_id = $1;\n",
			},
		],
	},
	*detect(context: QueryContext, read: ReadQuery): Iterable<QueryDetection> {
		if (read.query.isOpen || read.reading.isOpen) return;
		const places = new Set<number | null>();
		for (const [relation, isolation] of read.isolation) {
			if (isolation !== "reached" || isFiltered(relation) || places.has(relation.location)) continue;
			if (relation.level.within !== "result" || relation.own?.scope === "tenant-root") continue;
			const base = isByKey(relation, read) ? "info" : "warning";
			const severity = severityFor(relation, base);
			if (severity === null) continue;
			places.add(relation.location);
			yield {
				table: relation.key,
				span: nameSpan(read.query.statement.text, relation),
				severity,
				message: `This query joins ${shownTable(relation)} without its tenant, so rows of another tenant may come along.`,
				help: "Join on the tenant column, too.",
				remedies: () => joinRemedies(context, read, relation),
			};
		}
	},
};

/**
 * Whether it is joined over a foreign key, or a whole primary key, which is a foreign key that nobody declared: then only a
 * reference that is wrong already leads to another tenant.
 */
function isByKey(relation: Relation, { reading }: ReadQuery): boolean {
	const { graph } = reading;
	const areJoined = (a: Relation, mine: string, b: Relation, theirs: string) => {
		const [one, other] = [columnId(a, mine), columnId(b, theirs)];
		return graph.leadsTo(one, other) || graph.leadsTo(other, one);
	};
	const joinsMyKey = keyJoins(relation, graph);
	const reached = graph.reachedFrom(graph.columnsOf(relation.id));
	return reading.relations.some((other) => {
		if (other.id === relation.id) return false;
		if (joinsMyKey(other.id) || isKeyJoined(other, relation.id, reached, graph)) return true;
		const keys = [
			...(other.table?.foreignKeys ?? []).map((key) => ({ key, from: other, to: relation })),
			...(relation.table?.foreignKeys ?? []).map((key) => ({ key, from: relation, to: other })),
		];
		return keys.some(
			({ key, from, to }) =>
				qualified(key.references) === to.key &&
				key.columns.every((name, i) => areJoined(from, name, to, key.to[i] ?? "")),
		);
	});
}

/** The relations with whose columns each column of a relation's primary key is compared. */
function keyJoins({ id, table }: Relation, graph: FactGraph): (other: number) => boolean {
	const reached = (table?.primaryKey?.columns ?? []).map(
		(name) => new Set([...graph.reachedFrom([`${id}.${name}`])].map(relationOf)),
	);
	return (other) => reached.length > 0 && reached.every((relations) => relations.has(other));
}

/** Whether each column of a relation's primary key is compared with one of another's columns. */
function isKeyJoined({ id, table }: Relation, mine: number, reached: ReadonlySet<string>, graph: FactGraph): boolean {
	return (
		table?.primaryKey?.columns.every((name) => {
			const column = `${id}.${name}`;
			return reached.has(column) || [...graph.ledFrom(column)].some((each) => relationOf(each) === mine);
		}) ?? false
	);
}
