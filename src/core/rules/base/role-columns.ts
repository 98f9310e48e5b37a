import type { Node } from "@pgsql/types";
import type { FunctionModel, Policy, Table } from "../../schema/model";
import { usesOf } from "../../schema/uses";
import { snake } from "../../tenancy/vocabulary";
import { asksCaller } from "./bodies";
import { joinedBy } from "./expressions";
import type { RuleContext, TenantPolicy } from "./rule";
import { tableNamed } from "./scopes";
import { asksSession, isCallersOwn } from "./session";
import { functionsBehind, helpersIn, tablesBehind } from "./tables-behind";

/** A column that says what somebody may do. */
export interface RoleColumn {
	readonly table: Table;
	readonly column: string;
}

/** What a column is called that says what somebody may do. */
const ROLE =
	/(^|_)(roles?|admin|super_?admin|super_?user|staff|moderator)(_|$)|^(user|account|member|profile)_(type|kind|level)$/;

/** The columns that are called so. */
export function roleColumns({ model }: RuleContext): RoleColumn[] {
	return [...model.tables.values()].flatMap((table) =>
		table.columns.filter(({ name }) => ROLE.test(snake(name))).map(({ name }) => ({ table, column: name })),
	);
}

/**
 * Whether a policy opens the rows of all tenants to who has the right thing in the column: without asking for the tenant as well,
 * as a role of one tenant opens no other's rows.
 */
export function goesBy(context: RuleContext, each: TenantPolicy, { table, column }: RoleColumn): boolean {
	const isBound = (part: Node) => isCallersOwn(part) || rowColumns(each, part).some((name) => each.columns.has(name));
	const alternatives = [each.using, each.check].flatMap((condition) =>
		condition === null ? [] : joinedBy(condition, "OR_EXPR").map((arm) => joinedBy(arm, "AND_EXPR")),
	);
	return (
		each.policy.permissive &&
		alternatives.some(
			(parts) => !parts.some(isBound) && parts.some((part) => asksRole(context, each, part, table, column)),
		)
	);
}

/** Whether it looks the column up for who asks, by itself or in a function that it calls. */
function asksRole(context: RuleContext, each: TenantPolicy, part: Node, table: Table, column: string): boolean {
	// What is asked of the row and the caller together opens such rows alone.
	if (!asksSession(part) || rowColumns(each, part).length > 0) return false;
	if (readsColumn(context, part, each.policy, table, column)) return true;
	return helpersIn(context, each, part).some(
		(called) => tablesBehind(context, called).includes(table) && bodyNames(context, called, column),
	);
}

/** The columns of the row itself that it names, within a subquery or beside it, or gives to a function. */
function rowColumns({ table }: TenantPolicy, part: Node): string[] {
	return usesOf(part).references.flatMap(({ path, scope }) => {
		const isRow =
			scope === null ||
			scope.sources.length === 0 ||
			(path.at(-2) === table.name && !scope.sources.some(({ name }) => name === table.name));
		return isRow ? (path.at(-1) ?? []) : [];
	});
}

/** Whether a subquery of the condition reads the table and names the column. */
export function readsColumn(
	{ model }: RuleContext,
	condition: Node,
	{ usesTables }: Pick<Policy, "usesTables">,
	table: Table,
	column: string,
): boolean {
	return usesOf(condition).references.some(
		({ path, scope }) =>
			path.at(-1) === column &&
			scope?.sources.some(({ relation }) => relation && tableNamed(model, relation, usesTables) === table),
	);
}

/** Whether a function's body, or that of one which it calls, names the column; only where one of them asks who calls. */
function bodyNames(context: RuleContext, called: FunctionModel, column: string): boolean {
	const name = new RegExp(String.raw`\b${column.replace(/\W/g, ".")}\b`);
	if (!functionsBehind(context, called).some(({ body }) => name.test(body))) return false;
	return asksCaller(context.model, called) || called.arguments.length > 0;
}
