import { quoteLiteral } from "../../emit/identifier";
import { raw, routineBody } from "../base/raw";
import type { TenantSetting } from "../base/tenant-setting";
import type { MovedTable } from "./moved-tables";

/** SQLSTATEs of our own, for programs to tell apart: class `TM` is none of PostgreSQL's or the standard's. */
export const ELSEWHERE = "TM001";
export const FENCED = "TM002";

/**
 * What each place of tenants has, the pool and a database of one's own alike: who is here and in which state, the fence that
 * refuses writes, and what the move needs to copy and to compare.
 */
export function placeSql(tables: readonly MovedTable[], setting: TenantSetting, mainSchema: string): string {
	const rows = tables.map(({ table, isShared, tenantColumn, inPool, alone }, i) => {
		const values = [
			String(i + 1),
			quoteLiteral(table.schema),
			quoteLiteral(table.name),
			String(isShared),
			tenantColumn === null ? "NULL" : quoteLiteral(tenantColumn),
			quoteLiteral(inPool),
			quoteLiteral(alone),
		];
		return `  (${values.join(", ")})`;
	});
	return raw`
-- It can be run again, when these files were generated anew for tables that a migration made.
-- Who is here, in which state. "filling" and "left" serve nothing: the catalog names another place then.
CREATE SCHEMA IF NOT EXISTS tenancy;
CREATE TABLE IF NOT EXISTS tenancy.places (
  tenant_id text NOT NULL,
  placement text NOT NULL CHECK (placement IN ('row', 'schema', 'database')),
  state text NOT NULL CHECK (state IN ('open', 'fenced', 'left', 'filling')),
  PRIMARY KEY (tenant_id, placement)
);

-- What goes with a tenant. Conditions say which rows: in the pool, and where the tenant is alone.
CREATE TABLE IF NOT EXISTS tenancy.moved_tables (
  position int PRIMARY KEY,
  table_schema text NOT NULL,
  table_name text NOT NULL,
  is_shared boolean NOT NULL,
  tenant_column text,
  in_pool text NOT NULL,
  alone text NOT NULL
);
DELETE FROM tenancy.moved_tables;
INSERT INTO tenancy.moved_tables VALUES
${rows.join(",\n")};

CREATE OR REPLACE FUNCTION tenancy.set_state(tenant text, at text, wanted text) RETURNS void LANGUAGE sql SET search_path = '' AS ${routineBody`
  INSERT INTO tenancy.places VALUES (tenant, at, wanted)
    ON CONFLICT (tenant_id, placement) DO UPDATE SET state = excluded.state
`};

-- After the fence is up: returns when every transaction that wrote before it has ended. Own transaction; see lock_timeout.
CREATE OR REPLACE FUNCTION tenancy.wait_for_writers(tenant text) RETURNS void LANGUAGE sql SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('tenancy fence ' || who, 0)) FROM unnest(ARRAY[tenant, '']) who
`};

-- Called at the start of each transaction: refuses a place that the tenant is not at (any more).
CREATE OR REPLACE FUNCTION tenancy.enter(tenant text, at text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS ${routineBody`
BEGIN
  IF NOT EXISTS (SELECT FROM tenancy.places p WHERE p.tenant_id = tenant AND p.placement = at AND p.state IN ('open', 'fenced')) THEN
    RAISE EXCEPTION 'Tenant % is not here.', tenant USING ERRCODE = '${ELSEWHERE}', HINT = 'Ask the catalog again.';
  END IF;
END `};

-- The fence, before each statement that writes. Whoever writes holds a lock that the fence waits for; beyond READ COMMITTED a
-- transaction may see an older state, so there it locks the row itself, which PostgreSQL refuses where that has changed.
CREATE OR REPLACE FUNCTION tenancy.refuse_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS ${routineBody`
DECLARE
  tenant text := nullif(pg_catalog.current_setting(${quoteLiteral(setting.name)}, true), '');
  here text;
BEGIN
  PERFORM pg_catalog.pg_advisory_xact_lock_shared(pg_catalog.hashtextextended('tenancy fence ' || coalesce(tenant, ''), 0));
  IF tenant IS NULL THEN
    -- Bound to nobody, as jobs over all tenants are: they wait until no move is under way.
    IF pg_catalog.current_setting('transaction_isolation') <> 'read committed' THEN
      PERFORM FROM tenancy.places p WHERE p.placement = TG_ARGV[0] FOR SHARE;
    END IF;
    IF EXISTS (SELECT FROM tenancy.places p WHERE p.placement = TG_ARGV[0] AND p.state = 'fenced') THEN
      RAISE EXCEPTION 'A tenant is being moved: writes that name no tenant are refused meanwhile.'
        USING ERRCODE = '${FENCED}', HINT = 'Try again in a while, or bind the session to a tenant.';
    END IF;
    RETURN NULL;
  END IF;
  IF pg_catalog.current_setting('transaction_isolation') = 'read committed' THEN
    SELECT p.state INTO here FROM tenancy.places p WHERE p.tenant_id = tenant AND p.placement = TG_ARGV[0];
  ELSE
    SELECT p.state INTO here FROM tenancy.places p WHERE p.tenant_id = tenant AND p.placement = TG_ARGV[0] FOR SHARE;
  END IF;
  IF here = 'fenced' THEN
    RAISE EXCEPTION 'Tenant % is being moved: it can be read, and written again in a while.', tenant
      USING ERRCODE = '${FENCED}', HINT = 'Try again in a while.';
  ELSIF here IS DISTINCT FROM 'open' THEN
    RAISE EXCEPTION 'Tenant % is not here.', tenant USING ERRCODE = '${ELSEWHERE}', HINT = 'Ask the catalog again.';
  END IF;
  RETURN NULL;
END `};

CREATE OR REPLACE FUNCTION tenancy.guard(target regclass, at text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
BEGIN
  EXECUTE pg_catalog.format('CREATE OR REPLACE TRIGGER tenancy_fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
    FOR EACH STATEMENT EXECUTE FUNCTION tenancy.refuse_writes(%L)', target, at);
END `};

-- Where a table of the tenant is. A name has 63 bytes at most, so what is longer ends in a checksum.
CREATE OR REPLACE FUNCTION tenancy.schema_at(slug text, product_schema text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = '' AS ${routineBody`
  SELECT CASE WHEN product_schema = ${quoteLiteral(mainSchema)} THEN 'tenant_' || slug
    WHEN pg_catalog.octet_length('tenant_' || slug || '__' || product_schema) <= 63 THEN 'tenant_' || slug || '__' || product_schema
    ELSE 'tenant_' || slug || '__' || pg_catalog.left(pg_catalog.md5(product_schema), 14) END
`};
CREATE OR REPLACE FUNCTION tenancy.table_at(moved tenancy.moved_tables, slug text, at text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.format('%I.%I', CASE WHEN at <> 'schema' OR moved.is_shared THEN moved.table_schema ELSE tenancy.schema_at(slug, moved.table_schema) END, moved.table_name)
`};

CREATE OR REPLACE FUNCTION tenancy.condition_at(moved tenancy.moved_tables, slug text, at text) RETURNS text LANGUAGE plpgsql STABLE SET search_path = '' AS ${routineBody`
DECLARE
  condition text := CASE at WHEN 'row' THEN moved.in_pool ELSE moved.alone END;
  other tenancy.moved_tables;
BEGIN
  FOR other IN SELECT * FROM tenancy.moved_tables t WHERE t.position < moved.position LOOP
    condition := pg_catalog.replace(condition, '<<moved ' || other.position || '>>', tenancy.table_at(other, slug, at));
  END LOOP;
  RETURN condition;
END `};

-- The table's columns but the generated ones, by name: migrations may have added them in another order elsewhere.
CREATE OR REPLACE FUNCTION tenancy.columns_at(moved tenancy.moved_tables, slug text, at text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.string_agg(pg_catalog.quote_ident(attname), ', ' ORDER BY attname COLLATE "C") FROM pg_catalog.pg_attribute
  WHERE attrelid = tenancy.table_at(moved, slug, at)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
`};

-- The rows of the tenant, as a query; the session's setting tenancy.moving is the tenant's id.
CREATE OR REPLACE FUNCTION tenancy.rows_at(moved tenancy.moved_tables, slug text, at text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.format('SELECT %s FROM %s WHERE %s', tenancy.columns_at(moved, slug, at),
    tenancy.table_at(moved, slug, at), tenancy.condition_at(moved, slug, at))
`};

-- What psql runs to write a table's rows to a file, and to take them in from it. Shared rows that are there stay.
CREATE OR REPLACE FUNCTION tenancy.copy_out(moved tenancy.moved_tables, slug text, tenant text, at text, folder text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS ${routineBody`
  SELECT pg_catalog.format(E'SET tenancy.moving = %L;\n\\o %L\nCOPY (%s) TO STDOUT;\n\\o', tenant,
    folder || '/' || moved.position || '.rows', tenancy.rows_at(moved, slug, at))
`};
CREATE OR REPLACE FUNCTION tenancy.copy_in(moved tenancy.moved_tables, slug text, at text, folder text) RETURNS text
LANGUAGE sql STABLE SET search_path = '' AS ${routineBody`
  -- psql reads \copy to the end of the line, so names with line breaks go by way of a table that has none in its own.
  SELECT pg_catalog.format(CASE WHEN moved.is_shared OR pg_catalog.concat(moved.table_schema, moved.table_name, tenancy.columns_at(moved, slug, at)) ~ E'[\r\n]'
    THEN E'CREATE TEMPORARY TABLE %4$s ON COMMIT DROP AS SELECT %2$s FROM %1$s WITH NO DATA;\n\\copy pg_temp.%4$s FROM %3$L\nINSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM pg_temp.%4$s%5$s;'
    ELSE E'\\copy %1$s (%2$s) FROM %3$L' END,
    tenancy.table_at(moved, slug, at), tenancy.columns_at(moved, slug, at),
    folder || '/' || moved.position || '.rows', 'incoming_' || moved.position,
    CASE WHEN moved.is_shared THEN ' ON CONFLICT DO NOTHING' ELSE '' END)
`};

-- One line a table: how many rows, and a checksum over them in an order of their own.
CREATE OR REPLACE FUNCTION tenancy.checksums(slug text, at text, with_shared boolean) RETURNS TABLE (line text)
LANGUAGE plpgsql SET search_path = '' SET timezone = 'UTC' SET datestyle = 'ISO' SET extra_float_digits = 1 SET bytea_output = 'hex' SET intervalstyle = 'postgres' AS ${routineBody`
DECLARE
  moved tenancy.moved_tables;
BEGIN
  FOR moved IN SELECT * FROM tenancy.moved_tables t WHERE with_shared OR NOT t.is_shared ORDER BY t.position LOOP
    RETURN QUERY EXECUTE pg_catalog.format($q$SELECT %L || ' ' || count(*) || ' ' || coalesce(md5(%L || string_agg(md5(r::text), '' ORDER BY md5(r::text) COLLATE "C")), '-') FROM (%s) r$q$,
      pg_catalog.format('%I.%I', moved.table_schema, moved.table_name), tenancy.columns_at(moved, slug, at), tenancy.rows_at(moved, slug, at));
  END LOOP;
END `};

-- References that lead nowhere: the copy runs without triggers, and foreign keys are checked by triggers.
CREATE OR REPLACE FUNCTION tenancy.orphans(slug text, at text) RETURNS TABLE (line text) LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  moved tenancy.moved_tables;
  key record;
BEGIN
  FOR moved IN SELECT * FROM tenancy.moved_tables t WHERE at = 'database' OR NOT t.is_shared ORDER BY t.position LOOP
    FOR key IN
      SELECT c.conname, c.confrelid::regclass AS target,
        (SELECT string_agg(format('p.%I = c.%I', b.attname, a.attname), ' AND ') FROM unnest(c.conkey, c.confkey) k(a, b)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a
          JOIN pg_catalog.pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.b) AS matches,
        (SELECT string_agg(format('c.%I IS NOT NULL', a.attname), ' AND ') FROM unnest(c.conkey) k(a)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a) AS complete
      FROM pg_catalog.pg_constraint c WHERE c.contype = 'f' AND c.conparentid = 0 AND c.conrelid = tenancy.table_at(moved, slug, at)::regclass
    LOOP
      RETURN QUERY EXECUTE format($q$SELECT %L || ': ' || count(*) FROM (SELECT * FROM %s WHERE %s) c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s) HAVING count(*) > 0$q$,
        moved.table_name || '.' || key.conname, tenancy.table_at(moved, slug, at), tenancy.condition_at(moved, slug, at),
        key.complete, key.target, key.matches);
    END LOOP;
  END LOOP;
END `};

-- Takes the tenant's rows out of a place: before a copy, and after the days of grace. Never where the tenant is served.
CREATE OR REPLACE FUNCTION tenancy.clear(slug text, tenant text, at text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  moved tenancy.moved_tables;
BEGIN
  IF EXISTS (SELECT FROM tenancy.places p WHERE p.tenant_id = tenant AND p.placement = at AND p.state IN ('open', 'fenced')) THEN
    RAISE EXCEPTION 'Tenant % is served from here: nothing is taken away.', tenant;
  END IF;
  PERFORM set_config('tenancy.moving', tenant, true), set_config('session_replication_role', 'replica', true);
  FOR moved IN SELECT * FROM tenancy.moved_tables t WHERE NOT t.is_shared ORDER BY t.position DESC LOOP
    EXECUTE format('DELETE FROM %s WHERE %s', tenancy.table_at(moved, slug, at), tenancy.condition_at(moved, slug, at));
  END LOOP;
  PERFORM set_config('session_replication_role', 'origin', true);
END `};

-- Sequences that count a column go on behind its rows.
CREATE OR REPLACE FUNCTION tenancy.advance_sequences() RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  counted record;
BEGIN
  FOR counted IN
    SELECT format('%I.%I', t.table_schema, t.table_name) AS name, a.attname AS column_name,
      pg_catalog.pg_get_serial_sequence(format('%I.%I', t.table_schema, t.table_name), a.attname) AS sequence
    FROM tenancy.moved_tables t JOIN pg_catalog.pg_attribute a ON a.attrelid = format('%I.%I', t.table_schema, t.table_name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
  LOOP
    CONTINUE WHEN counted.sequence IS NULL;
    EXECUTE format('SELECT pg_catalog.setval(%L, max(%I)) FROM %s HAVING max(%I) IS NOT NULL', counted.sequence, counted.column_name, counted.name, counted.column_name);
  END LOOP;
END `};

-- The application enters; nothing else of this is its.
GRANT USAGE ON SCHEMA tenancy TO PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA tenancy FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA tenancy FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tenancy.enter(text, text) TO PUBLIC;
`;
}

/** Puts the fence on every table of a database's own; in the pool, and in the template. */
export function guardAll(placement: "row" | "database"): string {
	return `SELECT tenancy.guard(format('%I.%I', table_schema, table_name)::regclass, '${placement}') FROM tenancy.moved_tables WHERE NOT is_shared;\n`;
}
