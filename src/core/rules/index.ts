import type { Rule } from "./base/rule";
import { fkIndexMissing } from "./fk-index-missing";
import { functionSearchPath } from "./function-search-path";
import { grantTruncate } from "./grant-truncate";
import { matviewExposes } from "./matview-exposes";
import { policyAlwaysTrue } from "./policy-always-true";
import { policyCheckWeaker } from "./policy-check-weaker";
import { policyIgnoresTenant } from "./policy-ignores-tenant";
import { policyInsertUnchecked } from "./policy-insert-unchecked";
import { policyLiteralTenant } from "./policy-literal-tenant";
import { policyNullOpens } from "./policy-null-opens";
import { policyPerRowCall } from "./policy-per-row-call";
import { policySettingMissingOk } from "./policy-setting-missing-ok";
import { policyToPublic } from "./policy-to-public";
import { rlsDisabled } from "./rls-disabled";
import { rlsNoPolicy } from "./rls-no-policy";
import { rlsNotForced } from "./rls-not-forced";
import { rlsPoliciesInert } from "./rls-policies-inert";
import { rlsRestrictiveOnly } from "./rls-restrictive-only";
import { rlsTurnedOff } from "./rls-turned-off";
import { roleBypassesRls } from "./role-bypasses-rls";
import { sequenceCountsTenants } from "./sequence-counts-tenants";
import { tenantColumnMissing } from "./tenant-column-missing";
import { tenantColumnMutable } from "./tenant-column-mutable";
import { tenantColumnNoReference } from "./tenant-column-no-reference";
import { tenantColumnNullable } from "./tenant-column-nullable";
import { tenantColumnType } from "./tenant-column-type";
import { tenantFkCrosses } from "./tenant-fk-crosses";
import { tenantIndexMissing } from "./tenant-index-missing";
import { tenantIndexOrder } from "./tenant-index-order";
import { uniqueCrosses } from "./unique-crosses";
import { viewNotInvoker } from "./view-not-invoker";

/** All rules, in the order in which findings at one place are shown: what leaks first. */
export const RULES: readonly Rule[] = [
	rlsDisabled,
	rlsTurnedOff,
	rlsPoliciesInert,
	rlsNoPolicy,
	rlsRestrictiveOnly,
	rlsNotForced,
	roleBypassesRls,
	policyAlwaysTrue,
	policyNullOpens,
	policyIgnoresTenant,
	policyLiteralTenant,
	policyInsertUnchecked,
	policyCheckWeaker,
	viewNotInvoker,
	matviewExposes,
	functionSearchPath,
	grantTruncate,
	tenantColumnMissing,
	tenantColumnNullable,
	tenantColumnType,
	tenantColumnMutable,
	tenantFkCrosses,
	uniqueCrosses,
	tenantColumnNoReference,
	tenantIndexMissing,
	fkIndexMissing,
	policyPerRowCall,
	policySettingMissingOk,
	policyToPublic,
	tenantIndexOrder,
	sequenceCountsTenants,
];
