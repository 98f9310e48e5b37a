-- Two roles that never log in themselves: app_owner owns the tables and runs migrations,
-- app_user is what the application's connections become. Only the second ever serves a request,
-- and it neither owns a table nor bypasses row-level security.
DO $$
BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_owner') THEN
		CREATE ROLE app_owner NOLOGIN NOSUPERUSER NOBYPASSRLS;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app_user') THEN
		CREATE ROLE app_user NOLOGIN NOSUPERUSER NOBYPASSRLS;
	END IF;
END
$$;

GRANT USAGE, CREATE ON SCHEMA public TO app_owner;
GRANT USAGE ON SCHEMA public TO app_user;

-- Called first in every transaction. The third argument makes the value end with the transaction,
-- so a pooled connection never carries one tenant into the next request.
CREATE FUNCTION bind_tenant(tenant uuid) RETURNS void
	LANGUAGE sql
	SET search_path = pg_catalog
	AS $$ SELECT set_config('app.tenant_id', tenant::text, true) $$;

ALTER FUNCTION bind_tenant(uuid) OWNER TO app_owner;
