import { quoteIdentifier, quoteLiteral } from "../../emit/identifier";
import { routineBody } from "../base/raw";
import { NAMES } from "./names";

/** Roles, the catalog of tenants and the ledger of their migrations. */
export function ledger(): string {
	const { login, member } = NAMES;
	return `-- The catalog of tenants and the ledger of their migrations. Safe to run again.
-- Run it as the role that is to own tenants' tables: it needs CREATE on the database and CREATEROLE, no superuser.
BEGIN;

DO ${routineBody`
BEGIN
	-- NOINHERIT: what it may do, it may only do as a tenant's role, after tenancy.enter().
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(login)}) THEN
		CREATE ROLE ${quoteIdentifier(login)} LOGIN NOINHERIT;
	END IF;
	IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = ${quoteLiteral(member)}) THEN
		CREATE ROLE ${quoteIdentifier(member)} NOLOGIN;
	END IF;
END
`};

CREATE SCHEMA IF NOT EXISTS tenancy;
REVOKE ALL ON SCHEMA tenancy FROM PUBLIC;

CREATE TABLE IF NOT EXISTS tenancy.tenants (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
	schema_name name NOT NULL UNIQUE CHECK (schema_name !~ '^pg_'),
	state text NOT NULL DEFAULT 'provisioning' CHECK (state IN ('provisioning', 'active', 'suspended')),
	version integer NOT NULL DEFAULT 0,
	created_at timestamptz NOT NULL DEFAULT now(),
	suspended_at timestamptz
);

-- Every tenant gets these, in this order. One that was published is never changed: add another.
CREATE TABLE IF NOT EXISTS tenancy.migrations (
	version integer PRIMARY KEY CHECK (version > 0),
	name text NOT NULL,
	sql text NOT NULL,
	checksum text NOT NULL GENERATED ALWAYS AS (md5(sql)) STORED,
	added_at timestamptz NOT NULL DEFAULT now()
);

-- What ran where. took is null where a schema was there before and was entered by adopt().
CREATE TABLE IF NOT EXISTS tenancy.applied (
	tenant_id uuid NOT NULL REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
	version integer NOT NULL REFERENCES tenancy.migrations (version),
	checksum text NOT NULL,
	applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	took interval,
	PRIMARY KEY (tenant_id, version)
);

-- The last failure of each tenant; gone once the migration went through.
CREATE TABLE IF NOT EXISTS tenancy.failures (
	tenant_id uuid PRIMARY KEY REFERENCES tenancy.tenants (id) ON DELETE CASCADE,
	version integer NOT NULL,
	failed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
	sqlstate text NOT NULL,
	message text NOT NULL
);

COMMIT;
`;
}

/** Takes back the catalog, as long as it lists no tenant; without the semicolon. */
export function dropCatalog(): string {
	return `DO ${routineBody`
BEGIN
	IF EXISTS (SELECT FROM tenancy.tenants) THEN
		RAISE EXCEPTION 'There are tenants: the catalog stays.' USING HINT = 'Remove them first: SELECT tenancy.deprovision(…).';
	END IF;
	DROP SCHEMA tenancy CASCADE;
END
`}`;
}
