import type { Node } from "@pgsql/types";
import { type Policy, qualified, type Table } from "../../schema/model";
import { isNeverTrue, joinedBy, names } from "./expressions";
import { concernsTenants } from "./policies";
import { mayWrite } from "./privileges";
import type { RuleContext, TenantPolicy } from "./rule";
import { asksSession, isCallersOwn } from "./session";
import { isWatched } from "./watched";

/** Rows that people may write for themselves, whatever tenant these name. */

export type Write = "insert" | "update";

/** A policy by which users may write rows of their own with any tenant; null where none lets them, or where it can't be told. */
export function ownRowsWrite(
	context: RuleContext,
	table: Table,
	column: string,
): { readonly policy: Policy; readonly command: Write } | null {
	if (!table.rls.enabled) return null;
	const policies = context.tenantPolicies.filter(({ key }) => key === qualified(table));
	for (const command of COMMANDS) {
		const found = policies.find((each) => takesOwnRows(context, each, command, column));
		if (found) return { policy: found.policy, command };
	}
	return null;
}

/** By which command the policy lets people write rows of their own with any tenant; null where it doesn't. */
export function writeOfOwnRows(context: RuleContext, each: TenantPolicy, column: string): Write | null {
	return COMMANDS.find((command) => takesOwnRows(context, each, command, column)) ?? null;
}

const COMMANDS = ["insert", "update"] as const;

/** Whether the policy lets people write rows of their own by the command, and nothing looks at the tenant that these name. */
function takesOwnRows(context: RuleContext, each: TenantPolicy, command: Write, column: string): boolean {
	const { table, policy, using, check, columns } = each;
	if (!policy.permissive || (policy.command !== "all" && policy.command !== command)) return false;
	const written = check ?? using;
	const tenant = new Set([...columns, ...tenantNames(context, table, column)]);
	// One alternative is enough, whatever the others ask for.
	const alternatives = written === null ? [] : joinedBy(written, "OR_EXPR");
	if (!alternatives.some((each) => isOwnRow(each) && !names(each, tenant))) return false;
	if (isWatched(context.model, table, column, command)) return false;
	return mayWrite(context, table, command, column);
}

/** What tells the tenant, or one of another level. */
function tenantNames({ tenancy }: RuleContext, table: Table, column: string): ReadonlySet<string> {
	const toRoots = table.foreignKeys.filter(({ references }) => tenancy.roots.includes(qualified(references)));
	return new Set([column, ...tenancy.tenantColumns, ...toRoots.flatMap(({ columns }) => columns)]);
}

/** Whether the policies of a table let each person at their own rows alone, and nobody at any others. */
export function isOfEachPerson({ model, expression }: RuleContext, { rls, policies }: Table): boolean {
	const open = policies.filter((policy) => policy.permissive && concernsTenants(model, policy));
	const isOwn = (sql: string | null): boolean => {
		const condition = sql === null ? null : expression(sql);
		return condition !== null && (isOwnRow(condition) || isNeverTrue(condition));
	};
	return (
		rls.enabled &&
		open.length > 0 &&
		open.every(({ command, using, check }) =>
			command === "insert" ? isOwn(check) : isOwn(using) && (check === null || isOwn(check)),
		)
	);
}

/** The caller's own row, and nothing else that is asked of the session. */
export function isOwnRow(condition: Node): boolean {
	const conditions = joinedBy(condition, "AND_EXPR");
	return conditions.some(isCallersOwn) && conditions.every((each) => isCallersOwn(each) || !asksSession(each));
}
