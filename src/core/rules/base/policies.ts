import type { Node } from "@pgsql/types";
import type { Policy } from "../../schema/model";
import { names } from "./expressions";
import { concernsTenants, tenantColumnsOf } from "./protection";
import type { RuleContext, TenantTable } from "./rule";

/** A policy of a table that holds tenants' data, with its conditions as trees. */
export interface TenantPolicy extends TenantTable {
	readonly policy: Policy;
	readonly using: Node | null;
	readonly check: Node | null;
	/** The columns that can tie a row to its tenant. */
	readonly columns: ReadonlySet<string>;
}

/**
 * The policies that decide what tenants see: in force, and for a role that tenants have. Where a restrictive policy asks
 * for the tenant, the permissive ones can't open the table, so they are left out.
 */
export function* tenantPolicies(context: RuleContext): Iterable<TenantPolicy> {
	for (const tenant of context.tenantTables) {
		const { table } = tenant;
		if (!table.rls.enabled) continue;
		const columns = tenantColumnsOf(tenant);
		const read = (sql: string | null) => (sql === null ? null : context.expression(sql));
		const guards = table.policies.filter((policy) => {
			const condition = policy.permissive ? null : read(policy.using ?? policy.check);
			return condition !== null && names(condition, columns);
		});
		const isGuarded = (policy: Policy) =>
			guards.some(
				(guard) =>
					(guard.command === "all" || guard.command === policy.command) &&
					(guard.roles.includes("public") || policy.roles.every((role) => guard.roles.includes(role))),
			);
		for (const policy of table.policies) {
			if (!concernsTenants(context, policy) || (policy.permissive && isGuarded(policy))) continue;
			yield { ...tenant, policy, using: read(policy.using), check: read(policy.check), columns };
		}
	}
}
