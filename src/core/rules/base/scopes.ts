import type { Node, RangeVar } from "@pgsql/types";
import type { SchemaModel, Table } from "../../schema/model";
import { as } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { nodesOf } from "./expressions";

/** What the names in a policy's subqueries mean, by PostgreSQL's rules of scope. */

/** The subqueries of a condition that read tables, the outer ones first. */
export function subqueriesOf(condition: Node): Node[] {
	return [...nodesOf(condition)].filter((node) => as(as(node, "SubLink")?.subselect, "SelectStmt")?.fromClause);
}

/** The table that FROM names, where one of the candidates is it; the policy's own list of what it reads has them resolved. */
export function tableNamed(
	model: SchemaModel,
	{ schemaname, relname }: Pick<RangeVar, "schemaname" | "relname">,
	candidates: readonly string[],
): Table | null {
	const key = candidates.find((each) =>
		schemaname ? each === `${schemaname}.${relname}` : each.endsWith(`.${relname}`),
	);
	return (key !== undefined && model.tables.get(key)) || null;
}

/** The tables that a condition's subqueries read; null where one of them isn't known. */
export function tablesRead(model: SchemaModel, node: Node, candidates: readonly string[]): Table[] | null {
	const tables = usesOf(node).relations.map((each) => tableNamed(model, each, candidates));
	return tables.includes(null) ? null : (tables as Table[]);
}

/**
 * The columns of the policy's own row that a condition names: those outside of subqueries, and those inside that no table
 * of the subquery has. Null where a subquery reads something whose columns aren't known.
 */
export function rowColumns(
	model: SchemaModel,
	row: Table,
	node: Node,
	candidates: readonly string[],
): ReadonlySet<string> | null {
	const columns = new Set<string>();
	for (const { path, scope } of usesOf(node).references) {
		const name = path.at(-1) ?? "";
		const qualifier = path.at(-2);
		let isInner = false;
		for (let each = scope; each && !isInner; each = each.parent)
			for (const source of each.sources) {
				if (qualifier !== undefined) {
					if (source.name === qualifier) isInner = true;
					continue;
				}
				const table = source.relation && tableNamed(model, source.relation, candidates);
				if (!table) return null;
				if (name === "*" || table.columns.some((column) => column.name === name)) isInner = true;
			}
		if (!isInner && (qualifier === undefined || qualifier === row.name)) columns.add(name);
	}
	return columns;
}
