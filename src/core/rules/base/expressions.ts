import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { as, constantOf, stringsOf } from "../../schema/tree";

/** What rules ask of a policy's condition. A condition's tree stays the same over edits, so each answer is found once. */

/** The conditions that AND (or OR) joins, however deep; the node itself where it is no such. */
export function joinedBy(node: Node, operator: Joint): readonly Node[] {
	return JOINED[operator](node);
}

type Joint = "AND_EXPR" | "OR_EXPR";

const joinedIn = (operator: Joint) =>
	factOf((node: Node): readonly Node[] => {
		const expression = as(node, "BoolExpr");
		if (expression?.boolop !== operator) return [node];
		return (expression.args ?? []).flatMap((each) => joinedBy(each, operator));
	});

const JOINED = { AND_EXPR: joinedIn("AND_EXPR"), OR_EXPR: joinedIn("OR_EXPR") };

/** `true`, `1 = 1`, `x OR true`: nothing in the row can make it false. */
export const isAlwaysTrue = factOf((node: Node): boolean => {
	const alternatives = joinedBy(node, "OR_EXPR");
	if (alternatives.length > 1) return alternatives.some(isAlwaysTrue);
	const conditions = joinedBy(node, "AND_EXPR");
	if (conditions.length > 1) return conditions.every(isAlwaysTrue);
	if (as(node, "A_Const") || as(node, "TypeCast")) return constantOf(node) === "true" || constantOf(node) === "t";
	const comparison = as(node, "A_Expr");
	if (comparison?.kind !== "AEXPR_OP" || stringsOf(comparison.name).join() !== "=") return false;
	const [left, right] = [constantOf(comparison.lexpr), constantOf(comparison.rexpr)];
	return left !== null && left === right;
});

/** `false`: it lets nothing through. */
export const isNeverTrue = factOf((node: Node): boolean =>
	joinedBy(node, "AND_EXPR").some((each) => constantOf(each) === "false" || constantOf(each) === "f"),
);

/** A column by its last name, through casts and parentheses; null for anything else. */
export function columnOf(node: Node | undefined): string | null {
	const cast = as(node, "TypeCast");
	if (cast) return columnOf(cast.arg);
	return stringsOf(as(node, "ColumnRef")?.fields).at(-1) ?? null;
}

/** The constants in an expression, as text. */
export function constantsIn(node: Node): string[] {
	return [...nodesOf(node)].flatMap((each) => (as(each, "A_Const") ? (constantOf(each) ?? []) : []));
}

/** Every node below and including this one. */
export function nodesOf(node: Node | readonly Node[] | null | undefined): readonly Node[] {
	return node ? nodesUnder(node) : [];
}

const nodesUnder = factOf((root: object): readonly Node[] => {
	const found: Node[] = [];
	const visit = (node: object): void => {
		if (!Array.isArray(node)) found.push(node as Node);
		for (const each of Object.values(node)) if (each !== null && typeof each === "object") visit(each);
	};
	visit(root);
	return found;
});

/** Whether the condition asks for one of the columns, in a subquery too. That a column is not NULL is true of any row. */
export function names(node: Node, columns: ReadonlySet<string>): boolean {
	return namedIn(node).some((name) => columns.has(name));
}

const namedIn = factOf((node: Node) =>
	[...askedNodes(node)].flatMap((each) => stringsOf(as(each, "ColumnRef")?.fields).at(-1) ?? []),
);

function* askedNodes(node: unknown): Iterable<Node> {
	if (Array.isArray(node)) for (const each of node) yield* askedNodes(each);
	else if (node !== null && typeof node === "object" && !isNotNullTest(node as Node)) {
		yield node as Node;
		for (const each of Object.values(node)) yield* askedNodes(each);
	}
}

function isNotNullTest(node: Node): boolean {
	return as(node, "NullTest")?.nulltesttype === "IS_NOT_NULL";
}

/** `x IS NULL`, of anything. */
export function isNullTest(node: Node): boolean {
	return as(node, "NullTest")?.nulltesttype === "IS_NULL";
}

/** The other side of `column = …` where the condition compares one of the columns for equality; null where it doesn't. */
export function comparedWith(node: Node, columns: ReadonlySet<string>): Node | null {
	const expression = as(node, "A_Expr");
	if (!expression || stringsOf(expression.name).join() !== "=") return null;
	const isTenant = (side: Node | undefined) => columns.has(columnOf(side) ?? "");
	if (isTenant(expression.lexpr)) return expression.rexpr ?? null;
	return isTenant(expression.rexpr) ? (expression.lexpr ?? null) : null;
}
