import { quoteLiteral } from "../../emit/identifier";
import { raw, routineBody } from "../base/raw";
import type { MovedTables } from "./moved-tables";

/**
 * `sql/router.sql`: what only the pool has beside the catalog: where a tenant is, and the two ends of a move.
 *
 * @param views those that keep a tenant from getting a schema of its own
 * @param undecided tables that keep tenants from being moved at all
 */
export function routerSql(mainSchema: string, { views, undecided }: Pick<MovedTables, "views" | "undecided">): string {
	return raw`
-- Moves, the one under way and those before.
CREATE TABLE tenancy.moves (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  slug text NOT NULL REFERENCES tenancy.tenants (slug) ON DELETE CASCADE,
  from_placement text NOT NULL,
  to_placement text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  outcome text CHECK (outcome IN ('moved', 'called off'))
);
-- Schemas that were made here: no other is ever filled or dropped.
CREATE TABLE tenancy.schemas (
  name text PRIMARY KEY,
  slug text NOT NULL
);
CREATE UNIQUE INDEX moves_one_at_a_time ON tenancy.moves (slug) WHERE ended_at IS NULL;

-- A new tenant, in the pool. Before its first row: the fence refuses writes for a tenant that is not here.
CREATE FUNCTION tenancy.register(wanted text, id text, wanted_tier text DEFAULT NULL) RETURNS void LANGUAGE sql SET search_path = '' AS ${routineBody`
  INSERT INTO tenancy.tenants (slug, tenant_id, tier) VALUES (wanted, id, wanted_tier);
  INSERT INTO tenancy.places VALUES (id, 'row', 'open')
`};

-- Where a tenant is; no row where there is none. dsn_ref is null in the pool; search_path is null where it stays as it is.
CREATE FUNCTION tenancy.route(wanted text) RETURNS TABLE (tenant_id text, placement text, dsn_ref text, search_path text, version bigint, state text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS ${routineBody`
  SELECT t.tenant_id, t.placement, CASE t.placement WHEN 'database' THEN t.dsn_ref END,
    CASE t.placement WHEN 'schema' THEN (
      SELECT pg_catalog.string_agg(pg_catalog.quote_ident(tenancy.schema_at(t.slug, s.name)), ', ' ORDER BY s.name <> ${quoteLiteral(mainSchema)}, s.name)
        || ', ' || pg_catalog.quote_ident(${quoteLiteral(mainSchema)})
      FROM (SELECT DISTINCT table_schema AS name FROM tenancy.moved_tables WHERE NOT is_shared) s) END,
    t.version, t.state
  FROM tenancy.tenants t WHERE t.slug = wanted AND t.state IN ('active', 'moving')
`};

-- Begins a move. Returns where the tenant is now, and the move.
CREATE FUNCTION tenancy.begin_move(wanted text, target text, OUT placement text, OUT move bigint) LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  known tenancy.tenants;
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
CREATE FUNCTION tenancy.cut_over(wanted text, which bigint, reference text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
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
CREATE FUNCTION tenancy.call_off(wanted text) RETURNS boolean LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
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

-- A schema of the tenant's own with the same tables, keys, triggers, grants and owners. It can be run again.
CREATE FUNCTION tenancy.make_schema(wanted text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  moved tenancy.moved_tables;
  part record;
  id text;
  source text;
  target text;
  place text;
BEGIN
  SELECT t.tenant_id INTO STRICT id FROM tenancy.tenants t WHERE t.slug = wanted;
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
    -- Numbers still come from the pool's sequence, so that none is given twice and the tenant can come back.
    FOR part IN SELECT attname AS name, pg_catalog.pg_get_serial_sequence(source, attname) AS sequence FROM pg_catalog.pg_attribute
      WHERE attrelid = source::regclass AND attidentity <> '' AND NOT attisdropped LOOP
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT nextval(%L)', target, part.name, part.sequence);
      FOR place IN SELECT coalesce(quote_ident(r.rolname), 'PUBLIC') FROM pg_catalog.pg_class c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a
        LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE c.oid = source::regclass AND a.privilege_type = 'INSERT' LOOP
        EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %s', part.sequence, place);
      END LOOP;
    END LOOP;
    place := tenancy.schema_at(wanted, moved.table_schema);
    -- Bound to this tenant, a session sees the rows; bound to another one, or to none, it sees nothing and writes nothing.
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
    EXECUTE format('CREATE POLICY tenancy_own ON %s USING ((SELECT tenancy.is_bound_to(%L))) WITH CHECK ((SELECT tenancy.is_bound_to(%L))%s)', target, id, id,
      CASE WHEN moved.tenant_column IS NULL THEN '' ELSE format(' AND %I::text = %L', moved.tenant_column, id) END);
    FOR part IN SELECT pg_catalog.pg_get_triggerdef(t.oid) AS sql, t.tgname AS name FROM pg_catalog.pg_trigger t
      WHERE t.tgrelid = source::regclass AND NOT t.tgisinternal AND t.tgname <> 'tenancy_fence' LOOP
      EXECUTE replace(part.sql, ' ON ' || source || ' ', ' ON ' || target || ' ');
    END LOOP;
    PERFORM tenancy.guard(target::regclass, 'schema');
    FOR part IN SELECT privilege_type AS privilege, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee FROM pg_catalog.pg_class c
      CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) a LEFT JOIN pg_catalog.pg_roles r ON r.oid = a.grantee WHERE c.oid = source::regclass LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', place, part.grantee);
      EXECUTE format('GRANT %s ON %s TO %s', part.privilege, target, part.grantee);
    END LOOP;
    FOR part IN SELECT a.attname AS name, x.privilege_type AS privilege, coalesce(quote_ident(r.rolname), 'PUBLIC') AS grantee FROM pg_catalog.pg_attribute a
      CROSS JOIN LATERAL pg_catalog.aclexplode(a.attacl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee WHERE a.attrelid = source::regclass LOOP
      EXECUTE format('GRANT USAGE ON SCHEMA %I TO %s', place, part.grantee);
      EXECUTE format('GRANT %s (%I) ON %s TO %s', part.privilege, part.name, target, part.grantee);
    END LOOP;
    EXECUTE format('ALTER TABLE %s OWNER TO %I', target, (SELECT pg_catalog.pg_get_userbyid(relowner) FROM pg_catalog.pg_class WHERE oid = source::regclass));
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

CREATE FUNCTION tenancy.drop_schema(wanted text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  place text;
BEGIN
  IF EXISTS (SELECT FROM tenancy.places p JOIN tenancy.tenants t USING (tenant_id) WHERE t.slug = wanted AND p.placement = 'schema' AND p.state IN ('open', 'fenced')) THEN
    RAISE EXCEPTION 'Tenant % is served from its schema.', wanted;
  END IF;
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
CREATE FUNCTION tenancy.is_bound_to(id text) RETURNS boolean LANGUAGE sql STABLE AS ${routineBody`
  SELECT pg_catalog.current_setting(${quoteLiteral(setting)}) = id
`};
`;
}
