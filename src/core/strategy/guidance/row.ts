import type { Guidance } from "./guidance";

export const row: Guidance = {
	guarantees: [
		{
			text: "A session that the application opened reads and writes only rows of the tenant that it is bound to: the database adds the condition to every query, also to those in which somebody forgot it.",
			source: "postgres-rls",
		},
		{
			text: "A session without a tenant gets an error or no row, never everybody's rows: the policy reads the setting without a default.",
			source: "postgres-current-setting",
		},
		{
			text: "A row can't refer to another tenant's row where foreign keys contain the tenant column.",
			source: "postgres-foreign-keys",
		},
	],
	limits: [
		{
			text: "Superusers, roles with `BYPASSRLS`, and a table's owner (unless the table is set to `FORCE ROW LEVEL SECURITY`) see all rows.",
			source: "postgres-rls",
		},
		{
			text: "Unique and foreign key checks go past row security: a unique key without the tenant column tells a tenant that a value exists elsewhere.",
			source: "postgres-rls",
		},
		{
			text: "Views of an owner who sees everything, `SECURITY DEFINER` functions, materialized views and `TRUNCATE` are not held by policies.",
			source: "postgres-rls",
		},
		{
			text: "Tenants share processors, memory, disks, backups and the encryption key. One tenant's load can slow the others down.",
			source: "azure-noisy-neighbor",
		},
		{
			text: "Whoever can choose the setting that names the tenant (SQL injection, a stolen application password) can choose any tenant.",
			source: "own-advice",
		},
	],
	queryPatterns: [
		{
			text: "Bind the tenant in each transaction with `SET LOCAL` or `set_config(…, true)`, never for the whole session: a pooled connection goes to the next tenant.",
			source: "pgbouncer-features",
		},
		{
			text: "Connect as a role that neither owns the tables nor has `BYPASSRLS`; migrations run as another role.",
			source: "postgres-rls",
		},
		{
			text: "Enable and force row-level security on every table with tenants' data, with `USING` and `WITH CHECK`.",
			source: "postgres-rls",
		},
		{
			text: "Put the tenant column first in primary keys, unique keys and the indexes that queries use, and into foreign keys.",
			source: "citus-sharding",
		},
		{
			text: "Filter by the tenant column in the query too: the planner then uses the index whatever the policy looks like.",
			source: "supabase-rls-performance",
		},
		{
			text: "Jobs that concern all tenants loop over them and bind each, or run as a role made for it whose use is logged.",
			source: "own-advice",
		},
		{
			text: "Take the tenant from the signed-in user, never from a parameter of the request alone.",
			source: "own-advice",
		},
	],
	risks: [
		{
			text: "A new table goes live without a policy, and its rows are open to all tenants.",
			mitigation: "Run `tenancy check` in continuous integration: a table without protection fails the build.",
			source: "aws-rls",
		},
		{
			text: "One tenant's load slows everybody down.",
			mitigation:
				"Statement timeouts, limits for each tenant in the application, read replicas; move a giant to a place of its own (see the way out).",
			source: "aws-pool",
		},
		{
			text: "One tenant must be restored after its own mistake.",
			mitigation:
				"Restore a copy of the database beside the live one and copy the tenant's rows; practise it before you need it.",
			source: "postgres-pitr",
		},
		{
			text: "A large table outgrows its indexes and its vacuum.",
			mitigation: "Partition the largest tables by a hash of the tenant column while they are still small.",
			source: "postgres-partitioning",
		},
	],
	wayOut: [
		{
			to: "hybrid",
			text: "Tables keep the tenant column everywhere, so moving a tenant is copying its rows into the same tables in another database, and writing the new place into a catalog. Introduce that catalog early; it may say “shared” for all.",
			source: "azure-tenancy-patterns",
		},
		{
			to: "row",
			text: "Beyond one machine, distribute the same tables by the tenant column with Citus: keys that contain it already are what must be there first.",
			source: "citus-sharding",
		},
	],
	plan: [
		{
			text: "Decide which table's rows are the tenants, and give every table with tenants' data a tenant column that may not be empty.",
			source: "citus-sharding",
		},
		{
			text: "Make the roles: an owner, the application without `BYPASSRLS`, one that only reads, one for maintenance.",
			source: "postgres-rls",
		},
		{ text: "Put the tenant column into keys and indexes.", source: "citus-sharding" },
		{ text: "Bind the tenant in the application at the one place where transactions begin.", source: "aws-rls" },
		{
			text: "Enable and force row-level security table by table, and prove it with tests that try to cross.",
			source: "aws-rls",
		},
		{
			text: "Keep a catalog of tenants with their place, so that one can be moved later.",
			source: "azure-tenancy-patterns",
		},
	],
};
