import { quoteLiteral } from "../../emit/identifier";
import { raw, routineBody } from "../base/raw";

/**
 * The two ends of a migration in a schema of a tenant's own, which the pool's catalog keeps the ledger of. It can be run again.
 *
 * @param setting what names the tenant of a session
 */
export function migrationSql(setting: string): string {
	return raw`
-- Whether a migration is to run in the tenant's schema; if so, the session's names and rows are that tenant's. One run of a
-- tenant at a time: the lock lasts as long as the session.
CREATE OR REPLACE FUNCTION tenancy.begin_schema_migration(wanted text, migration text, sum text) RETURNS boolean LANGUAGE plpgsql AS ${routineBody`
DECLARE
  known text;
  id text;
BEGIN
  IF NOT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('tenancy migrations ' || wanted, 0)) THEN
    RAISE EXCEPTION 'Another run migrates tenant % just now.', wanted;
  END IF;
  SELECT t.tenant_id INTO id FROM tenancy.tenants t WHERE t.slug = wanted AND t.placement = 'schema' AND t.state IN ('active', 'suspended');
  IF NOT FOUND THEN
    RAISE EXCEPTION 'Tenant % is not in a schema of its own, or is being moved.', wanted;
  END IF;
  IF NOT EXISTS (SELECT FROM tenancy.migrations m WHERE m.name = migration AND m.checksum = sum) THEN
    RAISE EXCEPTION 'The pool does not have migration % as it is here.', migration USING HINT = 'The pool goes first: bin/migrate-all.sh';
  END IF;
  SELECT m.checksum INTO known FROM tenancy.schema_migrations m WHERE m.slug = wanted AND m.name = migration;
  IF known <> sum THEN
    RAISE EXCEPTION 'Migration % has changed since it ran here.', migration USING HINT = 'Write a new migration instead.';
  END IF;
  PERFORM pg_catalog.set_config('search_path', tenancy.search_path_of(wanted), false), pg_catalog.set_config(${quoteLiteral(setting)}, id, false);
  RETURN known IS NULL;
END `};

-- After a migration, in its transaction: refuses what it did to tables that others use, closes the tables that it made, and
-- enters it into the ledger.
CREATE OR REPLACE FUNCTION tenancy.end_schema_migration(wanted text, migration text, sum text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  touched text;
  made record;
  id text;
BEGIN
  -- Every change of a table or its rows holds a lock until the transaction ends. Reading, and a foreign key that leads there, may be.
  SELECT string_agg(DISTINCT c.oid::regclass::text, ', ') INTO touched FROM pg_catalog.pg_locks l
    JOIN pg_catalog.pg_class c ON c.oid = l.relation JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE l.pid = pg_backend_pid() AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())
      AND l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'ShareRowExclusiveLock') AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'tenancy')
      AND NOT EXISTS (SELECT FROM tenancy.schemas s WHERE s.slug = wanted AND s.name = n.nspname);
  IF touched IS NOT NULL THEN
    RAISE EXCEPTION 'The migration changes %, which is not the tenant''s own.', touched
      USING HINT = 'Leave the schema out of names of tenants'' tables. What changes shared tables goes to a file of its own whose first line is "-- shared".';
  END IF;
  SELECT t.tenant_id INTO STRICT id FROM tenancy.tenants t WHERE t.slug = wanted;
  FOR made IN
    SELECT own.oid::regclass AS target, shared.oid::regclass AS source, m.tenant_column,
      NOT own.relforcerowsecurity OR (SELECT array_agg(p.polname) FROM pg_catalog.pg_policy p WHERE p.polrelid = own.oid) IS DISTINCT FROM '{tenancy_own}' AS is_open
    FROM (SELECT DISTINCT t.table_schema AS name FROM tenancy.moved_tables t WHERE NOT t.is_shared) s
    JOIN pg_catalog.pg_class own ON own.relnamespace = to_regnamespace(quote_ident(tenancy.schema_at(wanted, s.name))) AND own.relkind IN ('r', 'p') AND NOT own.relispartition
    LEFT JOIN pg_catalog.pg_class shared ON shared.relnamespace = to_regnamespace(quote_ident(s.name)) AND shared.relname = own.relname
    LEFT JOIN tenancy.moved_tables m ON (m.table_schema, m.table_name) = (s.name, own.relname)
  LOOP
    IF made.is_open THEN PERFORM tenancy.protect(made.target, made.source, id, made.tenant_column); END IF;
    IF made.source IS NOT NULL THEN PERFORM tenancy.share_numbers(made.target, made.source); END IF;
  END LOOP;
  INSERT INTO tenancy.schema_migrations (slug, name, checksum) VALUES (wanted, migration, sum);
END `};
`;
}
