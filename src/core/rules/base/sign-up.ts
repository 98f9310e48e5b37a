import { collectReferences } from "../../tenancy/references";
import type { RuleContext, TenantPolicy } from "./rule";
import { namesExistingTenant } from "./ways";

/**
 * Whether a policy lets new tenants be made, and nothing else: it is for INSERT alone, on a table whose rows are the tenants.
 * Nobody's rows are touched then: the key is unique, so the tenant was not there before. That is so only where
 *
 * - nothing in the new row names another tenant, as a project names its organization, or a team the one above it;
 * - no row can have waited for that tenant: a foreign key sees to it that those of other tables name one that is there.
 */
export function isSignUp(context: RuleContext, { key, table, own, policy }: TenantPolicy): boolean {
	if (own.scope !== "tenant-root" || policy.command !== "insert" || table.primaryKey === null) return false;
	const { model, tenancy, tenantTables } = context;
	const { of, to } = collectReferences(model);
	const holdsTenants = (name: string) => tenantTables.some((each) => each.key === name);
	const namesOthers =
		of(key).some(({ target }) => holdsTenants(target)) ||
		table.columns.some(({ name }) => tenancy.tenantColumns.includes(name) && !table.primaryKey?.columns.includes(name));
	if (namesOthers || to(key).some(({ declared }) => !declared)) return false;
	return tenantTables.every(
		(each) =>
			each.own.root !== key ||
			each.own.tenantColumn === null ||
			namesExistingTenant(context, each, each.own.tenantColumn),
	);
}
