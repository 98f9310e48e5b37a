import type { Table } from "../schema/model";
import type { TableTenancy, TenancyMode } from "./scope";

/**
 * Whether the table holds tenants' data and the database doesn't keep them apart: what "Protect" is offered for. Restrictive
 * policies alone let nothing through, so a table that has no other is not done. A partition is protected with its parent.
 */
export function isUnprotected(
	{ rls, policies, partitionOf }: Pick<Table, "rls" | "policies" | "partitionOf">,
	{ scope }: Pick<TableTenancy, "scope">,
): boolean {
	const holdsTenants = scope !== "shared" && scope !== "unscoped";
	const isGuarded = rls.enabled && policies.some(({ permissive }) => permissive);
	return holdsTenants && partitionOf === null && !isGuarded;
}

/** Whether the table has no tenant column of its own, in a product with tenants: what "Make tenant-scoped" is offered for. */
export function lacksTenantColumn({ scope }: Pick<TableTenancy, "scope">, mode: TenancyMode): boolean {
	return (scope === "unscoped" || scope === "tenant-derived") && mode !== "single-tenant";
}
