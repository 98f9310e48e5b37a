/**
 * The figures that the cost model works with besides the person's own. What `bench/catalog.ts` measures was measured with
 * PostgreSQL 15 and tables of 12 columns with a primary key, a foreign key and two more indexes.
 */

/** Bytes of catalog for a table with its indexes. Measured. */
export const CATALOG_BYTES_PER_TABLE = 17_600;
/** Bytes on disk of a table with one row, its indexes and its part of the catalog. Measured. */
export const DISK_BYTES_PER_TABLE = 83_000;
/** Bytes of a database without tables. Measured. */
export const DISK_BYTES_PER_DATABASE = 7_600_000;
/** Bytes that a connection keeps of a table that it touched once. Measured: 21 to 25 kB, by the number of tables. */
export const MEMORY_BYTES_PER_TOUCHED_TABLE = 25_000;

/** "A newly created connection consumes only up to 10 MB" (source `connection-memory`). */
export const MEMORY_MB_PER_CONNECTION = 10;
/** PgBouncer's `default_pool_size`: server connections for each pair of user and database (source `pgbouncer-config`). */
export const SHARED_POOL = 20;

// Assumptions: nobody has published them for your product. The report names them as what they are.

/** Connections in the pool of a database with one tenant. */
export const OWN_POOL = 2;
/** The share of tenants that work in the same minute of the busiest hour. */
export const ACTIVE_SHARE = 0.25;
/** Connections that one server with 16 GB serves; at 10 MB each a quarter of its memory. */
export const CONNECTIONS_PER_SERVER = 400;
/** Queries a second that one server answers. */
export const QUERIES_PER_SERVER = 5000;
export const RELEASES_PER_MONTH = 4;
/** The share of migrations of a schema or database that somebody must look at, and for how many hours. */
export const FAILED_MIGRATIONS = 0.01;
export const HOURS_PER_FAILED_MIGRATION = 0.25;
/** Hours a month for one more database: its backups, alerts, upgrades. */
export const HOURS_PER_DATABASE = 0.02;
/** Hours a month that any production database takes. */
export const BASE_HOURS = 8;
/** Hours a month for the router and the catalog of a hybrid. */
export const ROUTER_HOURS = 4;
