import type { Alias, Node, RangeFunction, RangeVar, SelectStmt } from "@pgsql/types";
import type { Catalog } from "./catalog";
import type { OutputColumn, TypeRef } from "./drafts";
import { typeOf } from "./expression-type";
import { outputName } from "./output-name";
import { as, stringsOf } from "./tree";
import { resolveType, textType } from "./type-name";
import { NULL_TYPE } from "./well-known-types";

/** What a query's expressions can name; a source whose columns aren't known has null. */
export interface QuerySource {
	readonly name: string;
	readonly columns: readonly OutputColumn[] | null;
}

/** A query's sources, the common table expressions it sees, and the query around it. */
export interface QueryScope {
	readonly catalog: Catalog;
	readonly sources: QuerySource[];
	readonly expressions: ReadonlyMap<string, readonly OutputColumn[] | null>;
	readonly outer: QueryScope | null;
}

/** What a query gives: names and, as far as they can be told from the schema, types. Null where not even the names can. */
export function outputColumns(
	catalog: Catalog,
	query: Node | undefined,
	outer: QueryScope | null = null,
): OutputColumn[] | null {
	const select = as(query, "SelectStmt");
	return select ? selectColumns(catalog, select, outer) : null;
}

function selectColumns(catalog: Catalog, select: SelectStmt, outer: QueryScope | null): OutputColumn[] | null {
	const expressions = new Map(outer?.expressions);
	const scope: QueryScope = { catalog, sources: [], expressions, outer };
	for (const node of select.withClause?.ctes ?? []) {
		const expression = as(node, "CommonTableExpr");
		if (!expression) continue;
		// A recursive one takes its columns from the part that isn't.
		const columns = outputColumns(catalog, expression.ctequery, scope);
		expressions.set(expression.ctename ?? "", renamed(columns, stringsOf(expression.aliascolnames)));
	}
	if (select.larg && select.rarg)
		return unionColumns(selectColumns(catalog, select.larg, scope), () =>
			selectColumns(catalog, select.rarg as SelectStmt, scope),
		);
	const values = as(select.valuesLists?.[0], "List")?.items;
	if (values) return values.map((value, i) => ({ name: `column${i + 1}`, type: typeOf(scope, value) }));
	for (const node of select.fromClause ?? []) addSource(scope, node);
	const columns: OutputColumn[] = [];
	for (const node of select.targetList ?? []) {
		const target = as(node, "ResTarget");
		const star = starOf(target?.val);
		if (star) {
			const all = starColumns(scope, star);
			if (!all) return null;
			columns.push(...all);
		} else
			columns.push({ name: target?.name ?? outputName(target?.val) ?? "?column?", type: typeOf(scope, target?.val) });
	}
	return columns;
}

function unionColumns(left: OutputColumn[] | null, right: () => OutputColumn[] | null): OutputColumn[] | null {
	if (!left || left.every((column) => column.type !== null && column.type !== NULL_TYPE)) return left;
	const other = right();
	return left.map((column, i) => ({
		name: column.name,
		type: column.type && column.type !== NULL_TYPE ? column.type : (other?.[i]?.type ?? column.type),
	}));
}

/** The qualifier of `*` or `t.*` as a path, null for anything else. */
function starOf(node: Node | undefined): string[] | null {
	const fields = as(node, "ColumnRef")?.fields;
	return fields && as(fields.at(-1), "A_Star") ? stringsOf(fields) : null;
}

function starColumns(scope: QueryScope, path: readonly string[]): OutputColumn[] | null {
	const sources =
		path.length === 0
			? scope.sources.filter((source) => source.name !== MERGED)
			: scope.sources.filter((source) => source.name === path.at(-1));
	const merged = path.length === 0 ? (scope.sources.find((source) => source.name === MERGED)?.columns ?? []) : [];
	const columns: OutputColumn[] = [...merged];
	for (const source of sources) {
		if (!source.columns) return null;
		columns.push(...source.columns.filter((column) => !merged.some((each) => each.name === column.name)));
	}
	return sources.length === 0 ? null : columns;
}

/** The columns that JOIN … USING merges stand first in `*`; they have a source of their own. */
const MERGED = "";

function addSource(scope: QueryScope, node: Node): void {
	const relation = as(node, "RangeVar");
	const join = as(node, "JoinExpr");
	const subquery = as(node, "RangeSubselect");
	const call = as(node, "RangeFunction");
	if (relation) addRelation(scope, relation);
	else if (join) {
		if (join.larg) addSource(scope, join.larg);
		if (join.rarg) addSource(scope, join.rarg);
		const using = stringsOf(join.usingClause);
		if (using.length > 0)
			scope.sources.push({
				name: MERGED,
				columns: using.flatMap(
					(name) =>
						scope.sources.flatMap((source) => source.columns ?? []).find((column) => column.name === name) ?? [],
				),
			});
	} else if (subquery) addAliased(scope, subquery.alias, outputColumns(scope.catalog, subquery.subquery, scope), "");
	else if (call) addFunction(scope, call);
	else scope.sources.push({ name: "?", columns: null });
}

function addRelation(scope: QueryScope, relation: RangeVar): void {
	const name = relation.relname ?? "";
	if (!relation.schemaname && scope.expressions.has(name)) {
		addAliased(scope, relation.alias, scope.expressions.get(name) ?? null, name);
		return;
	}
	addAliased(scope, relation.alias, scope.catalog.readable(relation)?.columns ?? null, name);
}

function addAliased(
	scope: QueryScope,
	alias: Alias | undefined,
	columns: readonly OutputColumn[] | null,
	name: string,
): void {
	scope.sources.push({ name: alias?.aliasname ?? name, columns: renamed(columns, stringsOf(alias?.colnames)) });
}

function renamed(columns: readonly OutputColumn[] | null, names: readonly string[]): readonly OutputColumn[] | null {
	return names.length === 0
		? columns
		: (columns?.map((column, i) => ({ name: names[i] ?? column.name, type: column.type })) ?? null);
}

/** A function in FROM: its column definitions, its TABLE columns, or one column of its type named like the alias. */
function addFunction(scope: QueryScope, source: RangeFunction): void {
	const call = as(source.functions?.[0], "List")?.items?.[0];
	const name = source.alias?.aliasname ?? outputName(call) ?? "";
	const defined = (source.coldeflist ?? []).flatMap((node) => as(node, "ColumnDef") ?? []);
	if (defined.length > 0) {
		scope.sources.push({
			name,
			columns: defined.map((definition) => ({
				name: definition.colname ?? "",
				type: resolveType(scope.catalog, definition.typeName),
			})),
		});
		return;
	}
	const called = scope.catalog.find(stringsOf(as(call, "FuncCall")?.funcname), (key) =>
		scope.catalog.functions.get(key),
	)?.[0];
	const table = called?.arguments.filter((argument) => argument.mode === "table" || argument.mode === "out");
	const columns: OutputColumn[] =
		table && table.length > 0
			? table.map((argument) => ({ name: argument.name ?? "", type: argument.type }))
			: (rowColumns(called?.returns ?? null) ?? [{ name, type: typeOf(scope, call) }]);
	if (source.ordinality) columns.push({ name: "ordinality", type: textType("bigint") });
	addAliased(scope, source.alias, columns, name);
}

/** The columns of a row type, of a function that returns SETOF a table or composite. */
function rowColumns(type: TypeRef | null): OutputColumn[] | null {
	if (!type?.named || type.array) return null;
	if (type.named.tag === "type")
		return type.named.kind === "composite"
			? type.named.attributes.map((each) => ({ name: each.name, type: each.type }))
			: null;
	return type.named.columns ? type.named.columns.map((each) => ({ name: each.name, type: each.type })) : null;
}

/** The column that a path means, from the innermost query outwards. */
export function columnInScope(scope: QueryScope, path: readonly string[]): OutputColumn | null {
	const name = path.at(-1);
	const qualifier = path.at(-2);
	for (let each: QueryScope | null = scope; each; each = each.outer) {
		for (const source of each.sources) {
			if (qualifier !== undefined && source.name !== qualifier) continue;
			const found = source.columns?.find((column) => column.name === name);
			if (found) return found;
		}
	}
	return null;
}
