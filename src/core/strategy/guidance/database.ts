import type { Guidance } from "./guidance";

export const database: Guidance = {
	guarantees: [
		{
			text: "A connection belongs to one database and can't reach another: a wrong query fails or shows the tenant's own data.",
			source: "postgres-databases",
		},
		{
			text: "A tenant is dumped, dropped and moved as a whole, without touching the others.",
			source: "azure-tenancy-patterns",
		},
		{
			text: "On a server or volume of its own a tenant has its own encryption key, its own point-in-time recovery and its own speed.",
			source: "aws-silo",
		},
	],
	limits: [
		{
			text: "Databases on one server share its processors, memory, disks, encryption key and point-in-time recovery. Only a server of its own has these apart.",
			source: "aws-bridge",
		},
		{
			text: "Roles are the server's, not the database's: revoke `CONNECT` from `PUBLIC` in each database.",
			source: "postgres-databases",
		},
		{
			text: "The router that picks the database is the wall: what it confuses, the database can't know.",
			source: "own-advice",
		},
		{ text: "Whoever administers the server reaches all databases on it.", source: "postgres-databases" },
	],
	queryPatterns: [
		{ text: "Resolve the tenant to a connection in one place, from the signed-in user.", source: "own-advice" },
		{ text: "One role for each tenant's database, which may connect to nothing else.", source: "postgres-databases" },
		{ text: "Keep references to credentials in the catalog, never passwords.", source: "own-advice" },
		{
			text: "A pool belongs to one database and user: cap each, and keep idle ones empty.",
			source: "pgbouncer-config",
		},
		{
			text: "Let the application check on connecting that the database is the tenant's (a row that names it).",
			source: "own-advice",
		},
		{
			text: "Questions over all tenants go to a warehouse that is fed from each database.",
			source: "azure-storage",
		},
	],
	risks: [
		{
			text: "Connections run out: pools × databases × users against one `max_connections`.",
			mitigation: "`max_db_connections` for each database, small pools, several servers.",
			source: "pgbouncer-config",
		},
		{
			text: "Migrations stop half way, and databases drift apart.",
			mitigation: "A ledger in the catalog, waves, and a comparison with the template after every release.",
			source: "apartment-half-way",
		},
		{
			text: "Each tenant costs the same, however small it is.",
			mitigation: "Let small tenants share (hybrid), or let idle databases sleep where the host offers it.",
			source: "azure-tenancy-patterns",
		},
		{
			text: "Backups that nobody restored.",
			mitigation: "Restore a random tenant every week, by machine, and count its rows.",
			source: "own-advice",
		},
	],
	wayOut: [
		{
			to: "hybrid",
			text: "With the tenant column in every table, also where a database holds one tenant, small tenants can be moved into a shared database by copying rows.",
			source: "azure-tenancy-patterns",
		},
		{
			to: "database",
			text: "More servers: a database moves as a whole, and the catalog says where it is.",
			source: "azure-tenancy-patterns",
		},
	],
	plan: [
		{
			text: "Write the template database, with the tenant column in its tables for the way out.",
			source: "postgres-databases",
		},
		{
			text: "Keep a catalog of tenants: server, database, version, state, and a reference to its credentials.",
			source: "azure-tenancy-patterns",
		},
		{ text: "Automate provisioning and removal; both can be run twice.", source: "azure-storage" },
		{ text: "Size the pooler from the number of databases, and set its file descriptors.", source: "pgbouncer-config" },
		{
			text: "Migrate over all databases with a ledger, first one, then some, then all.",
			source: "azure-storage",
		},
		{ text: "Back up each database, and restore one every week as a test.", source: "own-advice" },
	],
};
