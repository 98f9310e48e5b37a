import type { DatabaseAnalysis } from "../../core/analyze";
import { quoteIdentifier, quoteLiteral } from "../../core/emit/identifier";
import type { SchemaModel } from "../../core/schema/model";
import { actingMembers, applicationRoles, isPrivileged } from "../../core/tenancy/enforcement";
import type { OtherRole } from "../attack/target";
import type { Session } from "../engine";

/** Who plays the application. */
export interface PlayedRole {
	readonly name: string;
	/** The files name none: it is the closest there is. */
	readonly assumed: boolean;
	/** The statements that made it, where it was made. */
	readonly made: readonly string[];
	/** Where it comes from, as sentences. */
	readonly assumptions: readonly string[];
}

const WRITES = /^(all|all privileges|insert|update|delete)$/i;
/** The name of the role that is made where the files name none. */
const OURS = "tenancy_prove_app";

/**
 * The role that the application connects as: the configuration's, else the least privileged that the grants describe and
 * that can do the application's work. Never an owner of tables: row-level security doesn't bind those, unless forced.
 *
 * @param configured `applicationRoles` of the configuration
 * @param platform the role that a hosting platform's API gives a signed-in user
 */
export async function chooseRole(
	session: Session,
	{ model }: DatabaseAnalysis,
	configured: readonly string[] | undefined,
	platform: string | null,
): Promise<PlayedRole> {
	const wanted = configured?.[0] ?? platform ?? grantedRole(model);
	const { rows } = await session.query("SELECT rolname AS name, rolsuper OR rolbypassrls AS unbound FROM pg_roles");
	const there = rows.find(({ name }) => name === wanted);
	if (wanted === null || !there) return assumeRole(session, model, wanted);
	const source =
		configured?.[0] === wanted
			? "tenancy.config.json names it"
			: platform === wanted
				? "the platform's API gives it to whoever is signed in"
				: "the grants in the files describe it as the application's";
	return {
		name: wanted,
		assumed: false,
		made: [],
		assumptions: [
			`The attacker plays the role \`${wanted}\`: ${source}.`,
			...(there.unbound === true
				? [`Row-level security does not bind \`${wanted}\`: it has BYPASSRLS or is a superuser.`]
				: []),
		],
	};
}

/**
 * The application's other roles, that policies bind and that the played one does not stand for: what it is a member of it may do
 * itself.
 *
 * @param configured `applicationRoles` of the configuration
 * @param platform those that a hosting platform's API has
 * @param bindAs how a session of a role is bound to a tenant
 */
export async function otherRoles(
	session: Session,
	{ model }: DatabaseAnalysis,
	{ name, assumed }: PlayedRole,
	configured: readonly string[] | undefined,
	platform: readonly string[],
	bindAs: (role: string) => OtherRole["bind"],
): Promise<OtherRole[]> {
	if (assumed) return [];
	const own = quoteLiteral(name);
	const { rows } = await session.query(
		`SELECT rolname AS name FROM pg_roles WHERE NOT rolsuper AND NOT rolbypassrls AND NOT pg_has_role(${own}, oid, 'USAGE')`,
	);
	const there = new Set(rows.map((row) => row.name));
	return [...new Set([...applicationRoles(model, configured), ...(configured ? [] : platform)])]
		.filter((role) => there.has(role))
		.map((role) => ({ role, bind: bindAs(role) }));
}

/** Null where no grant on a table names a role. */
function grantedRole(model: SchemaModel): string | null {
	const owners = new Set([...model.tables.values()].map(({ owner }) => owner));
	const policed = new Set([...model.tables.values()].flatMap(({ policies }) => policies.flatMap(({ roles }) => roles)));
	const known = new Map<string, { writes: boolean; privileges: number; policies: number }>();
	for (const { objectKind, objects, privileges, roles } of model.grants) {
		if (objectKind !== "table") continue;
		for (const role of roles) {
			if (role === "public" || owners.has(role)) continue;
			// A superuser is the application where policies are written for it: then they are written in vain.
			if (model.roles.get(role)?.superuser && !policed.has(role)) continue;
			const own = known.get(role) ?? { writes: false, privileges: 0, policies: 0 };
			known.set(role, {
				...own,
				writes: own.writes || privileges.some((each) => WRITES.test(each)),
				privileges: own.privileges + privileges.length * Math.max(1, objects.length),
			});
		}
	}
	// A login may have its rights of a group that it belongs to, and the policies for itself.
	const direct = new Map(known);
	for (const [role, groups] of actingMembers(model, [...direct.keys()])) {
		if (direct.has(role)) continue;
		const had = groups.flatMap((group) => direct.get(group) ?? []);
		known.set(role, {
			writes: had.some(({ writes }) => writes),
			privileges: had.reduce((sum, { privileges }) => sum + privileges, 0),
			policies: 0,
		});
	}
	for (const table of model.tables.values())
		for (const { roles } of table.policies)
			for (const role of roles) {
				const own = known.get(role);
				if (own) own.policies += 1;
			}
	const order = [...known].sort(
		([a, x], [b, y]) =>
			Number(isPrivileged(model, a)) - Number(isPrivileged(model, b)) ||
			Number(y.writes) - Number(x.writes) ||
			y.policies - x.policies ||
			x.privileges - y.privileges ||
			(a < b ? -1 : 1),
	);
	return order[0]?.[0] ?? null;
}

/** A role that may read and write rows everywhere, owns nothing, and is a member of the roles that policies are for. */
async function assumeRole(session: Session, model: SchemaModel, wanted: string | null): Promise<PlayedRole> {
	const name = quoteIdentifier(OURS);
	const made: string[] = [];
	const run = async (sql: string) => {
		await session.query(sql);
		made.push(sql);
	};
	await run(`CREATE ROLE ${name} NOLOGIN`);
	const { rows } = await session.query("SELECT rolname AS name FROM pg_roles WHERE NOT rolsuper AND NOT rolbypassrls");
	const policed = [...model.tables.values()].flatMap(({ policies }) => policies.flatMap(({ roles }) => roles));
	const bound = [...new Set(policed)].filter((role) => rows.some((each) => each.name === role));
	for (const role of bound) await run(`GRANT ${quoteIdentifier(role)} TO ${name}`);
	const schemas = await session.query(
		"SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'",
	);
	for (const { name: schema } of schemas.rows) {
		const quoted = quoteIdentifier(String(schema));
		await run(`GRANT USAGE ON SCHEMA ${quoted} TO ${name}`);
		await run(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${quoted} TO ${name}`);
		await run(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA ${quoted} TO ${name}`);
	}
	const why =
		wanted === null ? "No grant in the files says which role the application uses" : `There is no role \`${wanted}\``;
	const members =
		bound.length > 0
			? `, and is a member of ${bound.map((role) => `\`${role}\``).join(", ")}, which policies are for`
			: "";
	return {
		name: OURS,
		assumed: true,
		made,
		assumptions: [
			`${why}: the attacker plays one that may read and write every table's rows and owns none of them${members}. An application that connects as the tables' owner may do more.`,
		],
	};
}
