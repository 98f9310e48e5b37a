import { quoteLiteral } from "../../core/emit/identifier";
import type { Engine } from "../engine";

/** A column as PostgreSQL's catalog has it, and what the role may do with it. */
export interface ColumnFacts {
	readonly name: string;
	readonly notNull: boolean;
	readonly generated: boolean;
	readonly hasDefault: boolean;
	readonly mayInsert: boolean;
	readonly mayUpdate: boolean;
	readonly maySelect: boolean;
}

/** A table, view or materialised view of the database that is attacked, and what the role may do with it. */
export interface RelationFacts {
	readonly schema: string;
	readonly name: string;
	/** `schema.name`, as in the model. */
	readonly key: string;
	/** `pg_class.relkind`: r, p, v, m, f. https://www.postgresql.org/docs/current/catalog-pg-class.html */
	readonly kind: string;
	readonly isPartition: boolean;
	/** Of a partition or a child: `schema.name` of its parent. */
	readonly parent: string | null;
	readonly columns: readonly ColumnFacts[];
	/** Unique and exclusion keys: their columns, and those that their expressions and conditions name. */
	readonly uniques: readonly {
		readonly name: string;
		readonly columns: readonly string[];
		readonly primary: boolean;
		/** Columns alone, without a condition: what ON CONFLICT can name. */
		readonly plain: boolean;
	}[];
	/** Tables whose foreign keys point at it. */
	readonly referencedBy: readonly { readonly schema: string; readonly name: string }[];
	/** Commands that no permissive policy lets the role do, with row-level security on: nobody's row is open to it. */
	readonly closed: readonly ("select" | "insert" | "update" | "delete")[];
}

/** Reads what the attacks go by. The role has to exist. */
export async function readRelations(engine: Engine, role: string): Promise<RelationFacts[]> {
	const who = quoteLiteral(role);
	const column = (privilege: string) => `has_column_privilege(${who}, c.oid, a.attnum, '${privilege}')`;
	const { rows } = await engine.query(`
SELECT n.nspname AS schema, c.relname AS name, n.nspname || '.' || c.relname AS key, c.relkind::text AS kind, c.relispartition AS "isPartition",
	(SELECT pn.nspname || '.' || p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn ON pn.oid = p.relnamespace
	 WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1) AS parent,
	(SELECT coalesce(json_agg(json_build_object('name', a.attname, 'notNull', a.attnotnull, 'generated', a.attgenerated <> '',
		'hasDefault', a.atthasdef OR a.attidentity <> '', 'mayInsert', ${column("INSERT")}, 'mayUpdate', ${column("UPDATE")},
		'maySelect', ${column("SELECT")}) ORDER BY a.attnum), '[]')
	 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
	(SELECT coalesce(json_agg(json_build_object('name', k.relname, 'primary', x.indisprimary,
		'plain', x.indisunique AND 0 <> ALL (x.indkey::int2[]) AND x.indpred IS NULL AND x.indimmediate,
		'columns', (SELECT coalesce(json_agg(a.attname ORDER BY a.attnum), '[]') FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0
			AND (a.attnum = ANY ((x.indkey::int2[])[0:x.indnkeyatts - 1]) OR EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass
				AND d.objid = x.indexrelid AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum
				AND NOT a.attnum = ANY (x.indkey::int2[]))))) ORDER BY k.relname), '[]')
	 FROM pg_index x JOIN pg_class k ON k.oid = x.indexrelid WHERE x.indrelid = c.oid AND (x.indisunique OR x.indisexclusion)) AS uniques,
	(SELECT coalesce(json_agg(DISTINCT jsonb_build_object('schema', rn.nspname, 'name', r.relname)), '[]')
	 FROM pg_constraint f JOIN pg_class r ON r.oid = f.conrelid JOIN pg_namespace rn ON rn.oid = r.relnamespace
	 WHERE f.confrelid = c.oid AND f.contype = 'f' AND NOT r.relispartition) AS "referencedBy",
	(SELECT coalesce(json_agg(command), '[]') FROM (VALUES ('select', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) AS commands (command, letter)
	 WHERE c.relrowsecurity AND NOT me.rolsuper AND NOT me.rolbypassrls AND (c.relforcerowsecurity OR NOT pg_has_role(me.oid, c.relowner, 'USAGE'))
		AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd::text IN ('*', letter)
			AND EXISTS (SELECT FROM unnest(p.polroles) AS r (oid) WHERE r.oid = 0 OR pg_has_role(me.oid, r.oid, 'USAGE')))) AS closed
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_roles me ON me.rolname = ${who}
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^(pg_|information_schema)'
ORDER BY c.oid`);
	return rows as unknown as RelationFacts[];
}

/** A function or procedure of the database that the role may be able to call. */
export interface RoutineFacts {
	readonly schema: string;
	readonly name: string;
	/** `schema.name(argument types)`, as in the model. */
	readonly signature: string;
	/** `pg_proc.prokind`: f, p. https://www.postgresql.org/docs/current/catalog-pg-proc.html */
	readonly kind: string;
	/** Of what it is called with: in order. */
	readonly arguments: readonly { readonly name: string; readonly type: string }[];
	/** How many of the last arguments have a default. */
	readonly defaults: number;
	readonly definer: boolean;
	readonly leakproof: boolean;
	/** `SET search_path` is among its settings. */
	readonly fixedPath: boolean;
	readonly returns: string;
	readonly mayExecute: boolean;
	readonly body: string;
}

/** The functions and procedures of the product's schemas, without those of extensions, of triggers, and aggregates. */
export async function readRoutines(engine: Engine, role: string): Promise<RoutineFacts[]> {
	const { rows } = await engine.query(`
SELECT n.nspname AS schema, p.proname AS name, n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' AS signature,
	p.prokind::text AS kind, p.pronargdefaults AS defaults, p.prosecdef AS definer, p.proleakproof AS leakproof,
	EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%') AS "fixedPath", format_type(p.prorettype, NULL) AS returns,
	has_schema_privilege(${quoteLiteral(role)}, n.oid, 'USAGE') AND has_function_privilege(${quoteLiteral(role)}, p.oid, 'EXECUTE') AS "mayExecute",
	coalesce(nullif(p.prosrc, ''), pg_get_functiondef(p.oid)) AS body,
	(SELECT coalesce(json_agg(json_build_object('name', coalesce(p.proargnames[u.n], ''), 'type', format_type(u.type, NULL)) ORDER BY u.n), '[]')
	 FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY u (type, n)) AS arguments
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname !~ '^(pg_|information_schema)' AND p.prokind IN ('f', 'p') AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype)
	AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY p.oid`);
	return rows as unknown as RoutineFacts[];
}
