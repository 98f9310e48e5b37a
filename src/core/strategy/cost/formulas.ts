import { counted, number } from "../numbers";
import { RELATIONS_PER_TABLE } from "../requirements";
import type { SourceId } from "../sources";
import * as anchors from "./anchors";

/** How a number of the cost model comes about. */
export interface Formula {
	readonly id: string;
	readonly text: string;
	/** Null where nobody has published the figure: then it is an assumption, and the text says so. */
	readonly source: SourceId | null;
}

/** Every formula with the figure that it rests on. */
export const FORMULAS: readonly Formula[] = [
	{
		id: "connections",
		text: `**Connections** = pools × databases × users. A shared database has one pool of ${anchors.SHARED_POOL} (PgBouncer's \`default_pool_size\`) for one application user; if each tenant's role logs in by itself, multiply by the tenants.`,
		source: "pgbouncer-config",
	},
	{
		id: "own-connections",
		text: `**Connections of databases with one tenant** = databases × ${anchors.OWN_POOL} × ${number(anchors.ACTIVE_SHARE * 100)}%: an assumption, a pool of ${anchors.OWN_POOL} each and a quarter of the tenants at work at once.`,
		source: null,
	},
	{
		id: "memory",
		text: `**Memory of connections** = connections × ${anchors.MEMORY_MB_PER_CONNECTION} MB (a new connection takes up to that).`,
		source: "connection-memory",
	},
	{
		id: "memory-of-tables",
		text: `**… and of what they touched** = connections × tables that a connection reaches × ${number(anchors.MEMORY_BYTES_PER_TOUCHED_TABLE / 1000)} kB, if each lives long enough to meet every tenant.`,
		source: "own-measurement",
	},
	{
		id: "catalog",
		text: `**System catalog** = schemas or databases × tables × ${number(anchors.CATALOG_BYTES_PER_TABLE / 1000)} kB, for ${counted(RELATIONS_PER_TABLE, "relation")} a table.`,
		source: "own-measurement",
	},
	{
		id: "storage",
		text: `**Storage** = tenants × GB of each, plus ${number(anchors.DISK_BYTES_PER_TABLE / 1000)} kB for each table and ${number(anchors.DISK_BYTES_PER_DATABASE / 1e6)} MB for each database before they hold much.`,
		source: "own-measurement",
	},
	{
		id: "migration",
		text: "**Time of a release's migration** = schemas and databases × seconds for each, one after the other. A project reports over 15 minutes for about 300 schemas, even where there is nothing to migrate: 3 s each.",
		source: "django-300-schemas",
	},
	{
		id: "servers",
		text: `**Servers** = one for each ${number(anchors.QUERIES_PER_SERVER)} queries a second (an assumption), and for databases with one tenant a share of a server by their connections, ${anchors.CONNECTIONS_PER_SERVER} a server.`,
		source: null,
	},
	{
		id: "backup",
		text: "**Backup** = one full copy of the storage: an assumption; multiply the price by the copies that you keep.",
		source: null,
	},
	{
		id: "work",
		text: `**Hours a month** = ${anchors.BASE_HOURS} for a production database, ${anchors.ROUTER_HOURS} for a router, ${anchors.RELEASES_PER_MONTH} releases × schemas and databases × ${number(anchors.FAILED_MIGRATIONS * 100)}% failures × ${anchors.HOURS_PER_FAILED_MIGRATION} h, and ${anchors.HOURS_PER_DATABASE} h for each further database: assumptions.`,
		source: null,
	},
	{
		id: "prices",
		text: "**Prices where you gave none.** Published: 2 CPUs with 4 GB (db.t4g.medium, $0.065 an hour), storage (gp3) and backup are Amazon RDS's on-demand prices for PostgreSQL in us-east-1, one zone, as of June 2026; a standby in a second zone doubles a server's. Placeholders: the server with 4 CPUs and 16 GB, and the engineer's hour. Prices change, and yours differ: put them into `unitPrices`.",
		source: "aws-rds-pricing",
	},
];
