import type { Guidance } from "./guidance";

export const schema: Guidance = {
	guarantees: [
		{
			text: "A query that names a table without its schema reaches only the tenant whose schema the session was pointed at.",
			source: "postgres-schemas",
		},
		{
			text: "A role that has no `USAGE` on a schema can't reach what is in it: with a role for each tenant the database refuses, whatever the query says.",
			source: "postgres-schemas",
		},
		{ text: "A tenant can be dumped, restored and dropped by its schema.", source: "postgres-pg-dump" },
	],
	limits: [
		{
			text: "Where one role may use all schemas, `search_path` is a habit and not a wall: a query that names another schema reads it.",
			source: "postgres-schemas",
		},
		{
			text: "Tenants share the server, its backups, its encryption key and the catalog; one tenant's load can slow the others down.",
			source: "aws-bridge",
		},
		{
			text: "Point-in-time recovery is for the whole cluster. One schema comes back by restoring a copy and dumping the schema out of it.",
			source: "postgres-pitr",
		},
		{
			text: "Each connection remembers every table that it touched: about 25 kB for a table in PostgreSQL 15.",
			source: "own-measurement",
		},
	],
	queryPatterns: [
		{
			text: "Set `search_path` inside each transaction with `SET LOCAL`; behind a transaction pooler a session's setting goes to the next tenant.",
			source: "pgbouncer-features",
		},
		{
			text: "Switch to the tenant's role with `SET LOCAL ROLE` in the same place, so that privileges hold even when the path is wrong.",
			source: "postgres-set",
		},
		{
			text: "Before PostgreSQL 18 a pooler isn't told of `search_path` (with Citus 12 it is); from 18 on PgBouncer can keep it with `track_extra_parameters`.",
			source: "postgres-reported",
		},
		{ text: "Make schema names from a checked identifier, never from what a user typed.", source: "own-advice" },
		{ text: "Keep reference data in one shared schema that tenants' roles may only read.", source: "postgres-schemas" },
		{
			text: "Migrations go through all schemas with a ledger of what ran where, and can be taken up again after a failure.",
			source: "apartment-half-way",
		},
	],
	risks: [
		{
			text: "Migrations take longer with each tenant: a project with about 300 schemas reports over 15 minutes for each deployment, even where nothing has to be migrated.",
			mitigation: "Migrate in parallel, in waves, with changes that old and new code both stand; keep a ledger.",
			source: "django-300-schemas",
		},
		{
			text: "Schemas drift apart when a migration fails half way.",
			mitigation: "Compare each schema with the template after every release, and repair before the next.",
			source: "apartment-half-way",
		},
		{
			text: "Memory grows with tenants × tables × connections.",
			mitigation: "Few connections behind a pooler, and `server_lifetime` so that they are renewed.",
			source: "own-measurement",
		},
		{
			text: "The catalog slows down dumps, upgrades and autovacuum.",
			mitigation: "Put new tenants into a second database before the first has thousands.",
			source: "own-advice",
		},
	],
	wayOut: [
		{
			to: "database",
			text: "A schema moves with `pg_dump --schema` into a database of its own; the catalog of tenants says where it is.",
			source: "postgres-pg-dump",
		},
		{
			to: "hybrid",
			text: "With a tenant column in each table from the start, small tenants can later be merged into shared tables.",
			source: "azure-tenancy-patterns",
		},
		{
			to: "schema",
			text: "Citus 12 and later distribute schemas over machines without changes to queries.",
			source: "citus-sharding",
		},
	],
	plan: [
		{
			text: "Write the template schema that every tenant gets, with the tenant column in its tables for the way out.",
			source: "postgres-schemas",
		},
		{ text: "Keep a catalog of tenants: schema, version, state.", source: "azure-storage" },
		{
			text: "Provision with a function that can be run twice, checks names, and takes a lock.",
			source: "own-advice",
		},
		{
			text: "Give each tenant a role that may use its schema and the shared one, and nothing else.",
			source: "postgres-schemas",
		},
		{ text: "Migrate over all schemas with a ledger, first one, then some, then all.", source: "azure-storage" },
		{
			text: "Watch the number of relations, the catalog's size and the memory of connections.",
			source: "own-measurement",
		},
	],
};
