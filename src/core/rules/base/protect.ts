import { quoteName } from "../../emit/identifier";
import { createPolicy, dropPolicy, policyName } from "../../emit/policy";
import type { Step } from "../../emit/step";
import { qualified, type Table } from "../../schema/model";
import { shown } from "./protection";
import type { Remedy } from "./remedy";
import type { RuleContext, TenantTable } from "./rule";
import { policyRoles, tenantCondition } from "./tenant-condition";

/** What a table still needs so that the database keeps its tenants apart: row-level security, for the owner too, and a policy. */
export function protect(context: RuleContext, tenant: TenantTable): Remedy[] {
	const { key, table } = tenant;
	if (table.policies.some((policy) => policy.permissive)) return enable(context, table);
	const condition = tenantCondition(context, tenant);
	if (condition === null) return [];
	const name = policyName(table);
	const policy: Step = {
		sql: createPolicy(table, name, policyRoles(context), condition),
		phase: "finish",
		down: dropPolicy(table, name),
		table: key,
	};
	// The policy first: in between, nobody is shut out.
	const steps = [policy, ...switches(context, table)];
	return [{ title: `Protect ${shown(table)} with row-level security`, steps, automatic: true }];
}

/** Switches on what is off: row-level security, and that it binds the owner, too. */
export function enable(context: RuleContext, table: Table): Remedy[] {
	const steps = switches(context, table);
	if (steps.length === 0) return [];
	const title = table.rls.enabled
		? `Force row-level security on ${shown(table)}, so that it binds the owner, too`
		: `Enable row-level security on ${shown(table)}`;
	return [{ title, steps, automatic: true }];
}

function switches(context: RuleContext, table: Table): Step[] {
	const name = quoteName(table);
	const set = (what: string, back: string): Step => ({
		sql: `ALTER TABLE ${name} ${what} ROW LEVEL SECURITY`,
		phase: "finish",
		down: `ALTER TABLE ${name} ${back} ROW LEVEL SECURITY`,
		table: qualified(table),
	});
	return [
		...(table.rls.enabled ? [] : [set("ENABLE", "DISABLE")]),
		...(table.rls.forced || !mayForce(context) ? [] : [set("FORCE", "NO FORCE")]),
	];
}

/**
 * Whether policies may bind the owner, too. Where they call functions that read tables with the owner's rights, those reads
 * would come under the policies that they decide, and go in circles.
 */
export function mayForce({ model, tenantPolicies }: RuleContext): boolean {
	const definers = new Set([...model.functions.values()].filter((each) => each.securityDefiner).map(qualified));
	return !tenantPolicies.some(({ policy }) =>
		policy.usesFunctions.some((name) => definers.has(name) || name.startsWith("auth.")),
	);
}
