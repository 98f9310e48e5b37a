import type { Rule } from "./base/rule";
import { childWithoutRls } from "./child-without-rls";
import { fanoutHardcodedSchema } from "./fanout-hardcoded-schema";
import { fanoutNotRepeatable } from "./fanout-not-repeatable";
import { fkIndexMissing } from "./fk-index-missing";
import { foreignTableExposes } from "./foreign-table-exposes";
import { functionLeakproof } from "./function-leakproof";
import { functionSearchPath } from "./function-search-path";
import { functionSecurityDefiner } from "./function-security-definer";
import { functionSessionSetting } from "./function-session-setting";
import { grantDefaultWide } from "./grant-default-wide";
import { grantSequenceUpdate } from "./grant-sequence-update";
import { grantTruncate } from "./grant-truncate";
import { matviewExposes } from "./matview-exposes";
import { migrationConcurrentlyInTransaction } from "./migration-concurrently-in-transaction";
import { migrationLocks } from "./migration-locks";
import { migrationPolicyGap } from "./migration-policy-gap";
import { migrationTableUnprotected } from "./migration-table-unprotected";
import { partitionWithoutRls } from "./partition-without-rls";
import { policiesOverlap } from "./policies-overlap";
import { policyAlwaysTrue } from "./policy-always-true";
import { policyCheckWeaker } from "./policy-check-weaker";
import { policyCurrentUser } from "./policy-current-user";
import { policyIgnoresTenant } from "./policy-ignores-tenant";
import { policyInsertUnchecked } from "./policy-insert-unchecked";
import { policyLiteralTenant } from "./policy-literal-tenant";
import { policyNullOpens } from "./policy-null-opens";
import { policyOrDefeatsIndex } from "./policy-or-defeats-index";
import { policyOrWidens } from "./policy-or-widens";
import { policyPerRowCall } from "./policy-per-row-call";
import { policyRoleEditable } from "./policy-role-editable";
import { policySettingMissingOk } from "./policy-setting-missing-ok";
import { policySettingUnqualified } from "./policy-setting-unqualified";
import { policySubqueryLoose } from "./policy-subquery-loose";
import { policyToPublic } from "./policy-to-public";
import { policyUserEditable } from "./policy-user-editable";
import { policyVolatile } from "./policy-volatile";
import { policyWrappedColumn } from "./policy-wrapped-column";
import { publicationUnfiltered } from "./publication-unfiltered";
import { rlsDisabled } from "./rls-disabled";
import { rlsNoPolicy } from "./rls-no-policy";
import { rlsNotForced } from "./rls-not-forced";
import { rlsPoliciesInert } from "./rls-policies-inert";
import { rlsRestrictiveOnly } from "./rls-restrictive-only";
import { rlsTurnedOff } from "./rls-turned-off";
import { roleBypassesRls } from "./role-bypasses-rls";
import { roleOwnsTables } from "./role-owns-tables";
import { schemaDrift } from "./schema-drift";
import { schemaReferenceCrosses } from "./schema-reference-crosses";
import { schemaRoleCrosses } from "./schema-role-crosses";
import { searchPathUnsafe } from "./search-path-unsafe";
import { sequenceCountsTenants } from "./sequence-counts-tenants";
import { sharedWritable } from "./shared-writable";
import { storagePolicyOpen } from "./storage-policy-open";
import { tenantColumnDefault } from "./tenant-column-default";
import { tenantColumnMissing } from "./tenant-column-missing";
import { tenantColumnMutable } from "./tenant-column-mutable";
import { tenantColumnNoReference } from "./tenant-column-no-reference";
import { tenantColumnNullable } from "./tenant-column-nullable";
import { tenantColumnType } from "./tenant-column-type";
import { tenantFkCrosses } from "./tenant-fk-crosses";
import { tenantIndexMissing } from "./tenant-index-missing";
import { tenantIndexOrder } from "./tenant-index-order";
import { triggerCopiesOut } from "./trigger-copies-out";
import { uniqueCrosses } from "./unique-crosses";
import { viewDefinerCall } from "./view-definer-call";
import { viewNotInvoker } from "./view-not-invoker";

/** All rules, in the order in which findings at one place are shown: what leaks first. */
export const RULES: readonly Rule[] = [
	rlsDisabled,
	rlsTurnedOff,
	rlsPoliciesInert,
	rlsNoPolicy,
	rlsRestrictiveOnly,
	rlsNotForced,
	partitionWithoutRls,
	childWithoutRls,
	foreignTableExposes,
	roleBypassesRls,
	roleOwnsTables,
	policyAlwaysTrue,
	storagePolicyOpen,
	policyNullOpens,
	policyIgnoresTenant,
	policyOrWidens,
	policySubqueryLoose,
	policyRoleEditable,
	policyUserEditable,
	policyLiteralTenant,
	policyInsertUnchecked,
	policyCheckWeaker,
	policyCurrentUser,
	policySettingUnqualified,
	viewNotInvoker,
	matviewExposes,
	viewDefinerCall,
	functionSecurityDefiner,
	functionSearchPath,
	functionLeakproof,
	functionSessionSetting,
	triggerCopiesOut,
	sharedWritable,
	grantTruncate,
	grantSequenceUpdate,
	grantDefaultWide,
	publicationUnfiltered,
	schemaReferenceCrosses,
	schemaRoleCrosses,
	searchPathUnsafe,
	fanoutHardcodedSchema,
	fanoutNotRepeatable,
	schemaDrift,
	migrationTableUnprotected,
	migrationPolicyGap,
	migrationConcurrentlyInTransaction,
	tenantColumnMissing,
	tenantColumnNullable,
	tenantColumnDefault,
	tenantColumnType,
	tenantColumnMutable,
	tenantFkCrosses,
	uniqueCrosses,
	tenantColumnNoReference,
	tenantIndexMissing,
	fkIndexMissing,
	policyPerRowCall,
	policyWrappedColumn,
	policyVolatile,
	policyOrDefeatsIndex,
	policySettingMissingOk,
	policyToPublic,
	tenantIndexOrder,
	sequenceCountsTenants,
	policiesOverlap,
	migrationLocks,
];
