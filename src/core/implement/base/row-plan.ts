import type { Analyzer, DatabaseAnalysis } from "../../analyze";
import { alterPolicyStep } from "../../emit/policy";
import type { Step } from "../../emit/step";
import { type FixedAll, fixAll } from "../../fix/fix-all";
import { protectTables } from "../../fix/protect-tables";
import type { Finding } from "../../rules/base/rule";
import type { Blueprint } from "../artifact";
import { type Grantable, grants } from "./grants";
import { createRoles, type Roles, rolesFor } from "./roles";
import { ended, stepStatements } from "./sql-file";
import { type TenantSetting, tenantSetting } from "./tenant-setting";

/** What makes a tenant's rows quick to find, and keeps references and columns within the tenant. */
const KEYS = new Set([
	"tenant-column-missing",
	"tenant-column-nullable",
	"tenant-column-no-reference",
	"tenant-column-type",
	"tenant-fk-crosses",
	"tenant-index-missing",
	"fk-index-missing",
]);

/** All that row-level isolation comes to for a database, as steps. */
export interface RowPlan {
	readonly roles: Roles;
	/** Null where the policies of the workspace find the tenant in another way than by a setting. */
	readonly setting: TenantSetting | null;
	/** Tenant columns, keys and indexes: first, while policies do not stand in the way of filling them. */
	readonly keys: readonly Step[];
	readonly protection: readonly Step[];
	/** Functions, views and grants that go around policies. */
	readonly around: readonly Step[];
	readonly grants: readonly Grantable[];
	/** What a person has to decide. */
	readonly left: readonly Finding[];
	/** The database as it is after all of it. */
	readonly after: DatabaseAnalysis;
}

/** Takes every step that needs no decision; what needs one is left, and named. */
export function planRowLevel({ database, analyzer }: Pick<Blueprint, "database" | "analyzer">): RowPlan {
	const roles = rolesFor(analyzer, database);
	const decided = { enforcement: "rls" as const, applicationRoles: [...roles.application, roles.readOnly] };
	const granted = [...stepStatements(createRoles(roles)), ...ended(grants(database, roles).map(({ up }) => up))];
	const open = analyzer.extend(database, `${granted.join("\n")}\n`, decided);
	const setting = newSetting(analyzer, database, open, decided);
	const extend: Analyzer["extend"] = (base, sql) => analyzer.extend(base, sql, { ...decided, ...setting });
	const base = extend(open, "");
	const keys = fixAll({ extend }, base, ({ rule }) => KEYS.has(rule));
	const protection = protectTables({ extend }, keys.after, null);
	const around = fixAll({ extend }, protection.after, () => true);
	const ofPolicies = around.steps.filter(({ sql }) => /\bPOLICY\b|ROW LEVEL SECURITY/.test(sql));
	const policies = [...protection.steps, ...ofPolicies, ...openToReaders(around.after, roles)];
	return {
		roles,
		setting: tenantSetting(around.after.model, around.after.tenancy),
		keys: keys.steps,
		protection: policies,
		around: around.steps.filter((step) => !ofPolicies.includes(step)),
		// Of the columns and views as they are by then.
		grants: grants(around.after, roles),
		left: leftOver(database, around),
		after: around.after,
	};
}

/**
 * The setting that the first policies of the workspace will read. Told beforehand, so that the tenant columns that are added
 * before them have it as their default. Nothing where policies read one already.
 */
function newSetting(
	{ extend }: Pick<Analyzer, "extend">,
	{ model }: DatabaseAnalysis,
	base: DatabaseAnalysis,
	decided: Parameters<Analyzer["extend"]>[2],
): { setting?: string } {
	if ([...model.tables.values()].some(({ policies }) => policies.some((policy) => policy.usesSettings.length > 0)))
		return {};
	const { after } = protectTables({ extend: (from, sql) => extend(from, sql, decided) }, base, null);
	const setting = tenantSetting(after.model, after.tenancy);
	return setting === null ? {} : { setting: setting.name };
}

/** Lets policies that are for the application hold for the read-only role, too: without one it would see nothing. */
function openToReaders({ model }: DatabaseAnalysis, { application, readOnly }: Roles): Step[] {
	return [...model.tables.values()].flatMap((table) =>
		table.policies.flatMap((policy): Step[] => {
			const { name, roles, command } = policy;
			const isForReads = command === "all" || command === "select";
			if (!isForReads || roles.includes(readOnly) || !roles.some((role) => application.includes(role))) return [];
			return [alterPolicyStep({ table, name, to: { roles: [...roles, readOnly] }, from: { roles } })];
		}),
	);
}

/** About the roles that the workspace has so far: the application has to leave them first. */
const OF_ROLES = new Set(["role-bypasses-rls", "role-owns-tables"]);

function leftOver(before: DatabaseAnalysis, { after }: FixedAll): Finding[] {
	const known = new Set(after.findings.map(({ message }) => message));
	const ofRoles = before.findings.filter(({ rule, message }) => OF_ROLES.has(rule) && !known.has(message));
	return [...ofRoles, ...after.findings].filter(({ severity }) => severity === "error" || severity === "warning");
}
