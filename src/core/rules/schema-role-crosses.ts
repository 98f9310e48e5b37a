import { isMember } from "../tenancy/enforcement";
import { findPlacement } from "../tenancy/placement";
import type { Detection, Rule, RuleContext } from "./base/rule";
import { CLINICS } from "./base/tenant-schemas";

export const schemaRoleCrosses: Rule = {
	id: "schema-role-crosses",
	summary: "One role may use the schemas of several tenants.",
	severity: "info",
	doc: {
		why: "Then nothing but the search_path keeps the tenants apart: a name with a schema in front, or another SET, is enough to be in another tenant's.",
		remedy:
			"Give each tenant a role of its own, which may use its schema alone, and let the application SET ROLE to it.",
		sources: [
			{
				title: "PostgreSQL: Schemas and Privileges",
				url: "https://www.postgresql.org/docs/current/ddl-schemas.html#DDL-SCHEMAS-PRIV",
			},
		],
		bad: `${CLINICS}CREATE ROLE app_user;\nGRANT USAGE ON SCHEMA tenant_acme, tenant_globex TO app_user;\n`,
		good: `${CLINICS}CREATE ROLE acme_user;\nGRANT USAGE ON SCHEMA tenant_acme TO acme_user;\n`,
		traps: [],
	},
	*detect({ model, tenancy }: RuleContext): Iterable<Detection> {
		const placement = findPlacement(model);
		if (!placement || (tenancy.mode !== "schema" && tenancy.mode !== "hybrid")) return;
		const schemas = [...placement.schemas].filter((schema) => schema !== placement.template);
		const grants = model.grants.filter(
			({ objectKind, privileges }) => objectKind === "schema" && privileges.includes("usage"),
		);
		for (const role of new Set(grants.flatMap(({ roles }) => roles))) {
			if (model.roles.get(role)?.superuser || model.roles.get(role)?.bypassRls) continue;
			// What it is a member of, and everybody, may be used by it as well.
			const own = grants.filter(({ roles }) => roles.some((each) => each === "public" || isMember(model, role, each)));
			const used = schemas.filter((schema) => own.some(({ objects }) => objects.includes(schema)));
			const last = own.findLast(({ objects }) => objects.some((each) => used.includes(each)));
			if (used.length < 2 || !last) continue;
			yield {
				table: null,
				location: last.location,
				message: `${role === "public" ? "Every role" : `Role ${role}`} may use the schemas of ${used.length} tenants, so that a search_path is all that keeps them apart.`,
				help: "Give each tenant a role of its own that may use its schema alone.",
			};
		}
	},
};
