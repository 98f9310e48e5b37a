import type { Node } from "@pgsql/types";
import { addForeignKey, dropForeignKey, type ForeignKeyPlan } from "../../emit/foreign-keys";
import { addUnique, canBeUnique } from "../../emit/indexes";
import { constraintName, indexName } from "../../emit/names";
import { type ForeignKey, qualified, type Table } from "../../schema/model";
import { as } from "../../schema/tree";
import { isNotNull } from "../../tenancy/references";
import { columnOf, comparedWith, isNullTest, joinedBy } from "./expressions";
import { shown } from "./protection";
import type { Remedy } from "./remedy";
import type { RuleContext } from "./rule";

/** A foreign key between two tables of tenants, and what each calls the tenant. */
export interface Crossing {
	readonly table: Table;
	readonly key: ForeignKey;
	readonly parent: Table;
	readonly tenant: string;
	readonly parentTenant: string;
}

/**
 * Puts the tenant into a foreign key: a unique key of the parent for it to point at, the new foreign key, and the old one
 * goes. None where that would not be the same key for the rest: a tenant that may be NULL switches it off.
 */
export function withTenant({ model }: RuleContext, crossing: Crossing): Remedy[] {
	const { table, key, parent, tenant, parentTenant } = crossing;
	const columns = [tenant, ...key.columns];
	const to = [parentTenant, ...key.to];
	if (!fits(crossing) || key.inherited || table.kind === "foreign" || parent.kind === "foreign") return [];
	const isThere = hasKey(parent, to);
	if (!isThere && !canBeUnique(parent, to)) return [];
	const plan: ForeignKeyPlan = {
		name: constraintName(model, table, columns, "fkey"),
		columns,
		references: key.references,
		to,
		onDelete: key.onDelete,
		onUpdate: key.onUpdate,
		// The row stays its tenant's, whatever happens to the parent.
		...(/^set/.test(key.onDelete) ? { onDeleteColumns: key.onDeleteColumns ?? key.columns } : {}),
		deferrable: key.deferrable,
		...(key.initiallyDeferred ? { initiallyDeferred: true } : {}),
	};
	return [
		{
			title: `Keep ${shown(table)}.${key.columns.join(", ")} within the tenant`,
			steps: [
				...(isThere ? [] : addUnique(parent, { name: indexName(model, parent, to, "key"), columns: to })),
				...addForeignKey(table, plan, "outside"),
				dropForeignKey(table, key),
			],
			automatic: true,
		},
	];
}

function fits({ table, key, parent, tenant, parentTenant }: Crossing): boolean {
	const type = (of: Table, column: string) => of.columns.find(({ name }) => name === column)?.type;
	return (
		!key.columns.includes(tenant) &&
		!key.to.includes(parentTenant) &&
		type(table, tenant) === type(parent, parentTenant) &&
		isNotNull(table, tenant) &&
		isNotNull(parent, parentTenant) &&
		// They have no list of columns, and would take the tenant from the row.
		!/^set/.test(key.onUpdate) &&
		// With the tenant among them, a key that is NULL as a whole would be one that is NULL in part.
		!(key.matchFull && key.columns.length > 1)
	);
}

/** Whether a foreign key may point at just these columns. */
function hasKey(table: Table, columns: readonly string[]): boolean {
	const isSame = (key: readonly (string | null)[]) =>
		key.length === columns.length && columns.every((column) => key.includes(column));
	return (
		[...(table.primaryKey ? [table.primaryKey] : []), ...table.uniques].some(
			(key) => key.deferrable === undefined && isSame(key.columns),
		) || table.indexes.some((index) => index.unique && index.where === null && isSame(index.columns))
	);
}

/** Whether another foreign key to the same table already holds the tenant beside these columns. */
export function isGuarded({ table, key, tenant, parentTenant }: Crossing): boolean {
	return table.foreignKeys.some(
		(other) =>
			other !== key &&
			qualified(other.references) === qualified(key.references) &&
			pairs(other, tenant, parentTenant) &&
			key.columns.every((column, i) => pairs(other, column, key.to[i])),
	);
}

/**
 * Whether the key compares the parent's tenant with a column that a CHECK keeps equal to the row's own: with the tenant, by
 * another name. What else the CHECK lets pass must leave a column of the key NULL, and then the key points nowhere.
 */
export function isChecked({ expression }: RuleContext, { table, key, tenant, parentTenant }: Crossing): boolean {
	const column = key.columns[key.to.indexOf(parentTenant)];
	// With a tenant that is NULL the comparison is neither true nor false, and the CHECK lets the row pass.
	if (column === undefined || !isNotNull(table, tenant)) return false;
	const keeps = (node: Node): boolean => {
		const alternatives = joinedBy(node, "OR_EXPR");
		if (alternatives.length > 1) return alternatives.every(keeps);
		const conditions = joinedBy(node, "AND_EXPR");
		if (conditions.length > 1) return conditions.some(keeps);
		if (isNullTest(node)) return key.columns.includes(columnOf(as(node, "NullTest")?.arg) ?? "");
		return columnOf(comparedWith(node, new Set([column])) ?? undefined) === tenant;
	};
	return table.checks.some((check) => {
		const node = check.validated ? expression(check.expression) : null;
		return node !== null && keeps(node);
	});
}

function pairs({ columns, to }: ForeignKey, column: string, target: string | undefined): boolean {
	return columns.some((each, i) => each === column && to[i] === target);
}
