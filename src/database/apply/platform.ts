import type { SchemaModel } from "../../core/schema/model";
import type { SqlFile } from "../../core/sql/statement";

/** The surroundings that a hosting platform gives a database before its first migration, as far as migrations lean on them. */
export interface Platform {
	readonly name: string;
	readonly roles: readonly { readonly name: string; readonly attributes: string }[];
	/** The schemas, tables and functions. */
	readonly sql: string;
	readonly extensions: readonly { readonly name: string; readonly schema: string }[];
	/** What follows the extensions. */
	readonly afterwards: string;
	/** What each session starts with. */
	readonly prelude: readonly string[];
	/** Whether the role that migrations run as, which owns what they make, is bound by policies. */
	readonly ownerBypasses: boolean;
}

/**
 * What Supabase's image has before the first migration: roles (https://supabase.com/docs/guides/database/postgres/roles),
 * `auth` (https://supabase.com/docs/guides/auth), and functions that read a request's claims where PostgREST puts them
 * (https://docs.postgrest.org/en/stable/references/transactions.html#request-headers-cookies-and-jwt-claims).
 */
export const SUPABASE: Platform = {
	name: "Supabase",
	roles: [
		{ name: "anon", attributes: "NOLOGIN" },
		{ name: "authenticated", attributes: "NOLOGIN" },
		{ name: "service_role", attributes: "NOLOGIN BYPASSRLS" },
		{ name: "authenticator", attributes: "LOGIN NOINHERIT" },
		{ name: "supabase_admin", attributes: "NOLOGIN BYPASSRLS" },
		{ name: "supabase_auth_admin", attributes: "NOLOGIN" },
		{ name: "supabase_storage_admin", attributes: "NOLOGIN" },
		{ name: "dashboard_user", attributes: "NOLOGIN" },
	],
	sql: `
		CREATE SCHEMA auth;
		CREATE SCHEMA storage;
		CREATE SCHEMA extensions;
		CREATE SCHEMA realtime;
		CREATE SCHEMA graphql_public;
		CREATE TABLE auth.users (id uuid PRIMARY KEY, instance_id uuid, aud text, email text, phone text, role text, encrypted_password text,
			email_confirmed_at timestamptz, phone_confirmed_at timestamptz, confirmed_at timestamptz, invited_at timestamptz, last_sign_in_at timestamptz,
			created_at timestamptz, updated_at timestamptz, deleted_at timestamptz, banned_until timestamptz, is_anonymous boolean NOT NULL DEFAULT false,
			raw_app_meta_data jsonb, raw_user_meta_data jsonb);
		CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE
			AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claims', true), ''), nullif(current_setting('request.jwt.claim', true), ''))::jsonb $$;
		CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE
			AS $$ SELECT nullif(coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), auth.jwt() ->> 'sub'), '')::uuid $$;
		CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE
			AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), auth.jwt() ->> 'role') $$;
		CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE
			AS $$ SELECT coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), auth.jwt() ->> 'email') $$;
		CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL, owner uuid, owner_id text, public boolean, avif_autodetection boolean,
			file_size_limit bigint, allowed_mime_types text[], created_at timestamptz, updated_at timestamptz);
		CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text REFERENCES storage.buckets, name text, owner uuid, owner_id text, version text, path_tokens text[],
			metadata jsonb, user_metadata jsonb, created_at timestamptz, updated_at timestamptz, last_accessed_at timestamptz);
		CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE
			AS $$ SELECT (string_to_array(name, '/'))[1:array_length(string_to_array(name, '/'), 1) - 1] $$;
		CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql IMMUTABLE
			AS $$ SELECT (string_to_array(name, '/'))[array_length(string_to_array(name, '/'), 1)] $$;
		CREATE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql IMMUTABLE
			AS $$ SELECT reverse(split_part(reverse(storage.filename(name)), '.', 1)) $$;`,
	extensions: [
		{ name: "pgcrypto", schema: "extensions" },
		{ name: "uuid-ossp", schema: "extensions" },
	],
	afterwards: `
		CREATE PUBLICATION supabase_realtime;`,
	prelude: [`SET search_path = "$user", public, extensions`],
	ownerBypasses: true,
};

/**
 * What the platform's default privileges give its API's roles in `public`. TRUNCATE, and to set a sequence, are left out: no
 * request to the API can send them. https://supabase.com/docs/guides/api/securing-your-api
 */
export const PLATFORM_GRANTS = `
	GRANT USAGE ON SCHEMA public, auth, storage, extensions TO anon, authenticated, service_role;
	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES, TRIGGER ON TABLES TO anon, authenticated, service_role;
	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO anon, authenticated, service_role;
	ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON FUNCTIONS TO anon, authenticated, service_role;
	GRANT SELECT, INSERT, UPDATE, DELETE ON storage.objects, storage.buckets TO anon, authenticated, service_role;
	GRANT anon, authenticated, service_role TO authenticator;`;

const NAMES = /\bauth\s*\.\s*(?:(?:uid|jwt|role|email)\s*\(|users\b)|\bstorage\s*\.\s*(?:objects|buckets)\b/i;

/** The platform whose surroundings the files lean on and do not make themselves; told by what they name. */
export function platformOf(files: readonly SqlFile[], model: SchemaModel): Platform | null {
	if (model.schemas.has("auth") || model.tables.has("auth.users")) return null;
	const isNamed = files.some(({ statements }) => statements.some(({ text }) => NAMES.test(text)));
	return isNamed ? SUPABASE : null;
}
