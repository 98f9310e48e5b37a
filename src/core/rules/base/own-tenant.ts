import { allOf } from "./condition-text";
import { isAlwaysTrue, names } from "./expressions";
import type { RuleContext, TenantPolicy } from "./rule";
import { tenantCondition } from "./tenant-condition";

/** What a policy that lets too much through should ask for. */
export interface OwnTenant {
	readonly condition: string;
	/** How the application says which tenant it works for is known, and not assumed. */
	readonly isCertain: boolean;
}

/**
 * The tenant's condition for a policy; null where there is none, or where the workspace's other policies find the tenant
 * in a way that can't be carried over: a setting that nobody sets would shut everybody out.
 */
export function ownTenant(context: RuleContext, tenant: TenantPolicy): OwnTenant | null {
	const condition = tenantCondition(context, tenant);
	if (condition === null) return null;
	const { decisions, tenantPolicies } = context;
	const isCertain =
		decisions.setting !== undefined ||
		!/\bcurrent_setting\s*\(/i.test(condition) ||
		tenantPolicies.some(({ policy }) => policy.usesSettings.length > 0);
	const asksOtherwise = tenantPolicies.some(
		({ policy }) => policy.usesFunctions.length > 0 || policy.usesTables.length > 0,
	);
	return isCertain || !asksOtherwise ? { condition, isCertain } : null;
}

/** The author's condition with the tenant's in front; undefined where it asks for the tenant already. */
export function withTenant(
	context: RuleContext,
	{ columns }: TenantPolicy,
	tenant: string,
	own: string | null,
): string | undefined {
	const node = own === null ? null : context.expression(own);
	if (own === null || node === null || isAlwaysTrue(node)) return tenant;
	return names(node, columns) ? undefined : allOf(context, tenant, own);
}
