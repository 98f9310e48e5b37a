import type { Node } from "@pgsql/types";
import { factOf } from "../../schema/facts";
import { as, stringsOf } from "../../schema/tree";
import { columnOf, nodesOf } from "./expressions";

/** What a condition knows of who asks: settings, roles, functions that may look at either. */

/** Built-in functions whose answer depends on their arguments, or the clock, alone. */
const PURE =
	/^(coalesce|lower|upper|now|length|nullif|greatest|least|count|min|max|sum|avg|bool_and|bool_or|array_agg|array_position|unnest|any_value|split_part|substring|replace|btrim|date_trunc|jsonb?_\w+|to_char|to_date|concat|md5|abs|round)$/;

/** Functions that read the session only; any other may look at the row's tenant itself. */
const SESSION = /^(current_setting|current_user|session_user|now|lower|upper|coalesce|length)$/;

/** Supabase's own, which say who is signed in. */
const SIGNED_IN = /^auth\.(uid|role|email|jwt)$/;

/** Whether the condition is of the row and the session alone: no subquery and no function that could know the tenant. */
export const isPlain = factOf((condition: Node): boolean => {
	for (const node of nodesOf(condition)) {
		if (as(node, "SubLink") && !as(as(node, "SubLink")?.subselect, "SelectStmt")?.fromClause) continue;
		if (as(node, "SubLink")) return false;
		const call = as(node, "FuncCall");
		const path = stringsOf(call?.funcname);
		if (call && !SESSION.test(path.at(-1) ?? "") && !SIGNED_IN.test(path.join("."))) return false;
	}
	return true;
});

/** `current_user`, `session_user` and the like, bare or as `(SELECT current_user)`. */
export function isRoleName(node: Node | undefined): boolean {
	const inner = unwrapped(node);
	return /USER|ROLE/.test(as(inner, "SQLValueFunction")?.op ?? "");
}

/** Whether it reads a setting, the role, or calls a function that may do so. */
export const asksSession = factOf((node: Node): boolean =>
	[...nodesOf(node)].some((each) => {
		const call = as(each, "FuncCall");
		return call ? !PURE.test(stringsOf(call.funcname).at(-1) ?? "") : isRoleName(each);
	}),
);

/** Whether a column of the row is compared with something of the session, so that the row is the caller's own. */
export const isCallersOwn = factOf((node: Node): boolean => {
	const comparison = as(node, "A_Expr");
	if (!comparison || stringsOf(comparison.name).join() !== "=") return false;
	const { lexpr, rexpr } = comparison;
	return isColumnAndSession(lexpr, rexpr) || isColumnAndSession(rexpr, lexpr);
});

function isColumnAndSession(column: Node | undefined, other: Node | undefined): boolean {
	// `caller IN (a, b)`: each of the columns has to be one.
	const columns = as(column, "List")?.items ?? [column];
	return (
		columns.every((each) => columnOf(each) !== null) && other !== undefined && !hasColumns(other) && asksSession(other)
	);
}

/** Whether it names a column, in a subquery too. */
export const hasColumns = factOf((node: Node): boolean => [...nodesOf(node)].some((each) => as(each, "ColumnRef")));

/** Without casts and without a `(SELECT …)` that only holds one expression. */
export function unwrapped(node: Node | undefined): Node | undefined {
	const cast = as(node, "TypeCast");
	if (cast) return unwrapped(cast.arg);
	const select = as(as(node, "SubLink")?.subselect, "SelectStmt");
	if (!select || select.fromClause || select.targetList?.length !== 1) return node;
	return unwrapped(as(select.targetList[0], "ResTarget")?.val);
}
