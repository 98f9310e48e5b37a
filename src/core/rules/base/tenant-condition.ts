import { quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import type { Table } from "../../schema/model";
import { comparedWith, isAlwaysTrue, joinedBy, names } from "./expressions";
import type { RuleContext, TenantPolicy, TenantTable } from "./rule";

/** How the policies of this workspace ask for the tenant, so that new ones read like those that are there. */

/** Where neither the configuration nor any policy names one. */
const SETTING = "app.tenant_id";

/**
 * The condition that holds for the rows of the session's tenant, for a policy of the table: its tenant column, its key where
 * it is the root, the path to the tenant where it is derived. Null where nothing in the table says whose a row is.
 */
export function tenantCondition(context: RuleContext, { table, own }: TenantTable): string | null {
	if (own.tenantColumn !== null) return columnCondition(context, table, own.tenantColumn, "");
	if (own.path !== null && own.path.length > 0) return pathCondition(context, table, own.path);
	const key = table.primaryKey?.columns ?? [];
	return own.scope === "tenant-root" && key.length === 1 ? columnCondition(context, table, key[0] as string, "") : null;
}

/** The roles that a new policy is for: those of the application, else those of the policies that are there; none means everybody. */
export function policyRoles({ applicationRoles, tenantPolicies }: RuleContext): readonly string[] {
	if (applicationRoles.length > 0) return applicationRoles;
	return mostFrequent(tenantPolicies.map(({ policy }) => policy.roles.join("\0")))?.split("\0") ?? [];
}

function pathCondition(
	context: RuleContext,
	table: Table,
	path: NonNullable<TenantTable["own"]["path"]>,
): string | null {
	const targets = path.map((step) => context.model.tables.get(step.references));
	const last = targets.at(-1);
	if (!last || targets.some((target) => target === undefined)) return null;
	const own = context.tenancy.tables.get(path.at(-1)?.references ?? "");
	const column = own?.tenantColumn ?? (own?.scope === "tenant-root" ? last.primaryKey?.columns[0] : undefined);
	if (!column) return null;
	// Aliases, as a path may come by the same table twice.
	const alias = (i: number) => `t${i + 1}`;
	const condition = columnCondition(context, last, column, `${alias(path.length - 1)}.`);
	if (condition === null) return null;
	const from = targets.map((target, i) => {
		const name = `${quoteName(target as Table)} ${alias(i)}`;
		if (i === 0) return name;
		return `JOIN ${name} ON ${matching(path[i], alias(i), alias(i - 1))}`;
	});
	return `EXISTS (SELECT 1 FROM ${from.join(" ")} WHERE ${matching(path[0], alias(0), quoteName(table))} AND ${condition})`;
}

function matching(step: NonNullable<TenantTable["own"]["path"]>[number] | undefined, to: string, from: string): string {
	return (step?.columns ?? [])
		.map((column, i) => `${to}.${quoteIdentifier(step?.to[i] ?? "")} = ${from}.${quoteIdentifier(column)}`)
		.join(" AND ");
}

/** `qualifier` ends with a dot, or is empty. */
function columnCondition(context: RuleContext, table: Table, name: string, qualifier: string): string | null {
	const type = table.columns.find((column) => column.name === name)?.type;
	if (type === undefined) return null;
	const column = qualifier + quoteIdentifier(name);
	const style = mostFrequent(context.tenantPolicies.flatMap((each) => styleOf(each, type)));
	if (style !== undefined) return style.replaceAll("\0", column);
	const setting = `current_setting(${quoteLiteral(settingName(context))})`;
	return `${column} = (SELECT ${/^(text|character varying)/.test(type) ? setting : `${setting}::${type}`})`;
}

/** The setting that says which tenant a session is bound to. */
export function settingName({ decisions, tenantPolicies }: RuleContext): string {
	return decisions.setting ?? mostFrequent(tenantPolicies.flatMap(({ policy }) => policy.usesSettings)) ?? SETTING;
}

/** The policy's condition with a mark for its column, where it asks for the tenant column alone, and rightly. */
function styleOf({ table, own, policy, using, columns }: TenantPolicy, type: string): string[] {
	const column = own.tenantColumn;
	if (using === null || policy.using === null || column === null || !policy.permissive) return [];
	if (table.columns.find(({ name }) => name === column)?.type !== type || policy.usesColumns.length !== 1) return [];
	const asks = joinedBy(using, "AND_EXPR");
	if (asks.some(isAlwaysTrue) || !asks.every((each) => names(each, columns))) return [];
	if (joinedBy(using, "OR_EXPR").length > 1 || isLoose(policy.using)) return [];
	if (asks.some((each) => comparedWith(each, columns) === null && !/\bin\b|\bany\b|\(/i.test(policy.using ?? "")))
		return [];
	const name = quoteIdentifier(column).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const own_ = new RegExp(`(?:${quoteIdentifier(table.name)}\\.)?(?<![\\w."])${name}(?![\\w"(.])`, "g");
	return policy.using.match(own_)?.length === 1 ? [policy.using.replace(own_, "\0")] : [];
}

/** A condition that its own rules would report is no example to follow: unset settings, calls for each row, literals. */
function isLoose(condition: string): boolean {
	return /current_setting\([^()]*,\s*true\)|is\s+null/i.test(condition) || !/\bselect\b/i.test(condition);
}

function mostFrequent(texts: readonly string[]): string | undefined {
	const counts = new Map<string, number>();
	for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
	return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
