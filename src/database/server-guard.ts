import { quoteLiteral } from "../core/emit/identifier";
import type { ServerGuard } from "./apply/apply";
import { Refusal, type Session } from "./engine";
import { markRole } from "./scratch";

/**
 * Roles and databases belong to the server, and SQL can change them in many ways: by statements, in blocks, in functions. So
 * what may do so runs in a transaction; before it ends, what others have there is compared with what it was, and roles that
 * are new are marked as ours. A role that our session sees and another one doesn't was made by this very transaction.
 *
 * @param roles those that were there before
 */
export function guardServer(
	session: Session,
	other: Session,
	database: string,
	roles: ReadonlySet<string>,
): ServerGuard {
	const names = [...roles].map(quoteLiteral).join(", ");
	const others = `
		SELECT md5(concat(
			(SELECT string_agg(to_jsonb(a)::text, ',' ORDER BY a.oid) FROM pg_authid a WHERE a.rolname IN (${names}) OR a.oid IN (${"%OIDS%"})),
			(SELECT string_agg(m::text, ',' ORDER BY m::text) FROM pg_auth_members m WHERE m.member IN (${"%OIDS%"})),
			(SELECT string_agg(d::text, ',' ORDER BY d::text) FROM pg_shdescription d WHERE d.classoid = 'pg_authid'::regclass AND d.objoid IN (${"%OIDS%"})),
			(SELECT string_agg(s::text, ',' ORDER BY s::text) FROM pg_db_role_setting s WHERE s.setrole IN (${"%OIDS%"}) AND s.setdatabase = 0),
			(SELECT string_agg(concat_ws(' ', d.oid, d.datname, d.datdba, d.datacl), ',' ORDER BY d.oid) FROM pg_database d WHERE d.datname <> ${quoteLiteral(database)})
		)) AS sum`;
	let query: string | null = null;
	const sumOf = async () => {
		if (query === null) {
			const { rows } = await session.query(`SELECT oid::text AS oid FROM pg_authid WHERE rolname IN (${names})`);
			query = others.replaceAll("%OIDS%", rows.map(({ oid }) => String(oid)).join(", ") || "0");
		}
		return (await session.query(query)).rows[0]?.sum;
	};
	const rolesIn = async (from: Session) =>
		(await from.query("SELECT rolname AS role FROM pg_roles")).rows.map(({ role }) => String(role));

	return async (run, nested) => {
		if (!nested) await session.query("BEGIN");
		try {
			const before = await sumOf();
			await run();
			if ((await sumOf()) !== before)
				throw new Refusal(
					"It was not run: it would change a role or database that is on the server already, and is none of ours.",
					"0L000",
					"",
				);
			const ours = await rolesIn(session);
			const theirs = new Set(await rolesIn(other));
			for (const role of ours) if (!theirs.has(role)) await session.query(markRole(role, database));
			if (!nested) await session.query("COMMIT");
		} catch (error) {
			if (!nested) await session.query("ROLLBACK");
			throw error;
		}
	};
}
