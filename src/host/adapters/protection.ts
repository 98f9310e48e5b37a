import type { TableEntry } from "./databases";

/** Whether the table holds tenants' data and the database doesn't keep them apart: what "Protect" is offered for. */
export function isUnprotected({ table, tenancy }: Pick<TableEntry, "table" | "tenancy">): boolean {
	const holdsTenants = tenancy.scope !== "shared" && tenancy.scope !== "unscoped";
	const isGuarded = table.rls.enabled && table.policies.some(({ permissive }) => permissive);
	return holdsTenants && table.partitionOf === null && !isGuarded;
}

/** Whether the table has no tenant column of its own, in a product with tenants: what "Make tenant-scoped" is offered for. */
export function lacksTenant({ database, tenancy }: Pick<TableEntry, "database" | "tenancy">): boolean {
	const lacksColumn = tenancy.scope === "unscoped" || tenancy.scope === "tenant-derived";
	return lacksColumn && database.tenancy.mode !== "single-tenant";
}
