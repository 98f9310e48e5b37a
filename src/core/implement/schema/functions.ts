import { quoteIdentifier, quoteLiteral } from "../../emit/identifier";
import { routineBody } from "../base/raw";
import { NAMES } from "./names";

/** Slugs that read like a part of the product or of PostgreSQL. */
const RESERVED = [
	"admin",
	"all",
	"api",
	"app",
	"default",
	"pg",
	"postgres",
	"public",
	"root",
	"shared",
	"system",
	"template",
	"tenancy",
	"www",
];

/**
 * The functions that tenants are made, changed and removed by. They run with the rights of whoever calls them, and only the
 * owner may; `enter` is the application's.
 *
 * @param sharedSchemas what stands in the search path behind the tenant's schema
 */
export function functions(sharedSchemas: readonly string[]): string {
	const login = quoteIdentifier(NAMES.login);
	const member = quoteIdentifier(NAMES.member);
	const behind = quoteLiteral(sharedSchemas.map((schema) => `, ${quoteIdentifier(schema)}`).join(""));
	return `-- Making, migrating and removing tenants. Safe to run again.
BEGIN;

-- Where a tenant's names are found: its own schema first, then what is shared; temporary tables last, so that none of them
-- can stand in for a table (https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY).
CREATE OR REPLACE FUNCTION tenancy.search_path_of(tenant_schema name) RETURNS text
	LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp
	AS ${routineBody` SELECT quote_ident(tenant_schema) || ${behind} || ', pg_temp' `};

-- Publishes a migration; the same one again is nothing new, another one of that version is refused.
CREATE OR REPLACE FUNCTION tenancy.add_migration(new_version integer, new_name text, new_sql text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	known text;
BEGIN
	SELECT m.sql INTO known FROM tenancy.migrations m WHERE m.version = new_version;
	IF known IS NULL THEN
		IF new_version <= (SELECT coalesce(max(m.version), 0) FROM tenancy.migrations m) THEN
			RAISE EXCEPTION 'migration % comes too late: later ones are published', new_version;
		END IF;
		INSERT INTO tenancy.migrations (version, name, sql) VALUES (new_version, new_name, new_sql);
	ELSIF known <> new_sql THEN
		RAISE EXCEPTION 'migration % was published with another text: add a new one', new_version;
	END IF;
END
`};

-- Gives a tenant's role what it needs in its own schema, and nothing elsewhere. It owns nothing: it can't change a table.
CREATE OR REPLACE FUNCTION tenancy.grant_access(tenant_schema name) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
BEGIN
	EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO %1$I', tenant_schema);
	EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %1$I', tenant_schema);
	EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %1$I TO %1$I', tenant_schema);
END
`};

CREATE OR REPLACE FUNCTION tenancy.make_role(tenant_schema name) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
BEGIN
	-- Roles belong to the whole server: another database's tenant must not get into this one.
	IF EXISTS (SELECT FROM pg_roles WHERE rolname = tenant_schema) THEN
		RAISE EXCEPTION 'there is a role % already, which this catalog did not make', quote_ident(tenant_schema)
			USING ERRCODE = 'duplicate_object';
	END IF;
	EXECUTE format('CREATE ROLE %I NOLOGIN', tenant_schema);
	EXECUTE format('GRANT ${member} TO %I', tenant_schema);
	EXECUTE format('GRANT %I TO ${login}', tenant_schema);
	-- For when it is given LOGIN; SET ROLE does not read this, so enter() sets it.
	EXECUTE format('ALTER ROLE %I IN DATABASE %I SET search_path = %s', tenant_schema, current_database(), tenancy.search_path_of(tenant_schema));
END
`};

-- Runs the tenant's next migration. False where there is none.
CREATE OR REPLACE FUNCTION tenancy.migrate_next(of_slug text) RETURNS boolean
	LANGUAGE plpgsql
	SET search_path = pg_catalog, pg_temp
	SET check_function_bodies = off
	SET lock_timeout = '5s'
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
	pending tenancy.migrations;
	started timestamptz := clock_timestamp();
BEGIN
	SELECT t.* INTO tenant FROM tenancy.tenants t WHERE t.slug = of_slug FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no tenant is called %', quote_literal(of_slug) USING ERRCODE = 'no_data_found';
	END IF;
	SELECT m.* INTO pending FROM tenancy.migrations m WHERE m.version > tenant.version ORDER BY m.version LIMIT 1;
	IF NOT FOUND THEN
		RETURN false;
	END IF;
	PERFORM set_config('search_path', tenancy.search_path_of(tenant.schema_name), true);
	EXECUTE replace(pending.sql, ${quoteLiteral(NAMES.placeholder)}, quote_ident(tenant.schema_name));
	PERFORM set_config('search_path', 'pg_catalog, pg_temp', true);
	PERFORM tenancy.grant_access(tenant.schema_name);
	INSERT INTO tenancy.applied (tenant_id, version, checksum, took)
	VALUES (tenant.id, pending.version, pending.checksum, clock_timestamp() - started);
	UPDATE tenancy.tenants t SET version = pending.version WHERE t.id = tenant.id;
	DELETE FROM tenancy.failures f WHERE f.tenant_id = tenant.id;
	RETURN true;
END
`};

-- Makes a tenant, all or nothing, and gives its id. Called again for one that is there, it migrates it and gives the same id.
CREATE OR REPLACE FUNCTION tenancy.provision(new_slug text, new_id uuid DEFAULT NULL) RETURNS uuid
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
	-- A slug has no underscore, so no two slugs give the same name; 7 + 40 bytes of at most 63.
	tenant_schema name := 'tenant_' || replace(new_slug, '-', '_');
BEGIN
	IF new_slug IS NULL OR new_slug !~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$' OR new_slug ~ '\n' THEN
		RAISE EXCEPTION 'a tenant''s slug is 1 to 40 of a-z, 0-9 and -, and begins and ends with a letter or digit: % is none', quote_nullable(new_slug)
			USING ERRCODE = 'invalid_parameter_value';
	END IF;
	IF new_slug = ANY (ARRAY[${RESERVED.map(quoteLiteral).join(", ")}]) THEN
		RAISE EXCEPTION 'the slug % is reserved', quote_literal(new_slug) USING ERRCODE = 'reserved_name';
	END IF;
	-- Who asks for the same tenant meanwhile waits here, and then finds it.
	PERFORM pg_advisory_xact_lock(hashtextextended('tenancy ' || new_slug, 0));
	SELECT t.* INTO tenant FROM tenancy.tenants t WHERE t.slug = new_slug FOR UPDATE;
	IF NOT FOUND THEN
		IF to_regnamespace(quote_ident(tenant_schema)) IS NOT NULL THEN
			RAISE EXCEPTION 'there is a schema % already: enter it with tenancy.adopt()', quote_ident(tenant_schema)
				USING ERRCODE = 'duplicate_schema';
		END IF;
		INSERT INTO tenancy.tenants (id, slug, schema_name) VALUES (coalesce(new_id, gen_random_uuid()), new_slug, tenant_schema)
		RETURNING * INTO tenant;
		PERFORM tenancy.make_role(tenant_schema);
		EXECUTE format('CREATE SCHEMA %I', tenant_schema);
	ELSIF tenant.state = 'suspended' THEN
		RAISE EXCEPTION 'the tenant % is suspended', new_slug USING ERRCODE = 'object_not_in_prerequisite_state';
	ELSIF new_id IS NOT NULL AND new_id <> tenant.id THEN
		RAISE EXCEPTION 'the tenant % has the id %', new_slug, tenant.id USING ERRCODE = 'unique_violation';
	END IF;
	WHILE tenancy.migrate_next(new_slug) LOOP
	END LOOP;
	UPDATE tenancy.tenants t SET state = 'active' WHERE t.id = tenant.id;
	RETURN tenant.id;
END
`};

-- Enters a schema that was there before, as being at that version: nothing is run.
CREATE OR REPLACE FUNCTION tenancy.adopt(new_slug text, existing_schema name, at_version integer, new_id uuid DEFAULT NULL) RETURNS uuid
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	adopted uuid;
BEGIN
	IF existing_schema IN ('tenancy', 'information_schema') OR existing_schema ~ '^pg_' OR existing_schema = ANY (ARRAY[${sharedSchemas.map(quoteLiteral).join(", ")}]::name[])
		OR to_regnamespace(quote_ident(existing_schema)) IS NULL THEN
		RAISE EXCEPTION '% is no schema of a tenant', quote_ident(existing_schema) USING ERRCODE = 'invalid_schema_name';
	END IF;
	INSERT INTO tenancy.tenants (id, slug, schema_name, state, version)
	VALUES (coalesce(new_id, gen_random_uuid()), new_slug, existing_schema, 'active', at_version) RETURNING id INTO adopted;
	INSERT INTO tenancy.applied (tenant_id, version, checksum)
	SELECT adopted, m.version, m.checksum FROM tenancy.migrations m WHERE m.version <= at_version;
	PERFORM tenancy.make_role(existing_schema);
	PERFORM tenancy.grant_access(existing_schema);
	RETURN adopted;
END
`};

-- Migrates all tenants: each migration of each tenant commits by itself, a failure is noted and the others go on. Run it
-- again to resume. Several may run at once: a tenant that another one works on is passed over.
-- CALL it outside a transaction, or it can't commit.
CREATE OR REPLACE PROCEDURE tenancy.migrate_all(INOUT migrated integer DEFAULT 0, INOUT failed integer DEFAULT 0)
	LANGUAGE plpgsql
	AS ${routineBody`
DECLARE
	newest integer;
	last_slug text := '';
	current_slug text;
	went_on boolean;
BEGIN
	migrated := 0;
	failed := 0;
	SELECT coalesce(pg_catalog.max(m.version), 0) INTO newest FROM tenancy.migrations m;
	LOOP
		SELECT t.slug INTO current_slug FROM tenancy.tenants t
		WHERE t.state OPERATOR(pg_catalog.=) 'active' AND t.version OPERATOR(pg_catalog.<) newest AND t.slug OPERATOR(pg_catalog.>) last_slug
		ORDER BY t.slug LIMIT 1 FOR UPDATE SKIP LOCKED;
		EXIT WHEN NOT FOUND;
		BEGIN
			went_on := tenancy.migrate_next(current_slug);
			migrated := migrated OPERATOR(pg_catalog.+) went_on::integer;
		EXCEPTION WHEN OTHERS THEN
			went_on := false;
			failed := failed OPERATOR(pg_catalog.+) 1;
			INSERT INTO tenancy.failures AS f (tenant_id, version, sqlstate, message)
			SELECT t.id, t.version OPERATOR(pg_catalog.+) 1, SQLSTATE, SQLERRM FROM tenancy.tenants t WHERE t.slug OPERATOR(pg_catalog.=) current_slug
			ON CONFLICT (tenant_id) DO UPDATE SET version = excluded.version, failed_at = excluded.failed_at,
				sqlstate = excluded.sqlstate, message = excluded.message;
		END;
		IF NOT went_on THEN
			last_slug := current_slug;
		END IF;
		COMMIT;
	END LOOP;
END
`};

-- Shuts a tenant out and keeps its data: the step before deprovision().
CREATE OR REPLACE FUNCTION tenancy.suspend(of_slug text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
BEGIN
	UPDATE tenancy.tenants t SET state = 'suspended', suspended_at = now() WHERE t.slug = of_slug RETURNING * INTO tenant;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no tenant is called %', quote_literal(of_slug) USING ERRCODE = 'no_data_found';
	END IF;
	EXECUTE format('REVOKE ALL ON SCHEMA %1$I FROM %1$I', tenant.schema_name);
END
`};

CREATE OR REPLACE FUNCTION tenancy.resume(of_slug text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
BEGIN
	UPDATE tenancy.tenants t SET state = 'active', suspended_at = NULL WHERE t.slug = of_slug AND t.state = 'suspended' RETURNING * INTO tenant;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no suspended tenant is called %', quote_literal(of_slug) USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM tenancy.grant_access(tenant.schema_name);
END
`};

-- Deletes a suspended tenant for good: its schema with all rows, its role, its entry here. Take a backup first.
CREATE OR REPLACE FUNCTION tenancy.deprovision(of_slug text) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '5s'
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
BEGIN
	SELECT t.* INTO tenant FROM tenancy.tenants t WHERE t.slug = of_slug FOR UPDATE;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no tenant is called %', quote_literal(of_slug) USING ERRCODE = 'no_data_found';
	ELSIF tenant.state <> 'suspended' THEN
		RAISE EXCEPTION 'suspend % before you delete it', of_slug USING ERRCODE = 'object_not_in_prerequisite_state';
	END IF;
	EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', tenant.schema_name);
	-- What was granted to it by hand.
	IF pg_has_role(tenant.schema_name, 'USAGE') THEN
		EXECUTE format('DROP OWNED BY %I', tenant.schema_name);
	END IF;
	EXECUTE format('DROP ROLE IF EXISTS %I', tenant.schema_name);
	DELETE FROM tenancy.tenants t WHERE t.id = tenant.id;
END
`};

-- After a backup of an older version was restored: what the ledger says of later ones is undone, so that they run again.
CREATE OR REPLACE FUNCTION tenancy.restored(of_slug text, at_version integer) RETURNS void
	LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
	AS ${routineBody`
DECLARE
	tenant tenancy.tenants;
BEGIN
	UPDATE tenancy.tenants t SET version = at_version WHERE t.slug = of_slug RETURNING * INTO STRICT tenant;
	DELETE FROM tenancy.applied a WHERE a.tenant_id = tenant.id AND a.version > at_version;
	PERFORM tenancy.grant_access(tenant.schema_name);
END
`};

-- The application's first statement of each transaction. Both settings end with the transaction, so a pooled connection
-- never carries a tenant over; outside a transaction they end at once, and what follows is refused.
CREATE OR REPLACE FUNCTION tenancy.enter(of_slug text) RETURNS void
	LANGUAGE plpgsql
	AS ${routineBody`
DECLARE
	tenant_schema name;
BEGIN
	SELECT t.schema_name INTO tenant_schema FROM tenancy.tenants t
	WHERE t.slug OPERATOR(pg_catalog.=) of_slug AND t.state OPERATOR(pg_catalog.=) 'active';
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no active tenant is called %', pg_catalog.quote_nullable(of_slug) USING ERRCODE = 'no_data_found';
	END IF;
	PERFORM pg_catalog.set_config('search_path', tenancy.search_path_of(tenant_schema), true);
	PERFORM pg_catalog.set_config('role', tenant_schema, true);
END
`};

REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA tenancy FROM PUBLIC;
GRANT USAGE ON SCHEMA tenancy TO ${login};
GRANT SELECT (slug, schema_name, state) ON tenancy.tenants TO ${login};
GRANT EXECUTE ON FUNCTION tenancy.enter(text), tenancy.search_path_of(name) TO ${login};

COMMIT;
`;
}
