import { type ForeignKey, qualified, type SchemaModel } from "../../schema/model";
import type { Tenancy } from "../../tenancy/scope";
import type { FactGraph } from "./facts";
import { provesCaller } from "./own-rows";
import type { Reading } from "./reading";
import { type ColumnId, columnId, type Relation } from "./relation";

/**
 * How a statement keeps to one tenant's rows of a table: `bound` it does; `reached` its rows are joined to rows that are bound,
 * by something else than the tenant; `open` nothing restricts it to a tenant.
 */
export type Isolation = "bound" | "reached" | "open";

/** The tables' places in a statement that hold tenants' data, each with how it is kept to a tenant. */
export function isolationOf(reading: Reading, model: SchemaModel, tenancy: Tenancy): ReadonlyMap<Relation, Isolation> {
	const { graph, relations } = reading;
	const held = relations.filter(isHeld);
	const unknown = relations.filter(({ kind, output }) => kind === "unknown" && output?.isPartial);
	for (const relation of unknown) assumeBound(graph, relation);
	// A condition on a column that only the program knows of may well restrict what is inside.
	if (relations.some((relation) => asksUnlisted(graph, relation))) return new Map(held.map((each) => [each, "bound"]));
	const bound = new Set<Relation>();
	let more = true;
	while (more) {
		graph.spread();
		more = false;
		for (const relation of held) {
			if (bound.has(relation)) continue;
			const isBound =
				tenantColumns(relation, tenancy).some((name) => graph.values.has(columnId(relation, name))) ||
				isNobodys(relation, graph) ||
				provesCaller(relation, graph, model, tenancy) ||
				relations.some(
					(other) =>
						bound.has(other) && (isSameRow(relation, other, graph) || followsFrom(relation, other, graph, tenancy)),
				);
			if (!isBound) continue;
			bound.add(relation);
			more = true;
			// Whose rows they are is settled, so that whatever has the same tenant is settled, too.
			for (const name of tenantColumns(relation, tenancy)) {
				const column = columnId(relation, name);
				if (!graph.values.has(column)) graph.values.set(column, `the tenant of ${relation.alias}`);
			}
		}
	}
	const reached = reachedFrom(bound, relations, graph);
	return new Map(held.map((each) => [each, bound.has(each) ? "bound" : reached.has(each) ? "reached" : "open"]));
}

/** Whether it holds tenants' data, or the tenants. */
export function isHeld({ own }: Pick<Relation, "own">): boolean {
	return own !== null && own.scope !== "shared" && own.scope !== "unscoped";
}

/** Rows without tenant are nobody's: what all tenants share. */
function isNobodys(relation: Relation, graph: FactGraph): boolean {
	const tenant = relation.own?.tenantColumn ?? null;
	return tenant !== null && graph.absent.has(columnId(relation, tenant));
}

/**
 * What ties a table's rows to a tenant by itself: its tenant column, the key of a root, any other reference to a root, and a
 * column that is called as other tables' tenant column and refers to nothing else: the tenant of another level, perhaps.
 */
export function tenantColumns(
	{ key, table, own }: Relation,
	{ roots, tenantColumns: all }: Tenancy,
): readonly string[] {
	if (!table || !own) return [];
	const isRoot = own.scope === "tenant-root" || roots.includes(key ?? "");
	const primary = isRoot && table.primaryKey?.columns.length === 1 ? table.primaryKey.columns : [];
	const isReference = ({ columns, references }: ForeignKey) =>
		columns.length === 1 && roots.includes(qualified(references)) && qualified(references) !== key;
	const others = new Set(table.foreignKeys.flatMap((each) => (isReference(each) ? [] : each.columns)));
	// In a table that shares its keys with people, `id` names the tenant; here it names a row.
	const isOwnKey = (name: string) => table.primaryKey?.columns.length === 1 && table.primaryKey.columns[0] === name;
	const names = [
		...primary,
		...(own.tenantColumn === null ? [] : [own.tenantColumn]),
		...table.foreignKeys.filter(isReference).flatMap((each) => each.columns),
		...table.columns.flatMap(({ name }) => (all.includes(name) && !others.has(name) && !isOwnKey(name) ? [name] : [])),
	];
	return [...new Set(names)];
}

function asksUnlisted(graph: FactGraph, { id, kind, output }: Relation): boolean {
	if (kind !== "derived" || !output?.isPartial) return false;
	const listed = new Set(output.columns.map(({ name }) => `${id}.${name}`));
	return graph.columnsOf(id).some((column) => !listed.has(column));
}

/** Where reading can't tell what a relation's rows are, what is compared with it may well be the tenant. */
function assumeBound(graph: FactGraph, relation: Relation): void {
	for (const column of graph.columnsOf(relation.id)) if (!graph.values.has(column)) graph.values.set(column, "unknown");
}

/** Whether both stand for the same row of one table: they are joined over a whole key of it. */
function isSameRow(relation: Relation, other: Relation, graph: FactGraph): boolean {
	const { table } = relation;
	if (!table || relation.key !== other.key) return false;
	return [table.primaryKey, ...table.uniques].some((unique) =>
		unique?.columns.every((name) => isSame(graph, columnId(other, name), columnId(relation, name))),
	);
}

/** Whether the rows belong to the tenant of the other's rows, because a foreign key says so and the join is over it. */
function followsFrom(relation: Relation, other: Relation, graph: FactGraph, tenancy: Tenancy): boolean {
	const down = keysBetween(relation, other).some(
		(key) => carriesTenant(key, relation, other, tenancy) && joins(graph, relation, other, key, false),
	);
	return (
		down ||
		keysBetween(other, relation).some(
			(key) => carriesTenant(key, other, relation, tenancy) && joins(graph, other, relation, key, true),
		)
	);
}

function keysBetween({ table, key }: Relation, to: Relation): readonly ForeignKey[] {
	if (!table || to.key === null) return [];
	return table.foreignKeys.filter(({ references }) => qualified(references) === to.key && key !== null);
}

/** Whether a row and the row that it references are the same tenant's: its tenant is by definition the other's, or the key has the tenant. */
function carriesTenant(key: ForeignKey, from: Relation, to: Relation, tenancy: Tenancy): boolean {
	const step = from.own?.path?.[0];
	if (from.own?.scope === "tenant-derived" && step)
		return step.references === to.key && step.columns.join() === key.columns.join();
	const [mine, theirs] = [tenantColumns(from, tenancy), tenantColumns(to, tenancy)];
	return key.columns.some((name, i) => mine.includes(name) && theirs.includes(key.to[i] ?? ""));
}

/** Whether the statement joins over the key's columns; those of the tenant are not needed where the rest is a key by itself. */
function joins(graph: FactGraph, from: Relation, to: Relation, key: ForeignKey, up: boolean): boolean {
	const pairs = key.columns.map((name, i) => [columnId(from, name), columnId(to, key.to[i] ?? "")] as const);
	const joined = pairs.filter(([child, parent]) => (up ? isSame(graph, child, parent) : isSame(graph, parent, child)));
	if (joined.length === pairs.length) return true;
	if (joined.length === 0 || !to.table) return false;
	const names = joined.map(([, parent]) => parent.slice(parent.indexOf(".") + 1));
	return [to.table.primaryKey, ...to.table.uniques].some((unique) =>
		unique?.columns.every((each) => names.includes(each)),
	);
}

function isSame(graph: FactGraph, from: ColumnId, to: ColumnId): boolean {
	if (graph.leadsTo(from, to)) return true;
	const value = graph.values.get(from);
	return value?.startsWith("$") === true && value === graph.values.get(to);
}

/** The relations that are joined to bound ones, by whatever columns, also over those that hold no tenant's data. */
function reachedFrom(
	bound: ReadonlySet<Relation>,
	relations: readonly Relation[],
	graph: FactGraph,
): ReadonlySet<Relation> {
	const all = new Set(bound);
	const reached = graph.reachedFrom([...bound].flatMap((relation) => graph.columnsOf(relation.id)));
	// A relation is reached by one of its columns; what is joined to its others is reached with it.
	for (let more = true; more; ) {
		more = false;
		for (const each of relations) {
			// What a subquery gives is reached column by column: it may have the rows of several.
			if (each.kind === "derived") continue;
			if (all.has(each)) continue;
			const columns = graph.columnsOf(each.id);
			if (!columns.some((column) => reached.has(column))) continue;
			all.add(each);
			for (const column of graph.reachedFrom(columns)) reached.add(column);
			more = true;
		}
	}
	return all;
}
