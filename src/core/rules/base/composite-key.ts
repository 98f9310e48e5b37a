import { addForeignKey, dropForeignKey, type ForeignKeyPlan } from "../../emit/foreign-keys";
import { addUnique, canBeUnique } from "../../emit/indexes";
import { constraintName, indexName } from "../../emit/names";
import { type ForeignKey, qualified, type Table } from "../../schema/model";
import { isNotNull } from "../../tenancy/references";
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

function pairs({ columns, to }: ForeignKey, column: string, target: string | undefined): boolean {
	return columns.some((each, i) => each === column && to[i] === target);
}
