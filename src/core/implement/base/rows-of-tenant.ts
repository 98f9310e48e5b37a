import { columnList, quoteIdentifier, quoteName } from "../../emit/identifier";
import { onlyKey } from "../../rules/base/ways";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import type { PathStep, Tenancy } from "../../tenancy/scope";

/**
 * The SQL condition for the rows whose tenant is as `holds` says, made from the model alone: it judges policies, so it must
 * not lean on them. Null where nothing says whose the rows are.
 *
 * @param holds the condition on the column that holds the tenant's key: the column, and the root whose key that is, null
 * where the key stands free
 */
export function rowsWhere(
	model: SchemaModel,
	tenancy: Tenancy,
	table: Table,
	holds: (column: string, root: string | null) => string | null,
): string | null {
	const own = tenancy.tables.get(qualified(table));
	if (!own) return null;
	if (own.path !== null && own.path.length > 0 && own.tenantColumn === null)
		return overPath(model, tenancy, own.path, holds);
	if (own.tenantColumn !== null) return holds(quoteIdentifier(own.tenantColumn), own.root);
	const key = own.scope === "tenant-root" ? onlyKey(table) : null;
	return key === null ? null : holds(quoteIdentifier(key), qualified(table));
}

/**
 * The condition for the rows that belong to a tenant of the outermost kind. Null where nothing says whose the rows are.
 *
 * @param tenant an SQL expression of type text
 */
export function rowsOfTenant(model: SchemaModel, tenancy: Tenancy, table: Table, tenant: string): string | null {
	return rowsWhere(model, tenancy, table, (column, of) => {
		const root = of === null ? undefined : model.tables.get(of);
		const above = root?.foreignKeys.find(
			({ references, columns }) => columns.length === 1 && isAbove(tenancy, qualified(references), of),
		);
		if (!root || !above || of === tenancy.roots[0]) return `${column}::text = ${tenant}`;
		const [outer, key] = [model.tables.get(qualified(above.references)), onlyKey(root)];
		const inner = outer && rowsOfTenant(model, tenancy, outer, tenant);
		if (!outer || !inner || key === null) return null;
		const ids = `SELECT ${columnList(above.to)} FROM ${quoteName(outer)} WHERE ${inner}`;
		return `${column} IN (SELECT ${quoteIdentifier(key)} FROM ${quoteName(root)} WHERE ${columnList(above.columns)} IN (${ids}))`;
	});
}

function isAbove(tenancy: Tenancy, key: string, root: string | null): boolean {
	const at = tenancy.roots.indexOf(key);
	return at >= 0 && at < tenancy.roots.indexOf(root ?? "");
}

function overPath(
	model: SchemaModel,
	tenancy: Tenancy,
	[step, ...rest]: readonly PathStep[],
	holds: (column: string, root: string | null) => string | null,
): string | null {
	const target = model.tables.get(step?.references ?? "");
	if (!step || !target) return null;
	const inner = rest.length > 0 ? overPath(model, tenancy, rest, holds) : rowsWhere(model, tenancy, target, holds);
	if (inner === null) return null;
	return `(${columnList(step.columns)}) IN (SELECT ${columnList(step.to)} FROM ${quoteName(target)} WHERE ${inner})`;
}
