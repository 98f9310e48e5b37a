import { quoteIdentifier, quoteRole } from "../emit/identifier";
import type { DefaultPrivilege } from "../schema/model";
import { PRODUCT } from "./base/examples";
import { isOfApplication } from "./base/privileges";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const grantDefaultWide: Rule = {
	id: "grant-default-wide",
	summary: "Tables that are created later are open to the application, or to everybody, from their first moment.",
	severity: "warning",
	doc: {
		why: "Default privileges hold before anybody thought of row-level security for the table. A migration that forgets it, or that only another file adds, leaves all tenants' rows open without a GRANT that a reviewer could see.",
		remedy: "ALTER DEFAULT PRIVILEGES … REVOKE, and grant table by table, beside the policy.",
		sources: [
			{
				title: "PostgreSQL: ALTER DEFAULT PRIVILEGES",
				url: "https://www.postgresql.org/docs/current/sql-alterdefaultprivileges.html",
			},
		],
		bad: `${PRODUCT}ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;\n`,
		good: PRODUCT,
		traps: [
			{
				title: "they are taken back later",
				sql: `${PRODUCT}ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;\nALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM PUBLIC;\n`,
			},
			{
				title: "they are for a role that no tenant has",
				sql: `${PRODUCT}CREATE ROLE maintenance;\nALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO maintenance;\n`,
			},
		],
	},
	*detect({ model, tenancy, applicationRoles }: RuleContext): Iterable<Detection> {
		if (tenancy.enforcement !== "rls") return;
		for (const [i, each] of model.defaultPrivileges.entries()) {
			if (!each.isGrant || each.objectKind !== "table") continue;
			const later = model.defaultPrivileges.slice(i + 1);
			const roles = each.roles.filter(
				(role) => isOfApplication(applicationRoles)(role) && !later.some((other) => takesBack(other, each, role)),
			);
			if (roles.length === 0) continue;
			const isPublic = roles.includes("public");
			yield {
				table: null,
				location: each.location,
				severity: isPublic ? "warning" : "info",
				message: `Each table that is created later is open to ${isPublic ? "every role" : roles.join(" and ")} before it has a policy.`,
				help: "Revoke the default, and grant table by table, beside the policy.",
				remedies: () => [revoke(each, roles, isPublic)],
			};
		}
	},
};

/** Whether a later statement undoes for a role what a default says. */
function takesBack(later: DefaultPrivilege, each: DefaultPrivilege, role: string): boolean {
	return (
		!later.isGrant &&
		later.objectKind === each.objectKind &&
		later.roles.includes(role) &&
		later.schemas.join() === each.schemas.join() &&
		later.forRoles.join() === each.forRoles.join() &&
		each.privileges.every((privilege) => later.privileges.includes(privilege))
	);
}

/** New tables then need a GRANT of their own: for the application's role that is for a person to decide. */
function revoke(
	{ forRoles, schemas, privileges }: DefaultPrivilege,
	roles: readonly string[],
	automatic: boolean,
): Remedy {
	const creators = forRoles.length === 0 ? "" : ` FOR ROLE ${forRoles.map(quoteRole).join(", ")}`;
	const where = schemas.length === 0 ? "" : ` IN SCHEMA ${schemas.map(quoteIdentifier).join(", ")}`;
	const list = privileges.join(", ").toUpperCase();
	const change = (verb: string, preposition: string) =>
		`ALTER DEFAULT PRIVILEGES${creators}${where} ${verb} ${list} ON TABLES ${preposition} ${roles.map(quoteRole).join(", ")}`;
	return {
		title: "Revoke the default, so that new tables are closed until they are granted",
		steps: [
			{ sql: change("REVOKE", "FROM"), phase: "finish", down: change("GRANT", "TO"), table: `${schemas.join()}.*` },
		],
		automatic,
	};
}
