import { withPolicy } from "./base/examples";
import { shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** PostgreSQL's own settings that a condition may reasonably read. A setting of an application needs a dot in its name. */
const BUILT_IN =
	/^(role|session_authorization|is_superuser|application_name|search_path|server_version(_num)?|timezone|datestyle|lc_\w+|transaction_\w+|default_transaction_\w+|in_hot_standby|row_security|port|cluster_name|statement_timeout|lock_timeout)$/i;

export const policySettingUnqualified: Rule = {
	id: "policy-setting-unqualified",
	summary: "A policy reads a setting whose name has no dot, which PostgreSQL never lets anybody set.",
	severity: "warning",
	doc: {
		why: "Settings of an application need a prefix: SET tenant_id fails, and current_setting('tenant_id') fails for every row, or is NULL with missing_ok. Nobody gets a row, until somebody loosens the policy to make it work.",
		remedy: "Name it with a prefix, such as app.tenant_id, where it is set and where it is read.",
		sources: [
			{
				title: "PostgreSQL: Customized Options",
				url: "https://www.postgresql.org/docs/current/runtime-config-custom.html",
			},
		],
		bad: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('tenant_id')::uuid))"),
		good: withPolicy("TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))"),
		traps: [
			{
				title: "the setting is one of PostgreSQL's own",
				sql: withPolicy(
					"TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid) AND (SELECT current_setting('role')) <> 'guest')",
				),
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		for (const { key, table, policy } of context.tenantPolicies) {
			const setting = policy.usesSettings.find((name) => !name.includes(".") && !BUILT_IN.test(name));
			if (setting === undefined) continue;
			yield {
				table: key,
				location: policy.location,
				message: `PostgreSQL has no setting ${setting} and lets nobody make one without a prefix, so policy ${policy.name} lets no row of ${shown(table)} through.`,
				help: `Call it app.${setting}, here and where it is set.`,
			};
		}
	},
};
