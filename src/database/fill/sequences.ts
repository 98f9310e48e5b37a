import type { Session } from "../engine";

/** Moves every sequence that a column draws from past the values that were put in, so that what is inserted later gets new ones. */
export async function setSequences(session: Session): Promise<void> {
	const { rows } = await session.query(`
		SELECT format('SELECT setval(%L, greatest((SELECT max(%I)::bigint FROM %I.%I), (SELECT last_value FROM %s), 1))',
				s.oid::regclass, a.attname, n.nspname, c.relname, s.oid::regclass) AS sql
		FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
			JOIN pg_class c ON c.oid = d.refobjid JOIN pg_namespace n ON n.oid = c.relnamespace
			JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
		WHERE s.relkind = 'S' AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)`);
	for (const { sql } of rows) await session.query(String(sql));
}
