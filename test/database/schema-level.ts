import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import pg from "pg";
import { createAnalyzer } from "../../src/core/analyze";
import type { Artifact } from "../../src/core/implement/artifact";
import { schemaLevel } from "../../src/core/implement/schema/generate";
import type { SqlReader } from "../../src/core/sql/reader";
import { answersSchema } from "../../src/core/tenancy/answers";
import type { SourceFile } from "../../src/core/workspace/database";
import { isRelevantPath } from "../../src/core/workspace/relevant";
import type { Cluster, TestDatabase } from "./cluster";

const examples = resolve(import.meta.dirname, "../../examples");

/** The files of an example. */
export function sourcesOf(name: string): SourceFile[] {
	const folder = join(examples, name);
	const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
	return paths
		.filter((path) => isRelevantPath(path) && statSync(join(folder, path)).isFile())
		.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}

export function generate(reader: SqlReader, files: readonly SourceFile[], isStarter: boolean): Artifact[] {
	const analyzer = createAnalyzer(reader);
	const [database] = analyzer.analyze(files, null).databases;
	if (!database) throw new Error("no database");
	const answers = answersSchema.parse({ tenants: { now: 100, inTwoYears: 2000 } });
	return schemaLevel({ answers, database, isStarter, analyzer });
}

export const textOf = (artifacts: readonly Artifact[], path: string) =>
	artifacts.find((each) => each.path === `schema/${path}`)?.text ?? "";

/** Runs the SQL files in their order. */
export async function install(cluster: Cluster, artifacts: readonly Artifact[]): Promise<TestDatabase> {
	const database = await cluster.database();
	await database.client.query("SET client_min_messages = error");
	for (const { path, text } of artifacts
		.filter((each) => each.path.endsWith(".sql"))
		.sort((a, b) => (a.path < b.path ? -1 : 1)))
		await database.client.query(text).catch((error: Error) => {
			throw new Error(`${path}: ${error.message}\n${text}`);
		});
	return database;
}

export async function connectAs(cluster: Cluster, database: TestDatabase, user: string): Promise<pg.Client> {
	const client = new pg.Client({ host: cluster.host, port: 5432, user, database: database.name });
	client.on("error", () => undefined);
	await client.connect();
	return client;
}

/** What a statement says as a tenant: its rows, or the refusal's message. */
export async function as(client: pg.Client, slug: string, ...statements: readonly string[]): Promise<unknown> {
	await client.query("BEGIN");
	try {
		await client.query("SELECT tenancy.enter($1)", [slug]);
		let rows: unknown[] = [];
		for (const sql of statements) ({ rows } = await client.query(sql));
		await client.query("COMMIT");
		return rows;
	} catch (error) {
		await client.query("ROLLBACK");
		return (error as Error).message;
	}
}

/** Everything that a tenant could leave behind, in the database and the server. */
export async function inventory(client: pg.Client): Promise<string[]> {
	const { rows } = await client.query(`
		SELECT 'schema ' || nspname || ' ' || coalesce(nspacl::text, '') AS it FROM pg_namespace WHERE nspname !~ '^pg_'
		UNION ALL SELECT concat_ws(' ', 'relation', oid::regclass, relacl) FROM pg_class WHERE relnamespace::regnamespace::text !~ '^pg_'
		UNION ALL SELECT 'function ' || oid::regprocedure FROM pg_proc WHERE pronamespace::regnamespace::text !~ '^pg_'
		UNION ALL SELECT 'type ' || oid::regtype FROM pg_type WHERE typnamespace::regnamespace::text !~ '^pg_'
		UNION ALL SELECT 'role ' || rolname FROM pg_roles WHERE rolname !~ '^pg_'
		UNION ALL SELECT 'member ' || roleid::regrole || ' ' || member::regrole FROM pg_auth_members
		UNION ALL SELECT 'setting ' || setrole::regrole || ' ' || setconfig::text FROM pg_db_role_setting
		UNION ALL SELECT 'tenant ' || slug FROM tenancy.tenants
		UNION ALL SELECT 'applied ' || tenant_id FROM tenancy.applied
		UNION ALL SELECT 'failure ' || tenant_id FROM tenancy.failures
		UNION ALL SELECT 'constraint ' || conname || conrelid::regclass FROM pg_constraint
		UNION ALL SELECT 'dependency ' || count(*) FROM pg_shdepend WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
		ORDER BY 1`);
	return rows.map(({ it }) => it);
}

/** Suspends and deletes every tenant. */
export async function removeAll({ client }: TestDatabase): Promise<void> {
	const { rows } = await client.query("SELECT slug FROM tenancy.tenants");
	for (const { slug } of rows) await client.query("SELECT tenancy.suspend($1)", [slug]);
	for (const { slug } of rows) await client.query("SELECT tenancy.deprovision($1)", [slug]);
}
