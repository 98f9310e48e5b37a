import type { Guidance } from "./guidance";

export const hybrid: Guidance = {
	guarantees: [
		{
			text: "Tenants with a place of their own have what a database each gives: nobody else's data is where their connections lead.",
			source: "azure-tenancy-patterns",
		},
		{
			text: "Tenants that share are kept apart by the database (row-level security, or a schema each where all must stand apart).",
			source: "postgres-rls",
		},
		{
			text: "A tenant changes its place by a move of data, not by a change of the product.",
			source: "azure-tenancy-patterns",
		},
	],
	limits: [
		{
			text: "What is promised to the few does not hold for those who share: restore, keys and speed are theirs together.",
			source: "aws-bridge",
		},
		{
			text: "The router decides where a tenant's data is written: a wrong entry in the catalog is a leak.",
			source: "own-advice",
		},
		{
			text: "Databases on one server still share it; a promise of speed or of a key needs a server of its own.",
			source: "aws-silo",
		},
		{
			text: "Superusers, roles with `BYPASSRLS` and owners without `FORCE` see all rows of the shared part.",
			source: "postgres-rls",
		},
	],
	queryPatterns: [
		{
			text: "Resolve tenant → place in one router, and bind the tenant there as well, in shared and own places alike.",
			source: "own-advice",
		},
		{
			text: "Keep `tenant_id` and its policies everywhere, also in databases with one tenant: the same queries run in both.",
			source: "azure-tenancy-patterns",
		},
		{
			text: "Bind the tenant in each transaction with `SET LOCAL`, never for the session.",
			source: "pgbouncer-features",
		},
		{
			text: "Use keys that are unique over all places (UUID), so that a tenant can be moved.",
			source: "own-advice",
		},
		{ text: "One set of migrations for all places, with a ledger in the catalog.", source: "azure-storage" },
		{
			text: "While a tenant moves, its writes are fenced; the catalog's entry changes last.",
			source: "azure-tenancy-patterns",
		},
	],
	risks: [
		{
			text: "Two kinds of places are run, and the rarer one rots.",
			mitigation: "Keep one test tenant in each kind of place, and move it back and forth every week.",
			source: "own-advice",
		},
		{
			text: "A move loses or doubles rows.",
			mitigation:
				"Counts and checksums of every table before the catalog changes; keep the old rows until they were compared.",
			source: "own-advice",
		},
		{
			text: "The catalog is down, and with it everybody.",
			mitigation: "Cache places in the application; a place changes seldom.",
			source: "own-advice",
		},
		{
			text: "A new table goes live without a policy in the shared part.",
			mitigation: "Run `tenancy check` in continuous integration.",
			source: "aws-rls",
		},
	],
	wayOut: [
		{
			to: "database",
			text: "Move tenants one by one until nobody is left in the shared part.",
			source: "azure-tenancy-patterns",
		},
		{
			to: "row",
			text: "Move tenants back into the shared part: the tables are the same.",
			source: "azure-tenancy-patterns",
		},
		{
			to: "hybrid",
			text: "Add a second shared part (a region, a shard): to the router it is one more place.",
			source: "azure-tenancy-patterns",
		},
	],
	plan: [
		{ text: "Build the shared part first, with the tenant column in every table.", source: "azure-tenancy-patterns" },
		{
			text: "Keep a catalog that says where each tenant is, and a router that asks it, from the first day.",
			source: "azure-tenancy-patterns",
		},
		{
			text: "Make a database for one tenant from the same migrations, and run the same tests in it.",
			source: "azure-storage",
		},
		{
			text: "Write and practise the move of a tenant: fence, copy, compare, switch, clean up.",
			source: "azure-tenancy-patterns",
		},
		{ text: "Sell places of their own as a tier, at what they cost.", source: "azure-tenancy-patterns" },
		{
			text: "Watch each tenant's load, so that you know who should move before they complain.",
			source: "azure-noisy-neighbor",
		},
	],
};
