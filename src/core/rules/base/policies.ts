import type { Node } from "@pgsql/types";
import type { Policy, SchemaModel } from "../../schema/model";
import { names } from "./expressions";
import type { RuleContext, TenantPolicy, TenantTable } from "./rule";

/** Roles that row-level security does not bind, or that a hosting platform keeps for itself: a policy for them alone opens nothing. */
export const PLATFORM_ROLES = new Set([
	"service_role",
	"postgres",
	"supabase_admin",
	"supabase_auth_admin",
	"dashboard_user",
]);

/**
 * The policies that decide what tenants see: in force, and for a role that tenants have. Where a restrictive policy asks
 * for the tenant, the permissive ones can't open the table, so they are left out.
 * @param expression the tree of a condition, null where it can't be read
 */
export function findTenantPolicies(
	model: SchemaModel,
	tables: readonly TenantTable[],
	expression: (sql: string) => Node | null,
): TenantPolicy[] {
	const found: TenantPolicy[] = [];
	const read = (sql: string | null) => (sql === null ? null : expression(sql));
	for (const tenant of tables) {
		const { table } = tenant;
		if (!table.rls.enabled || table.policies.length === 0) continue;
		const columns = tenantColumnsOf(tenant);
		const guards = table.policies.filter((policy) => {
			const condition = policy.permissive ? null : read(policy.using ?? policy.check);
			return condition !== null && names(condition, columns);
		});
		for (const policy of table.policies) {
			if (!concernsTenants(model, policy)) continue;
			if (policy.permissive && guards.some((guard) => isGuardedBy(policy, guard))) continue;
			const { key, own } = tenant;
			found.push({ key, table, own, policy, using: read(policy.using), check: read(policy.check), columns });
		}
	}
	return found;
}

/** Whether two policies decide of the same rows for somebody: PostgreSQL joins them with OR where both are permissive. */
export function overlap(a: Policy, b: Policy): boolean {
	return (
		(a.command === b.command || a.command === "all" || b.command === "all") &&
		(a.roles.includes("public") || b.roles.includes("public") || a.roles.some((role) => b.roles.includes(role)))
	);
}

/** What a policy asks of rows; for INSERT that is its WITH CHECK. */
export function conditionOf({ policy, using, check }: TenantPolicy): Node | null {
	return policy.command === "insert" ? check : using;
}

/** Whether another permissive policy of the table asks for the tenant, and this one's rows are added to it. */
export function hasTenantSibling({ tenantPolicies }: RuleContext, of: TenantPolicy): boolean {
	return tenantPolicies.some((each) => {
		const { key, policy, columns } = each;
		if (key !== of.key || policy === of.policy || !policy.permissive || !overlap(policy, of.policy)) return false;
		const condition = conditionOf(each);
		return condition !== null && names(condition, columns);
	});
}

function isGuardedBy(policy: Policy, guard: Policy): boolean {
	return (
		(guard.command === "all" || guard.command === policy.command) &&
		(guard.roles.includes("public") || policy.roles.every((role) => guard.roles.includes(role)))
	);
}

/** Whether a policy concerns the application, or only roles that no tenant ever has. */
export function concernsTenants(model: SchemaModel, policy: Policy): boolean {
	return policy.roles.some((role) => !PLATFORM_ROLES.has(role) && model.roles.get(role)?.bypassRls !== true);
}

/** Columns by which a condition can tie a row to a tenant: its tenant column, the path's first step, or a root's own key. */
export function tenantColumnsOf({ own, table }: TenantTable): ReadonlySet<string> {
	const columns = new Set<string>();
	if (own.tenantColumn !== null) columns.add(own.tenantColumn);
	for (const column of own.path?.[0]?.columns ?? []) columns.add(column);
	if (own.scope === "tenant-root") for (const column of table.primaryKey?.columns ?? []) columns.add(column);
	return columns;
}
