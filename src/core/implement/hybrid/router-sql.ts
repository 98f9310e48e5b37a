import { quoteLiteral } from "../../emit/identifier";
import { raw, routineBody } from "../base/raw";
import type { MovedTables } from "./moved-tables";

/**
 * `sql/router.sql`: what only the pool has beside the catalog: where a tenant is, and the two ends of a move.
 * It can be run again.
 */
export function routerSql(mainSchema: string, { views, undecided, known, tenantColumns }: MovedTables): string {
	return raw`
-- Moves, the one under way and those before.
CREATE TABLE IF NOT EXISTS tenancy.moves (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text NOT NULL REFERENCES tenancy.tenants (slug) ON DELETE CASCADE,
  from_placement text NOT NULL,
  to_placement text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('moved', 'called off'))
);
-- Schemas that were made here: no other is ever filled or dropped.
CREATE TABLE IF NOT EXISTS tenancy.schemas (
  name text PRIMARY KEY,
  slug text NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS moves_one_at_a_time ON tenancy.moves (slug) WHERE ended_at IS NULL;

-- Which migrations each schema of a tenant's own has.
CREATE TABLE IF NOT EXISTS tenancy.schema_migrations (
  slug text NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (slug, name)
);

-- A new tenant, in the pool. Before its first row: the fence refuses writes for a tenant that is not here.
CREATE OR REPLACE FUNCTION tenancy.register(wanted text, id text, wanted_tier text DEFAULT NULL) RETURNS void LANGUAGE sql SET search_path = '' AS ${routineBody`
  INSERT INTO tenancy.tenants (slug, tenant_id, tier) VALUES (wanted, id, wanted_tier);
  INSERT INTO tenancy.places VALUES (id, 'row', 'open')
`};

-- Where names are looked for in a tenant's schema: what is its own goes before what all share.
CREATE OR REPLACE FUNCTION tenancy.search_path_of(wanted text) RETURNS text LANGUAGE sql STABLE SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.string_agg(pg_catalog.quote_ident(tenancy.schema_at(wanted, s.name)), ', ' ORDER BY s.name <> ${quoteLiteral(mainSchema)}, s.name)
    || ', ' || pg_catalog.quote_ident(${quoteLiteral(mainSchema)})
  FROM (SELECT DISTINCT table_schema AS name FROM tenancy.moved_tables WHERE NOT is_shared) s
`};

-- Where a tenant is; no row where there is none. dsn_ref is null in the pool; search_path is null where it stays as it is.
CREATE OR REPLACE FUNCTION tenancy.route(wanted text) RETURNS TABLE (tenant_id text, placement text, dsn_ref text, search_path text, version bigint, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS ${routineBody`
  SELECT t.tenant_id, t.placement, CASE t.placement WHEN 'database' THEN t.dsn_ref END,
    CASE t.placement WHEN 'schema' THEN tenancy.search_path_of(t.slug) END,
    t.version, t.state
  FROM tenancy.tenants t WHERE t.slug = wanted AND t.state IN ('active', 'moving')
`};

-- Begins a move. Returns where the tenant is now, and the move.
CREATE OR REPLACE FUNCTION tenancy.begin_move(wanted text, target text, OUT placement text, OUT move bigint) LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  known tenancy.tenants;
  unknown text;
  undecided text[] := ARRAY[${undecided.map(quoteLiteral).join(", ")}]::text[];
  views text[] := ARRAY[${views.map(quoteLiteral).join(", ")}]::text[];
BEGIN
  SELECT * INTO known FROM tenancy.tenants WHERE slug = wanted FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'There is no tenant %.', wanted;
  ELSIF target NOT IN ('row', 'schema', 'database') THEN
    RAISE EXCEPTION 'A tenant goes to row, schema or database, not to %.', target;
  ELSIF known.placement = target THEN
    RAISE EXCEPTION 'Tenant % is there already.', wanted;
  ELSIF EXISTS (SELECT FROM tenancy.moves m WHERE m.slug = wanted AND m.ended_at IS NULL) THEN
    RAISE EXCEPTION 'Tenant % is being moved, or a move was interrupted.', wanted USING HINT = 'If none is running, call it off: bin/call-off.sh';
  ELSIF known.state <> 'active' THEN
    RAISE EXCEPTION 'Tenant % is %.', wanted, known.state;
  END IF;
  SELECT string_agg(c.oid::regclass::text, ', ') INTO unknown FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname IN (SELECT table_schema FROM tenancy.moved_tables)
      AND (n.nspname, c.relname) NOT IN (VALUES ${known.map(({ schema, name }) => `(${quoteLiteral(schema)}, ${quoteLiteral(name)})`).join(", ")})
      AND (EXISTS (SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = ANY (ARRAY[${tenantColumns.map(quoteLiteral).join(", ")}]::name[]))
        OR EXISTS (SELECT FROM pg_catalog.pg_constraint f JOIN tenancy.moved_tables t ON NOT t.is_shared AND f.confrelid = format('%I.%I', t.table_schema, t.table_name)::regclass
          WHERE f.contype = 'f' AND f.conrelid = c.oid));
  IF unknown IS NOT NULL THEN
    RAISE EXCEPTION 'The tables % were made after these files: their rows would stay behind.', unknown USING HINT = 'Generate the files again, and run bin/update-places.sh.';
  ELSIF undecided <> '{}' THEN
    RAISE EXCEPTION 'Nothing says whose the rows of % are: they would stay behind.', undecided USING HINT = 'Decide it, and generate these files again.';
  ELSIF target = 'schema' AND views <> '{}' THEN
    RAISE EXCEPTION 'No tenant can have a schema of its own here: the views % read tables by their schema, so its rows would be missing in them.', views;
  END IF;
  INSERT INTO tenancy.moves (slug, from_placement, to_placement) VALUES (wanted, known.placement, target) RETURNING id INTO move;
  UPDATE tenancy.tenants SET state = 'moving' WHERE slug = wanted;
  placement := known.placement;
END `};

-- The cut-over: the catalog's one UPDATE, and what the pool itself knows, in one transaction.
CREATE OR REPLACE FUNCTION tenancy.cut_over(wanted text, which bigint, reference text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  move tenancy.moves;
  tenant text;
BEGIN
  UPDATE tenancy.moves SET ended_at = now(), outcome = 'moved' WHERE slug = wanted AND moves.id = which AND ended_at IS NULL RETURNING * INTO STRICT move;
  SELECT tenant_id INTO STRICT tenant FROM tenancy.tenants WHERE slug = wanted;
  IF move.to_placement <> 'database' THEN PERFORM tenancy.set_state(tenant, move.to_placement, 'open'); END IF;
  IF move.from_placement <> 'database' THEN PERFORM tenancy.set_state(tenant, move.from_placement, 'left'); END IF;
  UPDATE tenancy.tenants SET placement = move.to_placement, state = 'active',
    dsn_ref = CASE move.to_placement WHEN 'database' THEN reference END WHERE slug = wanted;
END `};

-- Calls a move off that has not cut over; true where there was one. The source serves reads and writes as before.
CREATE OR REPLACE FUNCTION tenancy.call_off(wanted text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  move tenancy.moves;
  id text;
BEGIN
  UPDATE tenancy.moves SET ended_at = now(), outcome = 'called off' WHERE slug = wanted AND ended_at IS NULL RETURNING * INTO move;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE tenancy.tenants SET state = 'active' WHERE slug = wanted AND state = 'moving' RETURNING tenant_id INTO id;
  IF move.from_placement <> 'database' THEN PERFORM tenancy.set_state(id, move.from_placement, 'open'); END IF;
  RETURN true;
END `};

-- Closes a tenant's own table to all others, and gives it the fence, the owner and the rights of the pool's.
CREATE OR REPLACE FUNCTION tenancy.protect(target regclass, source regclass, id text, tenant_column text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  part record;
  place text := (SELECT relnamespace::regnamespace FROM pg_catalog.pg_class WHERE oid = target);
BEGIN
  -- Bound to this tenant, a session sees the rows; bound to another one, or to none, it sees nothing and writes nothing.
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  -- A migration that is run here has policies for the shared table: they would let in whom this one keeps out.
  FOR part IN SELECT polname AS name FROM pg_catalog.pg_policy WHERE polrelid = target LOOP
    EXECUTE format('DROP POLICY %I ON %s', part.name, target);
  END LOOP;
  EXECUTE format('CREATE POLICY tenancy_own ON %s USING ((SELECT tenancy.is_bound_to(%L))) WITH CHECK ((SELECT tenancy.is_bound_to(%L))%s)', target, id, id,
    CASE WHEN tenant_column IS NULL THEN '' ELSE format(' AND %I::text = %L', tenant_column, id) END);
  PERFORM tenancy.guard(target, 'schema');
  FOR part IN SELECT a.privilege_type AS privilege, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee FROM pg_catalog.pg_class c
    CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE c.oid = source LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', place, part.grantee);
    EXECUTE format('GRANT %s ON %s TO %s', part.privilege, target, part.grantee);
  END LOOP;
  FOR part IN SELECT a.attname AS name, x.privilege_type AS privilege, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee FROM pg_catalog.pg_attribute a
    CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee WHERE a.attrelid = source LOOP
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', place, part.grantee);
    EXECUTE format('GRANT %s (%I) ON %s TO %s', part.privilege, part.name, target, part.grantee);
  END LOOP;
  IF source IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %s OWNER TO %I', target, (SELECT pg_catalog.pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = source));
  END IF;
END `};

-- Numbers come from the pool's sequences, so that none is given twice and the tenant can come back.
CREATE OR REPLACE FUNCTION tenancy.share_numbers(target regclass, source regclass) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  part record;
  grantee text;
BEGIN
  FOR part IN SELECT own.attname AS name, pg_catalog.pg_get_serial_sequence(source::text, own.attname) AS sequence
    FROM pg_catalog.pg_attribute own JOIN pg_catalog.pg_attribute shared ON shared.attrelid = source AND shared.attname = own.attname AND NOT shared.attisdropped
    LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = own.attrelid AND d.adnum = own.attnum
    WHERE own.attrelid = target AND own.attnum > 0 AND NOT own.attisdropped AND pg_catalog.pg_get_serial_sequence(source::text, shared.attname) IS NOT NULL
      AND (shared.attidentity <> '' OR pg_catalog.pg_get_serial_sequence(target::text, own.attname) IS NOT NULL) LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP IDENTITY IF EXISTS', target, part.name);
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', target, part.name, part.sequence);
    -- Two tenants that get the table at once would change the rights to one sequence at once, which PostgreSQL refuses.
    PERFORM pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('tenancy numbers ' || part.sequence, 0));
    FOR grantee IN SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
      LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE c.oid = source AND a.privilege_type = 'INSERT'
        AND NOT pg_catalog.has_sequence_privilege(coalesce(r.rolname, 'public'), part.sequence, 'USAGE') LOOP
      EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %s', part.sequence, grantee);
    END LOOP;
  END LOOP;
END `};

-- A schema of the tenant's own with the same tables, keys, triggers, grants and owners. It can be run again.
CREATE OR REPLACE FUNCTION tenancy.make_schema(wanted text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  moved tenancy.moved_tables;
  part record;
  id text;
  source text;
  target text;
  place text;
BEGIN
  SELECT t.tenant_id INTO STRICT id FROM tenancy.tenants t WHERE t.slug = wanted;
  -- What an earlier stay left, and migrations have passed by since, is made anew.
  IF EXISTS (SELECT FROM tenancy.schemas s WHERE s.slug = wanted) AND EXISTS (
    SELECT FROM (SELECT name FROM tenancy.migrations) p FULL JOIN (SELECT m.name FROM tenancy.schema_migrations m WHERE m.slug = wanted) o USING (name)
      WHERE p.name IS NULL OR o.name IS NULL) THEN
    PERFORM tenancy.drop_schema(wanted);
  END IF;
  INSERT INTO tenancy.schema_migrations (slug, name, checksum) SELECT wanted, m.name, m.checksum FROM tenancy.migrations m ON CONFLICT DO NOTHING;
  FOR moved IN SELECT * FROM tenancy.moved_tables t WHERE NOT t.is_shared ORDER BY t.position LOOP
    source := format('%I.%I', moved.table_schema, moved.table_name);
    target := tenancy.table_at(moved, wanted, 'schema');
    place := tenancy.schema_at(wanted, moved.table_schema);
    IF NOT EXISTS (SELECT FROM tenancy.schemas s WHERE s.name = place AND s.slug = wanted) THEN
      -- Refused where there is one already that somebody else made.
      EXECUTE format('CREATE SCHEMA %I', place);
      INSERT INTO tenancy.schemas VALUES (place, wanted);
    END IF;
    CONTINUE WHEN to_regclass(target) IS NOT NULL;
    EXECUTE format('CREATE TABLE %s (LIKE %s INCLUDING ALL EXCLUDING IDENTITY)', target, source);
    FOR part IN SELECT pg_catalog.pg_get_triggerdef(t.oid) AS sql FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = source::regclass AND NOT t.tgisinternal AND t.tgname <> 'tenancy_fence' LOOP
      EXECUTE replace(part.sql, ' ON ' || source || ' ', ' ON ' || target || ' ');
    END LOOP;
    PERFORM tenancy.protect(target::regclass, source::regclass, id, moved.tenant_column), tenancy.share_numbers(target::regclass, source::regclass);
  END LOOP;
  -- References within the tenant stay within its schema; those to shared tables lead to the one that all share.
  FOR moved IN SELECT * FROM tenancy.moved_tables t WHERE NOT t.is_shared ORDER BY t.position LOOP
    source := format('%I.%I', moved.table_schema, moved.table_name);
    target := tenancy.table_at(moved, wanted, 'schema');
    FOR part IN
      SELECT c.conname AS name, pg_catalog.pg_get_constraintdef(c.oid) AS sql, c.confrelid::regclass::text AS referenced, own.m AS own
      FROM pg_catalog.pg_constraint c
      LEFT JOIN LATERAL (SELECT m FROM tenancy.moved_tables m WHERE NOT m.is_shared AND format('%I.%I', m.table_schema, m.table_name) = c.confrelid::regclass::text) own ON true
      WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = source::regclass
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint d WHERE d.conrelid = target::regclass AND d.conname = c.conname)
    LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s', target, part.name, CASE WHEN part.own IS NULL THEN part.sql
        ELSE replace(part.sql, ' REFERENCES ' || part.referenced || '(', ' REFERENCES ' || tenancy.table_at(part.own, wanted, 'schema') || '(') END);
    END LOOP;
  END LOOP;
END `};

CREATE OR REPLACE FUNCTION tenancy.drop_schema(wanted text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  place text;
BEGIN
  IF EXISTS (SELECT FROM tenancy.places p JOIN tenancy.tenants t USING (tenant_id) WHERE t.slug = wanted AND p.placement = 'schema' AND p.state IN ('open', 'fenced')) THEN
    RAISE EXCEPTION 'Tenant % is served from its schema.', wanted;
  END IF;
  DELETE FROM tenancy.schema_migrations m WHERE m.slug = wanted;
  FOR place IN DELETE FROM tenancy.schemas s WHERE s.slug = wanted RETURNING s.name LOOP
    EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', place);
  END LOOP;
END `};

REVOKE ALL ON ALL TABLES IN SCHEMA tenancy FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenancy FROM PUBLIC;
-- The application asks where a tenant is, enters there, and its policies ask whom it is bound to.
GRANT EXECUTE ON FUNCTION tenancy.enter(text, text), tenancy.is_bound_to(text), tenancy.route(text) TO PUBLIC;
`;
}

/** What the policies of schemas ask: once a statement, as it is stable and takes a constant. */
export function boundSql(setting: string): string {
	return raw`
CREATE OR REPLACE FUNCTION tenancy.is_bound_to(id text) RETURNS boolean LANGUAGE sql STABLE AS ${routineBody`
  SELECT pg_catalog.current_setting(${quoteLiteral(setting)}) = id
`};
`;
}
