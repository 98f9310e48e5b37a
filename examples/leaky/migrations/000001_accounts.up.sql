CREATE ROLE deskhand_app LOGIN BYPASSRLS;

CREATE TABLE accounts (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	name varchar(120) NOT NULL,
	subdomain varchar(63) NOT NULL UNIQUE,
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE agents (
	id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	account_id bigint NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
	email varchar(255) NOT NULL UNIQUE,
	full_name varchar(120) NOT NULL,
	is_admin boolean NOT NULL DEFAULT false
);

CREATE TABLE time_zones (
	name text PRIMARY KEY,
	utc_offset interval NOT NULL
);

GRANT ALL ON ALL TABLES IN SCHEMA public TO deskhand_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO deskhand_app;
