import type { Node } from "@pgsql/types";
import type { View } from "../../schema/model";
import { as } from "../../schema/tree";
import { usesOf } from "../../schema/uses";
import { asksCaller, callAsksCaller } from "./bodies";
import { joinedBy, names, nodesOf } from "./expressions";
import { tenantColumnsOf } from "./policies";
import type { RuleContext } from "./rule";
import { hasColumns } from "./session";

/** What a view that runs with its owner's rights asks of its rows by itself. */

/** What says by itself who is signed in. */
const SIGNED_IN = /^(?:(?:pg_catalog\.)?current_setting|auth\.uid)$/i;

/**
 * Whether a condition of the view ties its rows to whoever asks: it compares a column with what the session says, or the
 * tenant's column with what a function of the files makes of that. To ask for a role, or to show who asks, ties nothing.
 */
export function bindsRows(context: RuleContext, view: View): boolean {
	const { model } = context;
	const query = context.expression(`(${view.query})`);
	if (query === null) return asksCaller(model, view);
	const columns = new Set(
		context.tenantTables.flatMap((each) => (view.reads.includes(each.key) ? [...tenantColumnsOf(each)] : [])),
	);
	return [...conditionsIn(query)].some((condition) => {
		const { calls } = usesOf(condition);
		if (hasColumns(condition) && calls.some(({ path }) => SIGNED_IN.test(path.join(".")))) return true;
		return names(condition, columns) && calls.some(({ path }) => callAsksCaller(model, path));
	});
}

/** What WHERE, HAVING and JOIN ask for, in subqueries too, each part that has to hold. */
function* conditionsIn(query: Node): Iterable<Node> {
	for (const node of nodesOf(query)) {
		const select = as(node, "SelectStmt");
		for (const condition of [select?.whereClause, select?.havingClause, as(node, "JoinExpr")?.quals])
			if (condition) yield* joinedBy(condition, "AND_EXPR");
	}
}
