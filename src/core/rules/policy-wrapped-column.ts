import type { Node } from "@pgsql/types";
import { factOf } from "../schema/facts";
import type { Table } from "../schema/model";
import { as, stringsOf } from "../schema/tree";
import { withPolicy } from "./base/examples";
import { columnOf, names } from "./base/expressions";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** How the grammar calls types that `format_type` calls otherwise. */
const GRAMMAR: Readonly<Record<string, string>> = {
	"character varying": "varchar",
	integer: "int4",
	bigint: "int8",
	smallint: "int2",
	character: "bpchar",
};

/** What people put around a column to compare it more leniently; another function may be the check itself. */
const NORMALIZES = /^(lower|upper|[blr]?trim|md5|replace|text|encode|concat)$/;

export const policyWrappedColumn: Rule = {
	id: "policy-wrapped-column",
	summary: "A policy compares the tenant column only after a cast or a function, which hides it from its index.",
	severity: "warning",
	doc: {
		why: "An index on tenant_id doesn't serve tenant_id::text = '…' or lower(tenant_id): each query reads the rows of all tenants, and gets slower with each that signs up.",
		remedy: "Cast the other side instead: tenant_id = (SELECT current_setting('app.tenant_id')::uuid).",
		sources: [
			{
				title: "PostgreSQL: Indexes on Expressions",
				url: "https://www.postgresql.org/docs/current/indexes-expressional.html",
			},
		],
		bad: withPolicy("TO app_user USING (tenant_id::text = (SELECT current_setting('app.tenant_id')))"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "an index has the same expression",
				sql: `${withPolicy("TO app_user USING (tenant_id::text = (SELECT current_setting('app.tenant_id')))")}CREATE INDEX ON orders ((tenant_id::text));\n`,
			},
			{
				title: "a function is given the column, and decides itself",
				sql: withPolicy("TO app_user USING (may_see(tenant_id) = true)").replace(
					"CREATE TABLE orders",
					"CREATE FUNCTION may_see(uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';\nCREATE TABLE orders",
				),
			},
			{
				title: "the cast is to the column's own type",
				sql: withPolicy("TO app_user USING (tenant_id::uuid = (SELECT current_setting('app.tenant_id')::uuid))"),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy, using, check, columns } of context.tenantPolicies) {
			// A new row is looked at by itself: only what is read needs an index.
			const condition = policy.command === "insert" ? null : (using ?? check);
			const column = condition && wrappedIn(condition, table, columns);
			if (!column || hasExpressionIndex(table, column)) continue;
			yield {
				table: key,
				location: policy.location,
				message: `Policy ${policy.name} wraps ${column} in a cast or function, so no index on ${column} of ${shown(table)} serves it.`,
				help: `Compare ${column} itself, and cast the other side.`,
			};
		}
	},
};

/** The tenant column that a comparison outside of subqueries wraps. */
function wrappedIn(condition: Node, table: Table, columns: ReadonlySet<string>): string | null {
	for (const side of sidesOf(condition)) {
		const column = wrapped(side, table, columns);
		if (column) return column;
	}
	return null;
}

/** Both sides of each `=` outside of subqueries. */
const sidesOf = factOf((condition: Node): Node[] => {
	const sides: Node[] = [];
	const visit = (node: unknown): void => {
		if (Array.isArray(node)) node.forEach(visit);
		else if (node !== null && typeof node === "object") {
			const comparison = as(node as Node, "A_Expr");
			if (comparison && stringsOf(comparison.name).join() === "=")
				for (const side of [comparison.lexpr, comparison.rexpr]) if (side) sides.push(side);
			if (!as(node as Node, "SubLink")) Object.values(node).forEach(visit);
		}
	};
	visit(condition);
	return sides;
});

function wrapped(side: Node, table: Table, columns: ReadonlySet<string>): string | null {
	const cast = as(side, "TypeCast");
	if (cast) {
		const column = columnOf(cast.arg);
		if (column === null || !columns.has(column)) return null;
		return isSameType(table, column, stringsOf(cast.typeName?.names).at(-1) ?? "") ? null : column;
	}
	const call = as(side, "FuncCall");
	const args =
		as(side, "CoalesceExpr")?.args ?? (NORMALIZES.test(stringsOf(call?.funcname).at(-1) ?? "") && call?.args);
	return args && args[0] !== undefined && names(args[0], columns) ? columnOf(args[0]) : null;
}

/** Whether the index serves the cast column as well: it is the same type, or stored alike. */
function isSameType(table: Table, column: string, to: string): boolean {
	const type = table.columns.find(({ name }) => name === column)?.type.replace(/\(.*\)$/, "") ?? to;
	const from = GRAMMAR[type] ?? type;
	const isText = (name: string) => name === "text" || name === "varchar";
	return from === to || (isText(from) && isText(to));
}

function hasExpressionIndex(table: Table, column: string): boolean {
	return table.indexes.some(({ expressions }) => expressions[0]?.includes(column));
}
