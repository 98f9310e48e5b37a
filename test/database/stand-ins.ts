import type pg from "pg";

/** What real files take for granted and an empty server lacks, made on demand. */
export interface StandIn {
	readonly kind: "role" | "extension" | "publication";
	readonly name: string;
}

/** The types that extensions which are often not installed bring; other extensions' stand-ins are empty. */
const EXTENSION_TYPES: Record<string, readonly string[]> = {
	vector: ["vector", "halfvec", "sparsevec"],
	postgis: ["geometry", "geography", "box2d", "box3d"],
	timescaledb: [],
	pg_graphql: [],
	semver: ["semver"],
};

/**
 * Makes what a statement's refusal says is missing: a role, or an extension that
 * isn't installed. Null where the refusal is about something else.
 * @param refusal PostgreSQL's error for the statement.
 * @param sql The statement.
 */
export async function makeMissing(client: pg.Client, refusal: Error, sql: string): Promise<StandIn | null> {
	const role = /^role "(.+)" does not exist$/.exec(refusal.message)?.[1];
	if (role !== undefined) {
		await client.query(`CREATE ROLE "${role.replaceAll('"', '""')}"`);
		return { kind: "role", name: role };
	}
	const extension = /^extension "(.+)" is not available$/.exec(refusal.message)?.[1];
	if (extension !== undefined) {
		const schema = /\bwith\s+schema\s+"?([\w$]+)"?/i.exec(sql)?.[1] ?? "public";
		await makeExtensionStandIn(client, extension, schema);
		return { kind: "extension", name: extension };
	}
	return null;
}

/** An extension with the types that are known of it, and nothing else. */
export async function makeExtensionStandIn(client: pg.Client, name: string, schema: string): Promise<void> {
	await makeExtension(client, name, schema, (EXTENSION_TYPES[name] ?? []).map(typeOverText(schema)).join(""));
}

/** A base type over text's own functions that takes type modifiers, as `vector(3)` and `geometry(Point, 4326)` do. */
const typeOverText = (schema: string) => (name: string) =>
	`
	CREATE TYPE ${schema}.${name};
	CREATE FUNCTION ${schema}.${name}_in(cstring, oid, integer) RETURNS ${schema}.${name} LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
	CREATE FUNCTION ${schema}.${name}_out(${schema}.${name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
	CREATE TYPE ${schema}.${name} (INPUT = ${schema}.${name}_in, OUTPUT = ${schema}.${name}_out, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout, LIKE = text);
`;

/**
 * What Supabase's image has before the first migration, as far as migrations lean on it
 * (https://supabase.com/docs/guides/database/postgres/roles, https://supabase.com/docs/guides/auth).
 */
const SUPABASE = {
	roles: [
		"anon",
		"authenticated",
		"service_role",
		"authenticator",
		"supabase_admin",
		"supabase_auth_admin",
		"supabase_storage_admin",
		"dashboard_user",
	],
	sql: `
		CREATE SCHEMA auth;
		CREATE SCHEMA storage;
		CREATE SCHEMA extensions;
		CREATE SCHEMA realtime;
		CREATE SCHEMA graphql_public;
		CREATE TABLE auth.users (id uuid PRIMARY KEY, email text, phone text, role text, created_at timestamptz, updated_at timestamptz,
			raw_app_meta_data jsonb, raw_user_meta_data jsonb);
		CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT NULL::uuid';
		CREATE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text';
		CREATE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS 'SELECT NULL::text';
		CREATE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
		CREATE TABLE storage.buckets (id text PRIMARY KEY, name text NOT NULL, owner uuid, public boolean, created_at timestamptz, updated_at timestamptz);
		CREATE TABLE storage.objects (id uuid PRIMARY KEY, bucket_id text REFERENCES storage.buckets, name text, owner uuid, metadata jsonb,
			created_at timestamptz, updated_at timestamptz);
		CREATE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql AS 'SELECT NULL::text[]';
		CREATE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';
		CREATE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql AS 'SELECT NULL::text';`,
	afterwards: `
		CREATE EXTENSION pgcrypto WITH SCHEMA extensions;
		CREATE EXTENSION "uuid-ossp" WITH SCHEMA extensions;
		CREATE PUBLICATION supabase_realtime;`,
};

/** Makes Supabase's surroundings; takes effect in sessions that start afterwards (its search_path). */
export async function makeSupabase(client: pg.Client, database: string): Promise<StandIn[]> {
	for (const role of SUPABASE.roles) {
		await client.query(`DO $$ BEGIN CREATE ROLE ${role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
	}
	await makeExtension(client, "supabase", "public", SUPABASE.sql);
	await client.query(SUPABASE.afterwards);
	await client.query(`ALTER DATABASE ${database} SET search_path = "$user", public, extensions`);
	return [
		{ kind: "extension", name: "supabase" },
		{ kind: "extension", name: "pgcrypto" },
		{ kind: "extension", name: "uuid-ossp" },
		{ kind: "publication", name: "supabase_realtime" },
	];
}

/**
 * Runs `sql` and registers what it makes as an extension, which PostgreSQL (DROP
 * EXTENSION, COMMENT ON EXTENSION) and our catalog reader then take it for. Needs
 * the server's `allow_system_table_mods`.
 */
async function makeExtension(client: pg.Client, name: string, schema: string, sql: string): Promise<void> {
	const members = `
		SELECT 'pg_class'::regclass::oid AS catalog, oid FROM pg_class UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
		UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace`;
	const read = async () =>
		(await client.query({ text: members, rowMode: "array" })).rows.map(([catalog, oid]) => `${catalog}, ${oid}`);
	const before = new Set(await read());
	await client.query(sql);
	const made = (await read()).filter((member) => !before.has(member));
	await client.query(`
		WITH extension AS (
			INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion)
			SELECT pg_nextoid('pg_extension', 'oid', 'pg_extension_oid_index'), '${name.replaceAll("'", "''")}', 10, '${schema}'::regnamespace, false, '0'
			RETURNING oid)
		INSERT INTO pg_depend (classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype)
		SELECT made.catalog, made.oid, 0, 'pg_extension'::regclass, extension.oid, 0, 'e'
		FROM extension, (VALUES (0, 0) ${made.map((member) => `, (${member})`).join("")}) made (catalog, oid) WHERE made.oid <> 0`);
}
