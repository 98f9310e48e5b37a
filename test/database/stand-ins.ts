import type pg from "pg";
import { quoteIdentifier } from "../../src/core/emit/identifier";
import { SUPABASE } from "../../src/database/apply/platform";
import { extensionTypes, missingIn, type StandIn } from "../../src/database/apply/stand-ins";
import type { Session } from "../../src/database/engine";

export type { StandIn };

/**
 * Makes what a statement's refusal says is missing: a role, or an extension that
 * isn't installed. Null where the refusal is about something else.
 * @param refusal PostgreSQL's error for the statement.
 * @param sql The statement.
 */
export async function makeMissing(client: Session, refusal: Error, sql: string): Promise<StandIn | null> {
	const missing = missingIn(refusal, sql);
	if (missing?.kind === "extension") await makeExtensionStandIn(client, missing.name, missing.schema);
	if (missing?.kind === "role") await client.query(`CREATE ROLE ${quoteIdentifier(missing.name)}`);
	return missing && { kind: missing.kind, name: missing.name };
}

/** An extension with the types that are known of it, and nothing else; in a schema of its own where that isn't there. */
export async function makeExtensionStandIn(client: Session, name: string, schema: string): Promise<void> {
	const own = `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`;
	await makeExtension(client, name, schema, `${own}; ${extensionTypes(name, schema)}`);
}

/** Makes Supabase's surroundings; takes effect in sessions that start afterwards (its search_path). */
export async function makeSupabase(client: pg.Client, database: string): Promise<StandIn[]> {
	for (const { name } of SUPABASE.roles) {
		await client.query(`DO $$ BEGIN CREATE ROLE ${name}; EXCEPTION WHEN duplicate_object THEN NULL; END $$`);
	}
	await makeExtension(client, "supabase", "public", SUPABASE.sql);
	for (const { name, schema } of SUPABASE.extensions)
		await client.query(`CREATE EXTENSION ${quoteIdentifier(name)} WITH SCHEMA ${schema}`);
	await client.query(SUPABASE.afterwards);
	await client.query(`ALTER DATABASE ${database} SET search_path = "$user", public, extensions`);
	return [
		{ kind: "extension", name: "supabase" },
		...SUPABASE.extensions.map(({ name }): StandIn => ({ kind: "extension", name })),
		{ kind: "publication", name: "supabase_realtime" },
	];
}

/**
 * Runs `sql` and registers what it makes as an extension, which PostgreSQL (DROP
 * EXTENSION, COMMENT ON EXTENSION) and our catalog reader then take it for. Needs
 * the server's `allow_system_table_mods`.
 */
async function makeExtension(client: Session, name: string, schema: string, sql: string): Promise<void> {
	const members = `
		SELECT 'pg_class'::regclass::oid AS catalog, oid FROM pg_class UNION ALL SELECT 'pg_type'::regclass, oid FROM pg_type
		UNION ALL SELECT 'pg_proc'::regclass, oid FROM pg_proc UNION ALL SELECT 'pg_namespace'::regclass, oid FROM pg_namespace`;
	const read = async () => (await client.query(members)).rows.map(({ catalog, oid }) => `${catalog}, ${oid}`);
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
