/**
 * node scripts/run-ts.mjs bench/catalog.ts [SCHEMAS] [TABLES]: what a schema and a database cost PostgreSQL before they hold
 * a tenant's data. Starts a throw-away server, makes SCHEMAS schemas of TABLES tables with 12 columns, a primary key, a
 * foreign key and two more indexes, puts a row in each, gathers statistics, and prints the figures that
 * src/core/strategy/cost/anchors.ts works with.
 */
import { startCluster } from "../test/database/cluster";

const [schemas = 100, tables = 50] = process.argv.slice(2).map(Number);

const CATALOG = `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class WHERE relnamespace = 'pg_catalog'::regnamespace AND relkind = 'r'`;
const MEMORY = "SELECT sum(total_bytes)::float8 AS bytes FROM pg_backend_memory_contexts";

const table = (schema: string, number: number) => `
CREATE TABLE ${schema}.t${number} (
  id bigint PRIMARY KEY, parent_id bigint REFERENCES ${schema}.t${Math.max(0, number - 1)} (id),
  name text NOT NULL, state text NOT NULL DEFAULT 'new', amount numeric(12,2), note text, tags text[], settings jsonb,
  is_active boolean NOT NULL DEFAULT true, day date, created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz
);
CREATE INDEX ON ${schema}.t${number} (parent_id);
CREATE INDEX ON ${schema}.t${number} (created_at);
INSERT INTO ${schema}.t${number} (id, name) VALUES (1, 'one');`;

const cluster = await startCluster();
try {
	const { client, connect, drop } = await cluster.database();
	const bytes = async (sql: string, of = client): Promise<number> => (await of.query(sql)).rows[0].bytes;
	const relations = async () => (await client.query("SELECT count(*)::int AS n FROM pg_class")).rows[0].n;
	const onDisk = "SELECT pg_database_size(current_database())::float8 AS bytes";
	const before = { catalog: await bytes(CATALOG), disk: await bytes(onDisk), relations: await relations() };
	for (let s = 0; s < schemas; s++) {
		await client.query(`CREATE SCHEMA s${s}`);
		await client.query(Array.from({ length: tables }, (_, i) => table(`s${s}`, i)).join("\n"));
	}
	await client.query("ANALYZE");
	const all = schemas * tables;
	console.log(`PostgreSQL ${cluster.version}, ${schemas} schemas of ${tables} tables`);
	console.log(`an empty database: ${Math.round(before.disk / 1024)} kB`);
	console.log(`relations a table: ${((await relations()) - before.relations) / all}`);
	console.log(`catalog bytes a table: ${Math.round(((await bytes(CATALOG)) - before.catalog) / all)}`);
	console.log(
		`bytes on disk a table, catalog and one row included: ${Math.round(((await bytes(onDisk)) - before.disk) / all)}`,
	);
	// What a pooled connection keeps in memory of every table that it ever touched.
	const backend = await connect();
	const fresh = await bytes(MEMORY, backend);
	for (let s = 0; s < schemas; s++)
		for (let i = 0; i < tables; i++) await backend.query(`SELECT count(*) FROM s${s}.t${i} WHERE id = 1`);
	console.log(`a fresh connection's own memory: ${Math.round(fresh / 1024)} kB`);
	console.log(
		`memory that a connection keeps, a table that it touched: ${Math.round(((await bytes(MEMORY, backend)) - fresh) / all)} bytes`,
	);
	await backend.end();
	await drop();
} finally {
	await cluster.stop();
}
