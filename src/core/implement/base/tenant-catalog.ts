import { SLUG_PATTERN } from "./place-names";
import { raw, routineBody } from "./raw";

/**
 * The catalog of tenants: who there is, where their data is, in which state they are. One for database-level and hybrid, in
 * the control database. It can be run again.
 *
 * @param placement where a tenant is when nothing else is said
 */
export function tenantCatalog(placement: "database" | "row"): string {
	return raw`
-- The catalog of tenants. It holds names and places, never a password: dsn_ref names an entry of a service file or a secret.
CREATE SCHEMA IF NOT EXISTS tenancy;
REVOKE ALL ON SCHEMA tenancy FROM PUBLIC;

CREATE TABLE IF NOT EXISTS tenancy.tenants (
  slug text PRIMARY KEY CHECK (slug ~ '${SLUG_PATTERN}'),
  -- The tenant's key in the product's own tables, as text.
  tenant_id text NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  tier text,
  placement text NOT NULL DEFAULT '${placement}' CHECK (placement IN ('row', 'schema', 'database')),
  -- The name of the secret or of the service file's entry that says how to connect; null in the pool.
  dsn_ref text CHECK (dsn_ref !~* '(password\s*=|://[^/]*:[^/]*@)' AND length(dsn_ref) <= 200),
  state text NOT NULL DEFAULT 'active'
    CHECK (state IN ('provisioning', 'active', 'moving', 'suspended', 'deprovisioning')),
  -- Counts every change of the place, so that who remembers an older one can tell.
  version bigint NOT NULL DEFAULT 1,
  -- The last migration that ran for it.
  schema_version text,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  CHECK (placement <> 'database' OR dsn_ref IS NOT NULL)
);
COMMENT ON TABLE tenancy.tenants IS 'The tenants, and where each of them is.';

CREATE OR REPLACE FUNCTION tenancy.count_version() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
BEGIN
  NEW.changed_at := now();
  IF (NEW.placement, NEW.dsn_ref, NEW.state) IS DISTINCT FROM (OLD.placement, OLD.dsn_ref, OLD.state) THEN
    NEW.version := OLD.version + 1;
    -- Routers that listen forget what they knew of this tenant.
    PERFORM pg_notify('tenancy_routes', NEW.slug);
  END IF;
  RETURN NEW;
END `};
CREATE OR REPLACE TRIGGER count_version BEFORE UPDATE ON tenancy.tenants
  FOR EACH ROW EXECUTE FUNCTION tenancy.count_version();

-- The two ends of a tenant's own database; the scripts hold an advisory lock of the slug around each.
CREATE OR REPLACE FUNCTION tenancy.begin_provisioning(wanted text, id text, reference text) RETURNS void
LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  known tenancy.tenants;
BEGIN
  SELECT * INTO known FROM tenancy.tenants WHERE slug = wanted;
  IF known.state = 'deprovisioning' THEN
    RAISE EXCEPTION 'Tenant % is being removed.', wanted USING HINT = 'Let bin/deprovision.sh finish first.';
  END IF;
  IF id <> '' AND known.tenant_id <> id THEN
    RAISE EXCEPTION 'Tenant % is known with the id %, not %.', wanted, known.tenant_id, id;
  END IF;
  IF known.slug IS NULL AND EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = 'tenant_' || wanted) THEN
    RAISE EXCEPTION 'There is a database tenant_% that the catalog knows nothing of.', wanted;
  END IF;
  INSERT INTO tenancy.tenants (slug, tenant_id, placement, dsn_ref, state)
    VALUES (wanted, coalesce(nullif(id, ''), gen_random_uuid()::text), 'database', reference, 'provisioning')
    ON CONFLICT DO NOTHING;
END `};

CREATE OR REPLACE FUNCTION tenancy.begin_removal(wanted text) RETURNS void LANGUAGE plpgsql SET search_path = '' AS ${routineBody`
DECLARE
  known tenancy.tenants;
BEGIN
  SELECT * INTO known FROM tenancy.tenants WHERE slug = wanted;
  IF known.slug IS NOT NULL AND known.placement <> 'database' THEN
    RAISE EXCEPTION 'Tenant % has no database of its own.', wanted;
  END IF;
  IF known.state = 'moving' THEN
    RAISE EXCEPTION 'Tenant % is being moved.', wanted USING HINT = 'Let the move finish, or call it off.';
  END IF;
  UPDATE tenancy.tenants SET state = 'deprovisioning' WHERE slug = wanted;
END `};
`;
}
