import type { Analyzer, DatabaseAnalysis } from "../analyze";
import type { Step } from "../emit/step";
import { protect } from "../rules/base/protect";
import { policyRoles } from "../rules/base/tenant-condition";
import { inPhases } from "./fix-all";

/** What row-level security for some tables comes to. */
export interface Protection {
	/** In the order in which they run; empty where the tables are protected, or nothing in them says whose a row is. */
	readonly steps: readonly Step[];
	/** A new policy names no role, as neither the grants nor the configuration say which one the application connects as. */
	readonly lacksRole: boolean;
}

/**
 * Row-level security and a policy for tables of tenants, whether or not a rule asks for it: somebody may want it in a product
 * whose queries keep tenants apart so far.
 *
 * @param table qualified key; null protects all that the application can get at
 */
export function protectTables(
	analyzer: Pick<Analyzer, "ruleContext">,
	database: DatabaseAnalysis,
	table: string | null,
): Protection {
	const context = analyzer.ruleContext(database);
	const wanted = context.tenantTables.filter(({ key }) =>
		table === null ? context.reachable.has(key) : key === table,
	);
	const remedies = wanted.map((tenant) => ({ tenant, remedy: protect(context, tenant)[0] }));
	const hasNewPolicy = remedies.some(
		({ tenant, remedy }) => remedy && !tenant.table.policies.some((one) => one.permissive),
	);
	return {
		steps: inPhases(remedies.flatMap(({ remedy }) => remedy?.steps ?? [])),
		lacksRole: hasNewPolicy && policyRoles(context).length === 0,
	};
}
