import { grantOn, revokeOn } from "../emit/grant";
import type { Step } from "../emit/step";
import type { Grant } from "../schema/model";
import type { Location } from "../text/span";
import { PRODUCT } from "./base/examples";
import { grantedByDefault, isOfApplication } from "./base/privileges";
import { protectedTables, shown } from "./base/protection";
import type { Remedy } from "./base/remedy";
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
				remedies: () => narrow(context, location, tables),
			};
		}
	},
};

/** Privileges that policies don't hold for. */
const UNBOUND = ["truncate", "references"];

/** Takes from the application what this grant, or another, gives it of that on the tables. */
function narrow(context: RuleContext, location: Location, tables: readonly TenantTable[]): Remedy[] {
	// What default privileges gave to tables that were created later is not to be told from the statements.
	if (context.model.defaultPrivileges.some((each) => each.location === location)) return [];
	const isOurs = isOfApplication(context.applicationRoles);
	const steps = tables.flatMap(({ key, table }) => {
		const grants = context.model.grants.filter((each) => isOn(each, key));
		const roles = [...new Set(grants.flatMap((grant) => grant.roles.filter(isOurs)))];
		return roles.flatMap((role): Step[] => {
			const own = grants.filter((grant) => grant.roles.includes(role) && grant.columns.length === 0);
			const privileges = UNBOUND.filter((each) => own.some((grant) => grant.privileges.includes(each)));
			if (privileges.length === 0) return [];
			return [
				{
					sql: revokeOn(table, privileges, [role]),
					phase: "finish",
					down: grantOn(table, privileges, [role]),
					table: key,
				},
			];
		});
	});
	const [first, ...others] = tables;
	if (!first || steps.length === 0) return [];
	const rest = others.length > 0 ? ` and ${others.length} more` : "";
	return [{ title: `Take TRUNCATE on ${shown(first.table)}${rest} from the application`, steps, automatic: true }];
}

function isOn({ objectKind, objects }: Grant, key: string): boolean {
	return objectKind === "table" && objects.includes(key);
}

/** Where the application is granted TRUNCATE on the table, by itself or by default. */
function wideGrant(context: RuleContext, { key, table }: TenantTable): Location | undefined {
	const { model } = context;
	const isOurs = isOfApplication(context.applicationRoles);
	const own = model.grants.find(
		(each) => isOn(each, key) && each.roles.some(isOurs) && each.privileges.includes("truncate"),
	);
	return (own ?? grantedByDefault(context, "table", table.schema, "truncate"))?.location;
}
