import type { Analyzer, DatabaseAnalysis } from "../analyze";
import type { Finding } from "../rules/base/rule";
import { qualified } from "../schema/model";
import { type FixedAll, fixAll } from "./fix-all";

/** What leaves tables open: no row-level security, policies that let others' rows through, ways around it. */
const PROTECTING = new Set([
	"rls-disabled",
	"rls-turned-off",
	"rls-policies-inert",
	"rls-no-policy",
	"rls-restrictive-only",
	"rls-not-forced",
	"partition-without-rls",
	"child-without-rls",
	"policy-always-true",
	"policy-null-opens",
	"policy-ignores-tenant",
	"policy-literal-tenant",
	"policy-insert-unchecked",
	"policy-check-weaker",
	"view-not-invoker",
]);

/** What row-level security for some tables comes to; no steps where they are protected, or nothing says whose a row is. */
export interface Protection extends FixedAll {
	/** A new policy names no role, as neither the grants nor the configuration say which one the application connects as. */
	readonly lacksRole: boolean;
}

/**
 * Row-level security for tables that the application can get at and that hold tenants' data, whether or not the product relies
 * on it yet: somebody may want it where the queries keep tenants apart so far.
 *
 * @param table qualified key, whose partitions and views are meant, too; null for all
 */
export function protectTables(
	analyzer: Pick<Analyzer, "extend">,
	database: DatabaseAnalysis,
	table: string | null,
): Protection {
	const { tables } = database.model;
	const belongs = (key: string): boolean => {
		const parent = tables.get(key)?.partitionOf;
		return key === table || (parent != null && belongs(qualified(parent)));
	};
	const wanted = (finding: Finding) =>
		PROTECTING.has(finding.rule) && (table === null || (finding.table !== null && belongs(finding.table)));
	// As if it were decided: then a table without row-level security is a finding.
	const extend: Analyzer["extend"] = (base, sql) => analyzer.extend(base, sql, { enforcement: "rls" });
	const fixed = fixAll({ extend }, extend(database, ""), wanted);
	const lacksRole = [...fixed.after.model.tables].some(([key, { policies }]) => {
		const before = new Set(tables.get(key)?.policies.map(({ name }) => name));
		return policies.some(({ name, roles }) => !before.has(name) && roles.includes("public"));
	});
	return { ...fixed, lacksRole };
}
