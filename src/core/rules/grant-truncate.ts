import type { Location } from "../text/span";
import { PRODUCT } from "./base/examples";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext, TenantTable } from "./base/rule";

export const grantTruncate: Rule = {
	id: "grant-truncate",
	summary: "The application may TRUNCATE a tenant's table, which row-level security does not stop.",
	severity: "warning",
	doc: {
		why: "TRUNCATE empties the table for all tenants, and REFERENCES lets a foreign key probe which keys exist: policies apply to neither. GRANT ALL brings both along.",
		remedy: "Grant SELECT, INSERT, UPDATE, DELETE by name, and revoke TRUNCATE and REFERENCES.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{ title: "PostgreSQL: GRANT", url: "https://www.postgresql.org/docs/current/sql-grant.html" },
		],
		bad: `${PRODUCT}GRANT ALL ON customers TO app_user;\n`,
		good: PRODUCT,
		traps: [],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const byGrant = new Map<Location, TenantTable[]>();
		for (const each of protectedTables(context)) {
			const grant = wideGrant(context, each);
			if (grant) byGrant.set(grant, [...(byGrant.get(grant) ?? []), each]);
		}
		for (const [location, tables] of byGrant) {
			const [first, ...others] = tables;
			if (!first) continue;
			const rest =
				others.length === 0 ? "" : others.length === 1 ? " and one more table" : ` and ${others.length} more tables`;
			yield {
				table: first.key,
				location,
				message: `This lets the application empty ${shown(first.table)}${rest} for all tenants at once: TRUNCATE is not subject to policies.`,
				help: "Grant SELECT, INSERT, UPDATE and DELETE by name, and revoke TRUNCATE.",
			};
		}
	},
};

/** Where the application is granted TRUNCATE on the table, by itself or by default. */
function wideGrant({ model, applicationRoles }: RuleContext, { key, table }: TenantTable): Location | undefined {
	const isWide = ({ roles, privileges }: { roles: readonly string[]; privileges: readonly string[] }) =>
		roles.some((role) => role === "public" || applicationRoles.includes(role)) && privileges.includes("truncate");
	const own = model.grants.find((each) => each.objectKind === "table" && each.objects.includes(key) && isWide(each));
	const byDefault = model.defaultPrivileges.find(
		(each) =>
			each.isGrant &&
			each.objectKind === "table" &&
			(each.schemas.length === 0 || each.schemas.includes(table.schema)) &&
			isWide(each),
	);
	return (own ?? byDefault)?.location;
}
