import type { Analyzer, DatabaseAnalysis } from "../../analyze";
import { dollarQuoted } from "../../emit/dollar-quote";
import { quoteIdentifier, quoteLiteral, quoteRole } from "../../emit/identifier";
import type { Step } from "../../emit/step";
import { protectTables } from "../../fix/protect-tables";
import type { SchemaModel } from "../../schema/model";
import { applicationRoles } from "../../tenancy/enforcement";
import { mostFrequent } from "../../text/most-frequent";

/** Who may do what in a database of several tenants. None of them needs a password: people and services log in as members. */
export interface Roles {
	/** Owns the tables, runs migrations, serves no request. */
	readonly owner: string;
	/** What the application's connections are members of: bound by policies. The first is meant where one is named. */
	readonly application: readonly string[];
	/** The workspace grants the application's role its rights already; they are left as they are. */
	readonly isGranted: boolean;
	/** Reads what the application may read, of the tenant that it is bound to. */
	readonly readOnly: string;
	/** Sees all tenants; for named people, for a while. */
	readonly maintenance: string;
}

/**
 * The workspace's own roles where its grants, its policies or its configuration name them, else new ones. A role that
 * bypasses row-level security is never taken for the application's.
 */
export function rolesFor(analyzer: Pick<Analyzer, "extend">, database: DatabaseAnalysis): Roles {
	const { model } = database;
	const owners = [...model.tables.values()].flatMap(({ owner }) => owner ?? []);
	const granted = applicationRoles(model, undefined);
	const application = granted.length > 0 ? granted : boundRoles(protectTables(analyzer, database, null).after.model);
	return {
		owner: mostFrequent(owners) ?? "app_owner",
		application: application.length > 0 ? application : [freeRole(model, "app_user")],
		isGranted: granted.length > 0,
		readOnly: freeRole(model, "app_readonly"),
		maintenance: freeRole(model, "app_maintenance"),
	};
}

/** The roles that policies are for, as the configuration says or the policies that are there. */
function boundRoles({ tables, roles }: SchemaModel): string[] {
	const named = [...tables.values()].flatMap((table) => table.policies.flatMap((policy) => policy.roles));
	const isBound = (role: string) => role !== "public" && !roles.get(role)?.bypassRls && !roles.get(role)?.superuser;
	return [...new Set(named)].filter(isBound);
}

function freeRole({ roles }: SchemaModel, wanted: string): string {
	for (let i = 0; ; i++) {
		const name = i === 0 ? wanted : `${wanted}_${i}`;
		if (!roles.has(name)) return name;
	}
}

/**
 * Makes the roles that are not there yet; running it again changes nothing. There is no way down: roles belong to all
 * databases of a server, and others may use them.
 *
 * Membership never carries BYPASSRLS over, so that a member of the maintenance role has to say SET ROLE:
 * https://www.postgresql.org/docs/current/role-membership.html
 */
export function createRoles({ owner, application, readOnly, maintenance }: Roles): Step[] {
	return [
		createRole(owner, "NOLOGIN", "Owns the tables and runs migrations. No request of a customer is served with it."),
		...application.map((role) =>
			createRole(role, "NOLOGIN NOBYPASSRLS", "What the application's connections are members of. Policies bind it."),
		),
		createRole(readOnly, "NOLOGIN NOBYPASSRLS", "Reads one tenant's rows: support tools, exports. Policies bind it."),
		createRole(
			maintenance,
			"NOLOGIN BYPASSRLS",
			"Sees all tenants. For named people, who say SET ROLE when they need it; never for a service.",
			"On a hosted PostgreSQL this may be the provider's to grant; everything else works without the role.",
		),
		mustBeBound([...application, readOnly]),
	];
}

function createRole(role: string, attributes: string, why: string, whenRefused: string | null = null): Step {
	const create = `CREATE ROLE ${quoteIdentifier(role)} ${attributes}`;
	const guarded =
		whenRefused === null
			? `\t\t${create};`
			: `\t\tBEGIN\n\t\t\t${create};\n\t\tEXCEPTION WHEN insufficient_privilege THEN\n\t\t\tRAISE WARNING USING MESSAGE = ${quoteLiteral(`Role ${role} was not made: only a superuser may give BYPASSRLS.`)}, HINT = ${quoteLiteral(whenRefused)};\n\t\tEND;`;
	const body = `\nBEGIN\n\tIF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(role)}) THEN\n${guarded}\n\tEND IF;\nEND\n`;
	return { sql: `DO ${dollarQuoted(body)}`, phase: "prepare", down: null, table: "", why };
}

/** Stops where a role of that name is there already and row-level security would not bind it. */
function mustBeBound(roles: readonly string[]): Step {
	const body = `
DECLARE
	unbound text;
BEGIN
	SELECT rolname INTO unbound FROM pg_catalog.pg_roles
		WHERE rolname IN (${roles.map(quoteLiteral).join(", ")}) AND (rolsuper OR rolbypassrls);
	IF FOUND THEN
		RAISE EXCEPTION 'Role % is a superuser or has BYPASSRLS: row-level security does not bind it.', unbound
			USING HINT = 'Let the application connect as a role without these rights.';
	END IF;
END
`;
	const why = "The application's roles must be bound by policies, also where they were there before.";
	return { sql: `DO ${dollarQuoted(body)}`, phase: "prepare", down: null, table: "", why };
}

/** `role, role` as GRANT and CREATE POLICY take them. */
export function roleList(roles: readonly string[]): string {
	return roles.map(quoteRole).join(", ");
}
