import type { Node } from "@pgsql/types";
import { quoteIdentifier, quoteLiteral, quoteName } from "../../emit/identifier";
import { qualified, type Table } from "../../schema/model";
import type { PathStep } from "../../tenancy/scope";
import { escapePattern } from "../../text/escape-pattern";
import { mostFrequent } from "../../text/most-frequent";
import { allowsMissing, withoutMissing, wrapCalls } from "./calls";
import { comparedWith, isAlwaysTrue, joinedBy, names, nodesOf } from "./expressions";
import type { RuleContext, TenantPolicy, TenantTable } from "./rule";
import { asksSession } from "./session";
import { textAs } from "./session-tenant";

/** How the policies of this workspace ask for the tenant, so that new ones read like those that are there. */

/** Where neither the configuration nor any policy names one. */
const SETTING = "app.tenant_id";

/**
 * The condition that holds for the rows of the session's tenant, for a policy of the table: its tenant column, its key where
 * it is the root, the path to the tenant where it is derived. Null where nothing in the table says whose a row is.
 */
export function tenantCondition(context: RuleContext, tenant: TenantTable): string | null {
	return conditionOf(context, tenant, "");
}

/** @param qualifier of the table's columns: ends with a dot, or is empty */
function conditionOf(context: RuleContext, { key, table, own }: TenantTable, qualifier: string): string | null {
	const path = own.path ?? [];
	if (own.tenantColumn !== null) return columnCondition(context, table, own.tenantColumn, own.root, qualifier);
	if (path.length > 0) return pathCondition(context, table, path, qualifier);
	const [id, ...more] = table.primaryKey?.columns ?? [];
	if (own.scope !== "tenant-root" || id === undefined || more.length > 0) return null;
	return columnCondition(context, table, id, key, qualifier);
}

/** The roles that a new policy is for: those of the application, else those of the policies that are there; none means everybody. */
export function policyRoles({ applicationRoles, tenantPolicies }: RuleContext): readonly string[] {
	if (applicationRoles.length > 0) return applicationRoles;
	return mostFrequent(tenantPolicies.map(({ policy }) => policy.roles.join("\0")))?.split("\0") ?? [];
}

function pathCondition(
	context: RuleContext,
	table: Table,
	path: readonly PathStep[],
	qualifier: string,
): string | null {
	const targets = path.map((step) => tenantTable(context, step.references));
	const last = targets.at(-1);
	if (!last || targets.some((target) => target === undefined)) return null;
	// Aliases, as a path may come by the same table twice.
	const alias = (i: number) => `${qualifier === "" ? "t" : qualifier.replace(".", "_")}${i + 1}`;
	const condition = conditionOf(context, last, `${alias(path.length - 1)}.`);
	if (condition === null) return null;
	const from = targets.map((target, i) => {
		const name = `${quoteName((target as TenantTable).table)} ${alias(i)}`;
		return i === 0 ? name : `JOIN ${name} ON ${matching(path[i], alias(i), `${alias(i - 1)}.`)}`;
	});
	const outer = qualifier === "" ? `${quoteName(table)}.` : qualifier;
	return `EXISTS (SELECT 1 FROM ${from.join(" ")} WHERE ${matching(path[0], alias(0), outer)} AND ${condition})`;
}

function tenantTable({ model, tenancy }: RuleContext, key: string): TenantTable | undefined {
	const [table, own] = [model.tables.get(key), tenancy.tables.get(key)];
	return table && own && { key, table, own };
}

function matching(step: PathStep | undefined, to: string, from: string): string {
	return (step?.columns ?? [])
		.map((column, i) => `${to}.${quoteIdentifier(step?.to[i] ?? "")} = ${from}${quoteIdentifier(column)}`)
		.join(" AND ");
}

/** Compares a column that holds a root's key with the session's tenant; over the roots above it, where it is no outermost one. */
function columnCondition(
	context: RuleContext,
	table: Table,
	name: string,
	root: string | null,
	qualifier: string,
): string | null {
	const type = table.columns.find((column) => column.name === name)?.type;
	if (type === undefined) return null;
	const column = qualifier + quoteIdentifier(name);
	const style = styleFor(context, root, type, qualified(table));
	if (style !== undefined) return style.replaceAll("\0", column);
	const inner = root === null ? undefined : tenantTable(context, root);
	const above = inner && outerStep(context, inner);
	if (above && inner.table === table)
		return columnCondition(context, table, above.columns[0] as string, above.references, qualifier);
	if (above) {
		const id = inner.table.primaryKey?.columns[0];
		if (id === undefined) return null;
		return pathCondition(context, table, [{ columns: [name], references: inner.key, to: [id] }], qualifier);
	}
	return `${column} = (SELECT ${textAs(`current_setting(${quoteLiteral(settingName(context))})`, type)})`;
}

/** The foreign key of a root to the root above it: a project's to its organization. */
function outerStep({ tenancy }: RuleContext, { key, table }: TenantTable): PathStep | undefined {
	const level = tenancy.roots.indexOf(key);
	const above = table.foreignKeys.find(({ references, columns }) => {
		const at = tenancy.roots.indexOf(qualified(references));
		return columns.length === 1 && at >= 0 && at < level;
	});
	return above && { columns: above.columns, references: qualified(above.references), to: above.to };
}

/** The setting that says which tenant a session is bound to. */
export function settingName({ decisions, tenantPolicies }: RuleContext): string {
	const used = tenantPolicies.flatMap(({ policy: { using, check, usesSettings } }) =>
		usesSettings.filter((name) => !isRead(name, `${using} ${check}`)),
	);
	return decisions.setting ?? mostFrequent(used) ?? SETTING;
}

/** Whether a condition reads the tenant out of the setting, as out of a token's claims: the setting itself is none. */
function isRead(setting: string, condition: string): boolean {
	return new RegExp(`current_setting\\(\\s*'${escapePattern(setting)}'[^()]*\\)[\\s)]*::\\s*jsonb?\\b`, "i").test(
		condition,
	);
}

/** A condition with a mark for its column, and the tables that its subqueries read. */
interface Style {
	readonly text: string;
	readonly reads: readonly string[];
}

const known = new WeakMap<RuleContext, Map<string, readonly Style[]>>();

/** How most policies for tenants of this root ask for the tenant, that may stand in a policy of the table. */
function styleFor(context: RuleContext, root: string | null, type: string, table: string): string | undefined {
	const styles = known.get(context) ?? new Map<string, readonly Style[]>();
	known.set(context, styles);
	const key = `${root} ${type}`;
	const own =
		styles.get(key) ??
		context.tenantPolicies.flatMap((each) => (each.own.root === root ? styleOf(context, each, type) : []));
	styles.set(key, own);
	// A policy that reads its own table goes in circles.
	return mostFrequent(own.filter(({ reads }) => !reads.includes(table)).map(({ text }) => text));
}

/** The policy's condition with a mark for its column, where it asks for the tenant column alone, and rightly. */
function styleOf(context: RuleContext, { table, own, policy, using, columns }: TenantPolicy, type: string): Style[] {
	const column = own.tenantColumn;
	if (using === null || policy.using === null || column === null || !policy.permissive) return [];
	if (table.columns.find(({ name }) => name === column)?.type !== type || policy.usesColumns.length !== 1) return [];
	const asks = joinedBy(using, "AND_EXPR");
	if (asks.some(isAlwaysTrue) || !asks.every((each) => names(each, columns))) return [];
	if (joinedBy(using, "OR_EXPR").length > 1 || isLoose(policy.using) || !asks.every(asksSession)) return [];
	if (asks.some((each) => comparedWith(each, columns) === null && !/\bin\b|\bany\b|\(/i.test(policy.using ?? "")))
		return [];
	const name = escapePattern(quoteIdentifier(column));
	const own_ = new RegExp(`(?:${quoteIdentifier(table.name)}\\.)?(?<![\\w."'])${name}(?![\\w"'(.])`, "g");
	// What is unset or is called for each row is followed as it should be: an error then, and once a statement.
	const bound = asks.some(readsMissing) ? withoutMissing(context, policy.using) : policy.using;
	const text = bound === null || /\bselect\b/i.test(bound) ? bound : wrapCalls(context, bound);
	return text?.match(own_)?.length === 1 ? [{ text: text.replace(own_, "\0"), reads: policy.usesTables }] : [];
}

const readsMissing = (condition: Node) => [...nodesOf(condition)].some(allowsMissing);

/** A condition that rules would report is no example to follow: open without a tenant, literals, what users edit. */
function isLoose(condition: string): boolean {
	return /is\s+null|user_?metadata/i.test(condition);
}
