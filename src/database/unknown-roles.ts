import { quoteLiteral } from "../core/emit/identifier";
import type { StandIn } from "./apply/stand-ins";
import type { Engine } from "./engine";

/**
 * Roles that the application's role is a member of and of which the files say nothing else: none creates them, grants to them or
 * names them in a policy. Whatever they may do elsewhere, the application may do as well.
 *
 * @returns a sentence for each
 */
export async function unknownRoles(engine: Engine, role: string, standIns: readonly StandIn[]): Promise<string[]> {
	const names = standIns.flatMap(({ kind, name }) => (kind === "role" && name !== role ? [quoteLiteral(name)] : []));
	if (names.length === 0) return [];
	// https://www.postgresql.org/docs/current/catalog-pg-shdepend.html: what a role is named in; memberships are from version 16 on.
	const { rows } = await engine.query(`
SELECT r.rolname AS name FROM pg_roles r WHERE r.rolname IN (${names.join(", ")}) AND pg_has_role(${quoteLiteral(role)}, r.oid, 'MEMBER')
	AND NOT EXISTS (SELECT FROM pg_shdepend d WHERE d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid
		AND d.classid <> 'pg_auth_members'::regclass)
ORDER BY 1`);
	return rows.map(
		({ name }) =>
			`\`${role}\` is a member of \`${name}\`, of which these files say nothing else: what that role may do, it may do, too.`,
	);
}
