import type { Policy } from "../schema/model";
import { ORDERS, PRODUCT, secured } from "./base/examples";
import { protect } from "./base/protect";
import { protectedTables, shown } from "./base/protection";
import type { Detection, Rule, RuleContext } from "./base/rule";

/** `auth.uid()`: a hosting platform's API connects, as a role that owns nothing. */
function asksPlatform({ usesFunctions }: Policy): boolean {
	return usesFunctions.some((name) => name.startsWith("auth."));
}

export const rlsNotForced: Rule = {
	id: "rls-not-forced",
	summary: "Row-level security is on, but not for the table's owner.",
	severity: "warning",
	doc: {
		why: "PostgreSQL skips policies for the table's owner. Migrations, scripts and many applications connect as the owner, and see every tenant's rows without noticing.",
		remedy: "ALTER TABLE … FORCE ROW LEVEL SECURITY, and let the application connect as a role that owns nothing.",
		sources: [
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
			{ title: "PostgreSQL: ALTER TABLE", url: "https://www.postgresql.org/docs/current/sql-altertable.html" },
		],
		bad: `${PRODUCT}${ORDERS}${secured("orders").replace("ALTER TABLE orders FORCE ROW LEVEL SECURITY;\n", "")}`,
		good: `${PRODUCT}${ORDERS}${secured("orders")}`,
		traps: [
			{
				title: "the owner is another role than the application's, and the product says so",
				sql: `${PRODUCT}CREATE ROLE app_owner;\n${ORDERS}ALTER TABLE orders OWNER TO app_owner;\n${secured("orders").replace("ALTER TABLE orders FORCE ROW LEVEL SECURITY;\n", "")}`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { applicationRoles } = context;
		const open = protectedTables(context).filter(({ table }) => table.rls.enabled && table.policies.length > 0);
		const forcesOthers = (owner: string | null) => {
			const own = open.filter(({ table }) => table.owner === owner);
			return own.filter(({ table }) => table.rls.forced).length * 2 > own.length;
		};
		for (const tenant of open) {
			const { key, table } = tenant;
			if (table.rls.forced) continue;
			// A role of its own that owns the tables and that no application uses: its rights are wanted, unless it does without
			// them on most of its tables.
			const isWanted = table.owner !== null && applicationRoles.length > 0 && !applicationRoles.includes(table.owner);
			if (isWanted && !forcesOthers(table.owner)) continue;
			// Who connects as a role of its own is bound; what is left is what else connects as the owner.
			const isApart = applicationRoles.length > 0 || table.policies.some(asksPlatform);
			yield {
				table: key,
				severity: isApart ? "info" : "warning",
				location: table.rls.location ?? table.nameLocation,
				message: `The owner of ${shown(table)} is not bound by its policies, so whatever connects as the owner sees all tenants.`,
				help: "Force row-level security, so that the owner is bound too.",
				remedies: () => protect(context, tenant),
			};
		}
	},
};
