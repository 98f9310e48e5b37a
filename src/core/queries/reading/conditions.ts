import type { Node, SubLink } from "@pgsql/types";
import { isNeverTrue, joinedBy, nodesOf } from "../../rules/base/expressions";
import { as, constantOf, stringsOf } from "../../schema/tree";
import { HOLE } from "../query";
import { type Fact, inEachArm } from "./facts";
import { type ColumnId, columnId, OUTSIDE, type Output, type Relation, type Scope } from "./relation";

/** Reads a subquery of a condition. */
export type ReadSubquery = (select: Node, outer: Scope, how?: HowRead) => Output;

interface HowRead {
	/** A row that the condition lets through has a row of the subquery, so that what holds there holds of it. */
	readonly holds?: boolean;
	/** What the subquery's columns are compared with, in `IN` and `NOT IN`: its rows with other values don't matter. */
	readonly compared?: readonly (ColumnId | null)[];
}

/** The facts of a condition: of its parts that AND joins, and what all arms of an OR have in common. */
export function factsOf(condition: Node | undefined, scope: Scope, read: ReadSubquery): Fact[] {
	if (!condition) return [];
	return joinedBy(condition, "AND_EXPR").flatMap((part) => factsOfPart(part, scope, read));
}

function factsOfPart(part: Node, scope: Scope, read: ReadSubquery): Fact[] {
	const arms = joinedBy(part, "OR_EXPR");
	if (arms.length > 1) {
		const readInArm: ReadSubquery = (select, outer, how) => read(select, outer, { ...how, holds: false });
		return inEachArm(arms.filter((arm) => !isNeverTrue(arm)).map((arm) => factsOf(arm, scope, readInArm)));
	}
	const link = as(part, "SubLink");
	if (link?.subselect) {
		const isAny = link.subLinkType === "ANY_SUBLINK";
		const compared = comparedColumns(link, scope);
		const output = read(link.subselect, scope, { holds: isAny || link.subLinkType === "EXISTS_SUBLINK", compared });
		if (!isAny) return [];
		return compared.flatMap((column, i) => {
			const sources = output.columns[i]?.sources ?? [];
			if (column === null) return [];
			return sources.length === 1 && sources[0]
				? [{ kind: "same", a: column, b: sources[0] } as const]
				: unknownSource(column, output, sources);
		});
	}
	const test = as(part, "NullTest");
	const tested = test?.nulltesttype === "IS_NULL" ? columnOf(test.arg, scope) : null;
	if (tested !== null) return [{ kind: "absent", column: tested }];
	const comparison = as(part, "A_Expr");
	if (!comparison) return readInside(part, scope, read);
	const { kind, lexpr, rexpr } = comparison;
	const operator = stringsOf(comparison.name).at(-1);
	if (operator !== "=" || !/^AEXPR_(?:OP|OP_ANY|IN|NOT_DISTINCT)$/.test(String(kind)))
		return readInside(part, scope, read);
	if (kind === "AEXPR_IN") return inFacts(lexpr, as(rexpr, "List")?.items ?? [], scope, read);
	if (kind === "AEXPR_OP_ANY") return sameFacts(lexpr, rexpr, scope, read, "any of ");
	const [left, right] = [operands(lexpr), operands(rexpr)];
	if (left.length !== right.length) return sameFacts(lexpr, rexpr, scope, read);
	return left.flatMap((each, i) => sameFacts(each, right[i], scope, read));
}

/** The columns that `IN`, `= ANY` and `<> ALL` compare with those of a subquery; none for other operators. */
function comparedColumns(link: SubLink, scope: Scope): readonly (ColumnId | null)[] {
	const operators = stringsOf(link.operName);
	const isIn = link.subLinkType === "ANY_SUBLINK" && operators.every((name) => name === "=");
	const isNotIn = link.subLinkType === "ALL_SUBLINK" && operators.every((name) => name === "<>");
	return isIn || isNotIn ? operands(link.testexpr).map((operand) => columnOf(operand, scope)) : [];
}

/** Where the column may be anything that the subquery gives, and reading can't tell what that is. */
function unknownSource(column: ColumnId, output: Output, sources: readonly (ColumnId | null)[]): Fact[] {
	if (sources.length === 0) return output.isPartial ? [{ kind: "value", column, value: "unknown" }] : [];
	// A list of values.
	return sources.every((source) => source === null) ? [{ kind: "value", column, value: "any of a list" }] : [];
}

function inFacts(left: Node | undefined, items: readonly Node[], scope: Scope, read: ReadSubquery): Fact[] {
	const columns = operands(left);
	return columns.flatMap((column, i): Fact[] => {
		const id = columnOf(column, scope);
		const values = items.map((item) => {
			const parts = operands(item);
			return parts.length === columns.length ? settledValue(parts[i], scope, read) : settledValue(item, scope, read);
		});
		if (id === null || values.length === 0 || values.includes(null)) return [];
		return [{ kind: "value", column: id, value: values.length === 1 ? (values[0] as string) : `any of ${values}` }];
	});
}

function sameFacts(
	left: Node | undefined,
	right: Node | undefined,
	scope: Scope,
	read: ReadSubquery,
	prefix = "",
): Fact[] {
	const [a, b] = [columnOf(left, scope), columnOf(right, scope)];
	if (a !== null && b !== null) return a === b ? [] : [{ kind: "same", a, b }];
	const column = a ?? b;
	const other = a === null ? left : right;
	if (column === null) return [...readInside(left, scope, read), ...readInside(right, scope, read)];
	const link = as(other, "SubLink");
	if (link?.subLinkType === "EXPR_SUBLINK" && link.subselect) {
		const [first] = read(link.subselect, scope).columns;
		if (first?.sources.length === 1 && first.sources[0]) return [{ kind: "same", a: column, b: first.sources[0] }];
		return first ? [{ kind: "value", column, value: "a subquery's" }] : [];
	}
	const value = settledValue(other, scope, read);
	return value === null ? [] : [{ kind: "value", column, value: prefix + value }];
}

/** The elements of a row `(a, b)`; a single operand as it is. */
function operands(node: Node | undefined): readonly Node[] {
	const row = as(node, "RowExpr");
	return row ? (row.args ?? []) : node ? [node] : [];
}

/** The value of an expression without columns, as a text that is the same for the same value; null where it has columns. */
function settledValue(node: Node | undefined, scope: Scope, read: ReadSubquery): string | null {
	const plain = plainValue(node);
	if (plain !== null || !node) return plain;
	readInside(node, scope, read);
	const { hasColumns, hasSubqueries } = partsOf(node);
	return hasSubqueries && !hasColumns ? "a subquery's" : null;
}

/** As `settledValue`; null for an expression with subqueries, too. */
export function plainValue(node: Node | undefined): string | null {
	if (!node) return null;
	const inner = withoutCasts(node);
	const parameter = as(inner, "ParamRef");
	if (parameter) return `$${parameter.number ?? 0}`;
	const constant = constantOf(inner);
	if (constant !== null && as(inner, "A_Const")) return `'${constant}'`;
	const call = as(inner, "FuncCall");
	// pgcrypto's `password = crypt($1, password)` takes the salt from the column.
	if (call && stringsOf(call.funcname).at(-1) === "crypt") return plainValue(call.args?.[0]);
	const { hasColumns, hasSubqueries } = partsOf(inner);
	if (hasColumns || hasSubqueries) return null;
	return call ? JSON.stringify(stringsOf(call.funcname)) : "an expression's";
}

/** What an expression has, its subqueries taken as one each. */
function partsOf(expression: Node): { readonly hasColumns: boolean; readonly hasSubqueries: boolean } {
	let [hasColumns, hasSubqueries] = [false, false];
	const pending: unknown[] = [expression];
	for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
		if (each === null || typeof each !== "object") continue;
		const link = as(each as Node, "SubLink");
		if (link) hasSubqueries = true;
		else if (as(each as Node, "ColumnRef")) hasColumns = true;
		for (const child of link ? [link.testexpr] : Object.values(each)) pending.push(child);
	}
	return { hasColumns, hasSubqueries };
}

/** Reads the subqueries that a part holds, of which nothing follows for the rows. */
export function readInside(node: unknown, scope: Scope, read: ReadSubquery): Fact[] {
	const pending: unknown[] = [node];
	for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
		if (each === null || typeof each !== "object") continue;
		const link = as(each as Node, "SubLink");
		if (link?.subselect) {
			read(link.subselect, scope, { compared: comparedColumns(link, scope) });
			pending.push(link.testexpr);
		} else for (const child of Object.values(each)) pending.push(child);
	}
	return [];
}

function withoutCasts(node: Node): Node {
	const cast = as(node, "TypeCast");
	return cast?.arg ? withoutCasts(cast.arg) : node;
}

/** The column that an expression is, also under a cast or in `lower(…)`; null for anything else. */
export function columnOf(node: Node | undefined, scope: Scope): ColumnId | null {
	if (!node) return null;
	const inner = withoutCasts(node);
	const call = as(inner, "FuncCall");
	if (call?.args?.length === 1 && /^(?:lower|upper|trim|btrim|text|uuid)$/.test(stringsOf(call.funcname).at(-1) ?? ""))
		return columnOf(call.args[0], scope);
	const names = as(inner, "ColumnRef")?.fields;
	return names ? resolve(stringsOf(names), scope) : null;
}

/** What a column's name means, by PostgreSQL's rules of scope; null where nothing here has such a column, of OUTSIDE where none is called so. */
export function resolve(names: readonly string[], scope: Scope): ColumnId | null {
	const name = names.at(-1);
	const alias = names.at(-2);
	if (name === undefined) return null;
	for (let current: Scope | null = scope; current; current = current.outer) {
		const relation: Relation | undefined =
			alias === undefined
				? (current.relations.find((each) => hasColumn(each, name)) ??
					current.relations.find(({ kind, output }) => kind === "unknown" || output?.isPartial))
				: current.relations.find((each) => each.alias === alias);
		if (relation) return columnId(relation, name);
	}
	// No relation of the statement is called so: it's a part of another.
	return alias === undefined ? null : `${OUTSIDE}.${name}`;
}

function hasColumn({ table, output }: Relation, name: string): boolean {
	return (table?.columns ?? output?.columns ?? []).some((column) => column.name === name);
}

/** Whether a name that the program puts in stands where a condition names its column. */
export function namesHole(node: Node): boolean {
	for (const each of nodesOf(node))
		if (stringsOf(as(each, "ColumnRef")?.fields).some((name) => name.includes(HOLE))) return true;
	return false;
}
