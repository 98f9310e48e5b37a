import { quoteIdentifier } from "../../core/emit/identifier";
import type { Session } from "../engine";

/** The name of the role that owns what the files make. */
const OWNER = "tenancy_prove_owner";

/**
 * Gives everything that the superuser made to a role of its own. Functions and views run with their owner's rights: a
 * superuser's would go around policies that bind the product's owner (FORCE ROW LEVEL SECURITY).
 *
 * @param bypasses the role that migrations run as has BYPASSRLS
 */
export async function giveToOwner(session: Session, bypasses: boolean): Promise<void> {
	const owner = quoteIdentifier(OWNER);
	await session.query(`CREATE ROLE ${owner} NOLOGIN ${bypasses ? "BYPASSRLS" : "NOBYPASSRLS"}`);
	// So that every name is printed with its schema.
	await session.query("SET search_path = pg_catalog");
	const { rows } = await session.query(`
		WITH me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
			own AS (SELECT oid, nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('information_schema', 'auth', 'storage', 'realtime', 'graphql_public')),
			member AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e')
		SELECT format('ALTER SCHEMA %I OWNER TO ${owner}', own.nspname) AS sql FROM own JOIN pg_namespace n USING (oid)
			WHERE n.nspowner = (SELECT oid FROM me) AND own.nspname <> 'public' AND ('pg_namespace'::regclass, n.oid) NOT IN (SELECT * FROM member)
		UNION ALL SELECT format('ALTER %s %I.%I OWNER TO ${owner}', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
				WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'c' THEN 'TYPE' ELSE 'TABLE' END, own.nspname, c.relname)
			FROM pg_class c JOIN own ON own.oid = c.relnamespace
			WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', 'c') AND c.relowner = (SELECT oid FROM me) AND ('pg_class'::regclass, c.oid) NOT IN (SELECT * FROM member)
				AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0))
		UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO ${owner}', p.oid::regprocedure::text)
			FROM pg_proc p JOIN own ON own.oid = p.pronamespace
			WHERE p.proowner = (SELECT oid FROM me) AND p.prokind IN ('f', 'p', 'w') AND p.prolang NOT IN (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal'))
				AND ('pg_proc'::regclass, p.oid) NOT IN (SELECT * FROM member)`);
	for (const { sql } of rows) await session.query(String(sql));
	// What stays a superuser's, such as `public` and a platform's schemas, is the role's to use who ran the files.
	const { rows: schemas } = await session.query(
		`SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspowner <> '${OWNER}'::regrole`,
	);
	for (const { name } of schemas) {
		const schema = quoteIdentifier(String(name));
		await session.query(`GRANT ALL ON SCHEMA ${schema} TO ${owner}`);
		await session.query(`GRANT ALL ON ALL TABLES IN SCHEMA ${schema} TO ${owner}`);
		await session.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA ${schema} TO ${owner}`);
		await session.query(`GRANT ALL ON ALL ROUTINES IN SCHEMA ${schema} TO ${owner}`);
	}
	await session.query("RESET search_path");
}
