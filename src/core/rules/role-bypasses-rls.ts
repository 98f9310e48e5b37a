import { quoteIdentifier } from "../emit/identifier";
import type { Role } from "../schema/model";
import { isMember } from "../tenancy/enforcement";
import { PRODUCT } from "./base/examples";
import { PLATFORM_ROLES } from "./base/policies";
import type { Remedy } from "./base/remedy";
import type { Detection, Rule, RuleContext } from "./base/rule";

export const roleBypassesRls: Rule = {
	id: "role-bypasses-rls",
	summary: "The role that the application connects as is not bound by row-level security.",
	severity: "error",
	doc: {
		why: "BYPASSRLS and SUPERUSER skip every policy of every table. Nothing in the schema looks wrong, and nothing is protected.",
		remedy: "ALTER ROLE … NOBYPASSRLS NOSUPERUSER; keep the attribute for a maintenance role that no application uses.",
		sources: [
			{ title: "PostgreSQL: Role Attributes", url: "https://www.postgresql.org/docs/current/role-attributes.html" },
			{
				title: "PostgreSQL: Row Security Policies",
				url: "https://www.postgresql.org/docs/current/ddl-rowsecurity.html",
			},
		],
		bad: `${PRODUCT.replace("CREATE ROLE app_user;", "CREATE ROLE app_user BYPASSRLS;")}`,
		good: PRODUCT,
		traps: [
			{
				title: "a maintenance role may bypass it",
				sql: `${PRODUCT}CREATE ROLE maintenance BYPASSRLS;\nGRANT SELECT ON customers TO maintenance;\n`,
			},
			{
				title: "a maintenance role may become the application's, not the other way round",
				sql: `${PRODUCT}CREATE ROLE maintenance BYPASSRLS;\nGRANT app_user TO maintenance;\n`,
			},
		],
	},
	*detect(context: RuleContext): Iterable<Detection> {
		const { model } = context;
		for (const role of model.roles.values()) {
			if (!role.bypassRls && !role.superuser) continue;
			const policed = [...model.tables.values()].some((table) =>
				table.policies.some((policy) => policy.roles.includes(role.name)),
			);
			const what = role.superuser ? "is a superuser" : "has BYPASSRLS";
			if (!policed && !context.applicationRoles.includes(role.name)) {
				const member = memberOf(context, role);
				if (member)
					yield {
						table: null,
						location: member.location,
						message: `Role ${member.name} is a member of ${role.name}, which ${what}: SET ROLE ${role.name}, and no policy holds.`,
						help: `REVOKE ${role.name} FROM ${member.name}; and let maintenance connect as a role of its own.`,
						remedies: () => [leave(member, role)],
					};
				continue;
			}
			yield {
				table: null,
				location: role.location,
				message: `Role ${role.name} ${what}, so no policy holds for it, though policies are written for it.`,
				help: `ALTER ROLE ${role.name} NOBYPASSRLS; and let maintenance use a role of its own.`,
				remedies: () => [bind(role)],
			};
		}
	},
};

/** A role of the application's that may become another. */
function memberOf({ model, applicationRoles }: RuleContext, of: Role): Role | undefined {
	const policed = [...model.tables.values()].flatMap(({ policies }) => policies.flatMap(({ roles }) => roles));
	const ours = new Set([...applicationRoles, ...policed].filter((name) => !PLATFORM_ROLES.has(name)));
	return [...ours]
		.flatMap((name) => model.roles.get(name) ?? [])
		.find(({ name, bypassRls, superuser }) => !bypassRls && !superuser && isMember(model, name, of.name));
}

function leave({ name }: Role, { name: other }: Role): Remedy {
	const [role, member] = [quoteIdentifier(other), quoteIdentifier(name)];
	return {
		title: `Take the role ${other} from ${name}`,
		steps: [
			{
				sql: `REVOKE ${role} FROM ${member}`,
				phase: "finish",
				down: `GRANT ${role} TO ${member}`,
				table: `role ${name}`,
			},
		],
		// What it does as that role, it can't any more.
		automatic: false,
	};
}

function bind({ name, superuser, bypassRls }: Role): Remedy {
	const attributes = [...(bypassRls ? ["BYPASSRLS"] : []), ...(superuser ? ["SUPERUSER"] : [])];
	const alter = (prefix: string) =>
		`ALTER ROLE ${quoteIdentifier(name)} ${attributes.map((each) => prefix + each).join(" ")}`;
	return {
		title: `Let policies bind the role ${name}`,
		steps: [{ sql: alter("NO"), phase: "finish", down: alter(""), table: `role ${name}` }],
		// What it reads and writes of all tenants at once, it can't any more.
		automatic: false,
	};
}
