import { columnList, quoteIdentifier, quoteName } from "../../emit/identifier";
import { onlyKey } from "../../rules/base/ways";
import { qualified, type SchemaModel, type Table } from "../../schema/model";
import type { PathStep, Tenancy } from "../../tenancy/scope";

/**
 * The SQL condition for the rows that belong to a tenant of the outermost kind, made from the model alone: it judges
 * policies, so it must not lean on them. Null where nothing says whose the rows are.
 *
 * @param tenant an SQL expression of type text
 */
export function rowsOfTenant(model: SchemaModel, tenancy: Tenancy, table: Table, tenant: string): string | null {
	const own = tenancy.tables.get(qualified(table));
	if (!own) return null;
	if (own.path !== null && own.path.length > 0 && own.tenantColumn === null)
		return overPath(model, tenancy, own.path, tenant);
	const column = own.tenantColumn ?? (own.scope === "tenant-root" ? onlyKey(table) : null);
	if (column === null) return null;
	const root = own.root === null ? undefined : model.tables.get(own.root);
	const above = root?.foreignKeys.find(
		({ references, columns }) => columns.length === 1 && isAbove(tenancy, qualified(references), own.root),
	);
	if (!root || !above || own.root === tenancy.roots[0]) return `${quoteIdentifier(column)}::text = ${tenant}`;
	const [outer, key] = [model.tables.get(qualified(above.references)), onlyKey(root)];
	const inner = outer && rowsOfTenant(model, tenancy, outer, tenant);
	if (!outer || !inner || key === null) return null;
	const ids = `SELECT ${columnList(above.to)} FROM ${quoteName(outer)} WHERE ${inner}`;
	return `${quoteIdentifier(column)} IN (SELECT ${quoteIdentifier(key)} FROM ${quoteName(root)} WHERE ${columnList(above.columns)} IN (${ids}))`;
}

function isAbove(tenancy: Tenancy, key: string, root: string | null): boolean {
	const at = tenancy.roots.indexOf(key);
	return at >= 0 && at < tenancy.roots.indexOf(root ?? "");
}

function overPath(
	model: SchemaModel,
	tenancy: Tenancy,
	[step, ...rest]: readonly PathStep[],
	tenant: string,
): string | null {
	const target = model.tables.get(step?.references ?? "");
	if (!step || !target) return null;
	const inner = rest.length > 0 ? overPath(model, tenancy, rest, tenant) : rowsOfTenant(model, tenancy, target, tenant);
	if (inner === null) return null;
	return `(${columnList(step.columns)}) IN (SELECT ${columnList(step.to)} FROM ${quoteName(target)} WHERE ${inner})`;
}
