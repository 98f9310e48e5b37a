import { routineBody } from "../base/raw";
/** Views for whoever runs the fleet: what each tenant takes, how far it is, and whether it is as the others are. */
export function monitoring(): string {
	return `-- Views to watch the tenants by. Safe to run again. They read the statistics collector's counters, so they cost little,
-- but for tenancy.sizes and tenancy.drift, which look at every table: ask those now and then.
BEGIN;

-- How far each tenant is. behind > 0 with a failure: read the message, mend it, CALL tenancy.migrate_all() again.
CREATE OR REPLACE VIEW tenancy.status AS
SELECT t.slug, t.state, t.version, newest.version AS newest, newest.version - t.version AS behind,
	f.version AS failed_version, f.failed_at, f.sqlstate, f.message
FROM tenancy.tenants t
CROSS JOIN (SELECT coalesce(max(version), 0) AS version FROM tenancy.migrations) newest
LEFT JOIN tenancy.failures f ON f.tenant_id = t.id;

-- The migrations that took longest, and where.
CREATE OR REPLACE VIEW tenancy.slowest AS
SELECT t.slug, a.version, m.name, a.took, a.applied_at
FROM tenancy.applied a JOIN tenancy.tenants t ON t.id = a.tenant_id JOIN tenancy.migrations m ON m.version = a.version
WHERE a.took IS NOT NULL ORDER BY a.took DESC;

-- Bytes and relations (tables, indexes, sequences) of each tenant.
CREATE OR REPLACE VIEW tenancy.sizes AS
SELECT t.slug, count(c.oid) AS relations,
	coalesce(sum(pg_catalog.pg_total_relation_size(c.oid)) FILTER (WHERE c.relkind IN ('r', 'm')), 0) AS bytes
FROM tenancy.tenants t
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = t.schema_name
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid
GROUP BY t.slug ORDER BY bytes DESC;

-- What all tenants' objects cost in the catalog, which every connection's caches are filled from.
CREATE OR REPLACE VIEW tenancy.catalog_size AS
SELECT c.relname AS catalog, c.reltuples::bigint AS about_rows, pg_catalog.pg_total_relation_size(c.oid) AS bytes
FROM pg_catalog.pg_class c
WHERE c.relnamespace = 'pg_catalog'::pg_catalog.regnamespace AND c.relkind = 'r'
	AND c.relname IN ('pg_class', 'pg_attribute', 'pg_depend', 'pg_index', 'pg_constraint', 'pg_type', 'pg_statistic')
ORDER BY bytes DESC;

-- Dead rows, and whether autovacuum comes round to each tenant.
CREATE OR REPLACE VIEW tenancy.vacuum AS
SELECT t.slug, s.relname AS "table", s.n_live_tup AS live, s.n_dead_tup AS dead, s.last_autovacuum, s.last_autoanalyze
FROM tenancy.tenants t JOIN pg_catalog.pg_stat_user_tables s ON s.schemaname = t.schema_name
WHERE s.n_dead_tup > 0 ORDER BY s.n_dead_tup DESC;

-- Who is busy: rows read and written since the statistics were reset. pg_stat_statements tells queries by the tenant's role.
CREATE OR REPLACE VIEW tenancy.busiest AS
SELECT t.slug, sum(s.seq_tup_read + coalesce(s.idx_tup_fetch, 0)) AS rows_read,
	sum(s.n_tup_ins + s.n_tup_upd + s.n_tup_del) AS rows_written
FROM tenancy.tenants t JOIN pg_catalog.pg_stat_user_tables s ON s.schemaname = t.schema_name
GROUP BY t.slug ORDER BY rows_read DESC;

-- Transactions that are older than a minute, with the tenants whose tables they have locked.
CREATE OR REPLACE VIEW tenancy.long_running AS
SELECT a.pid, a.state, pg_catalog.now() - a.xact_start AS age, a.usename, left(a.query, 200) AS query,
	pg_catalog.array_agg(DISTINCT t.slug) FILTER (WHERE t.slug IS NOT NULL) AS tenants
FROM pg_catalog.pg_stat_activity a
LEFT JOIN pg_catalog.pg_locks l ON l.pid = a.pid AND l.locktype = 'relation' AND l.database = a.datid
LEFT JOIN pg_catalog.pg_class c ON c.oid = l.relation
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN tenancy.tenants t ON t.schema_name = n.nspname
WHERE a.datname = pg_catalog.current_database() AND a.xact_start < pg_catalog.now() - interval '1 minute'
GROUP BY a.pid, a.state, a.xact_start, a.usename, a.query ORDER BY age DESC;

-- A schema as one value: the same for two tenants with the same tables, columns, constraints, indexes, triggers and policies.
CREATE OR REPLACE FUNCTION tenancy.fingerprint(tenant_schema name) RETURNS text
	LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
SELECT md5(coalesce(string_agg(replace(line, quote_ident(tenant_schema) || '.', ''), E'\n' ORDER BY replace(line, quote_ident(tenant_schema) || '.', '') COLLATE "C"), ''))
FROM (
	SELECT concat_ws(' ', 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)) AS line
	FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
	WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema) AND c.relkind IN ('r', 'p', 'v', 'm')
	UNION ALL SELECT concat_ws(' ', 'constraint', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid)) FROM pg_constraint k WHERE k.connamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema)
	UNION ALL SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema)
	UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema) AND NOT t.tgisinternal
	UNION ALL SELECT concat_ws(' ', 'policy', p.polrelid::regclass, p.polname, p.polcmd, pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
	FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema)
	UNION ALL SELECT concat_ws(' ', 'view', c.relname, pg_get_viewdef(c.oid)) FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema) AND c.relkind IN ('v', 'm')
	UNION ALL SELECT concat_ws(' ', 'function', p.proname, md5(p.prosrc), p.prosecdef) FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = tenant_schema)
) lines
`};

-- Tenants that differ from most others of their version: somebody changed a schema by hand. Or the migration's text was
-- changed after it ran there.
CREATE OR REPLACE VIEW tenancy.drift AS
WITH prints AS (
	SELECT t.id, t.slug, t.version, tenancy.fingerprint(t.schema_name) AS print FROM tenancy.tenants t
), most AS (
	SELECT version, pg_catalog.mode() WITHIN GROUP (ORDER BY print) AS print FROM prints GROUP BY version
)
SELECT prints.slug, prints.version, 'its schema differs from most others of its version' AS why
FROM prints JOIN most ON most.version = prints.version WHERE prints.print <> most.print
UNION ALL
SELECT t.slug, a.version, 'this migration ran with another text'
FROM tenancy.applied a JOIN tenancy.tenants t ON t.id = a.tenant_id JOIN tenancy.migrations m ON m.version = a.version
WHERE a.checksum <> m.checksum;

REVOKE EXECUTE ON FUNCTION tenancy.fingerprint(name) FROM PUBLIC;
COMMIT;
`;
}
