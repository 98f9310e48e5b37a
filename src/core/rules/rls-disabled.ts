import { ORDERS, PRODUCT, secured } from "./base/examples";
import { protect } from "./base/protect";
import { protectedParent, protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const rlsDisabled: Rule = {
	id: "rls-disabled",
	summary: "Row-level security is off for a table that holds tenants' data.",
	severity: "error",
	doc: {
		why: "Every session that may read the table reads all tenants' rows. Where other tables are protected, queries are written without a filter, so this one leaks with the first of them.",
		remedy:
			"Enable row-level security, force it for the owner too, and add a policy that compares the tenant column with the session's tenant.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${PRODUCT}${ORDERS}GRANT SELECT, INSERT ON orders TO app_user;\n`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{ title: "a table that the application has no grant on is closed on purpose", sql: `${PRODUCT}${ORDERS}` },
			{
				title: "shared data needs none",
				sql: `${PRODUCT}CREATE TABLE countries (code text PRIMARY KEY, name text NOT NULL);\nGRANT SELECT ON countries TO app_user;\nCOMMENT ON TABLE countries IS 'The same for all. @tenancy shared';\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { enforcement } = context.tenancy;
		if (enforcement === "application" || enforcement === "placement") yield* whatItWouldAdd(context);
		for (const tenant of protectedTables(context)) {
			const { key, table } = tenant;
			// Policies that are off are rls-policies-inert's, a later statement that disables is rls-turned-off's.
			if (table.rls.enabled || table.policies.length > 0 || table.rls.location !== null) continue;
			// So is what inherits from a protected table child-without-rls'.
			if (protectedParent(context.model, table)) continue;
			yield {
				table: key,
				location: table.nameLocation,
				message: `Row-level security is off for ${shown(table)}, so whoever may read it reads the rows of all tenants.`,
				help: "Enable and force row-level security, and add a policy on the tenant column.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};

/**
 * Said once, not of each table: where the queries keep tenants apart, a table without row-level security is no mistake. Where
 * each tenant has a schema, it is said of the tables beside those schemas that hold the rows of several, but for their list.
 */
function* whatItWouldAdd({ tenancy, tenantTables }: RuleContext): Iterable<Detection> {
	const hasSchemas = tenancy.enforcement === "placement";
	const open = tenantTables.filter(
		({ table, own: { enforcement, scope } }) =>
			!table.rls.enabled && enforcement !== "placement" && !(hasSchemas && scope === "tenant-root"),
	);
	const first = open.find(({ key }) => tenancy.roots.includes(key)) ?? open[0];
	if (!first) return;
	const tables = open.length === 1 ? "1 table" : `${open.length} tables`;
	yield {
		table: null,
		severity: "info",
		location: first.table.nameLocation,
		message: `The application's queries alone keep tenants apart in ${tables}: one that forgets its filter shows every tenant's rows.`,
		help: "Row-level security would have PostgreSQL itself refuse them. The command Protect All Tables of Tenants writes it; the application then sets the tenant in each transaction.",
	};
}
