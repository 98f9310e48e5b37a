import type { Analyzer, DatabaseAnalysis } from "../analyze";
import type { Finding } from "../rules/base/rule";
import type { TenancyDecisions } from "../tenancy/config";
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

export interface ProtectOptions {
	/** Qualified keys; all tables of tenants where absent. */
	readonly tables?: ReadonlySet<string>;
	/** The roles that the application connects as, where somebody just said so. */
	readonly applicationRoles?: readonly string[];
}

/** Row-level security for the tables that hold tenants' data, whether or not the product relies on it yet. */
export function protectAll(
	analyzer: Pick<Analyzer, "extend">,
	database: DatabaseAnalysis,
	{ tables, applicationRoles }: ProtectOptions = {},
): FixedAll {
	const decided: Partial<TenancyDecisions> = {
		enforcement: "rls",
		...(applicationRoles ? { applicationRoles: [...applicationRoles] } : {}),
	};
	const wanted = ({ rule, table }: Finding) =>
		PROTECTING.has(rule) && (tables === undefined || table === null || tables.has(table));
	return fixAll(
		{ extend: (base, sql) => analyzer.extend(base, sql, decided) },
		analyzer.extend(database, "", decided),
		wanted,
	);
}
