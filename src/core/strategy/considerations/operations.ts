import { counted, duration, number, ramp } from "../numbers";
import type { Theme } from "./consideration";

/** Who runs it, on what, and what is there already. */
export const operations: Theme = ({ answers, tenants }) => {
	const { team, hosting, existing, unitPrices } = answers;
	const perEngineer = tenants / Math.max(1, team.engineers + (team.dedicatedOperations ? 10 : 0));
	const busy = ramp(perEngineer, 2, 100);
	const migration = duration((tenants * unitPrices.migrationSeconds) / 60);
	const slow = ramp((tenants * unitPrices.migrationSeconds) / 60, 5, 120);
	const people = `${counted(team.engineers, "engineer")}${team.dedicatedOperations ? " and an operations team" : " and nobody for operations"}`;
	const ofMigration = (place: string) => {
		const takes = `At ${number(unitPrices.migrationSeconds)} s a ${place}, a release's migration of ${number(tenants)} takes`;
		return either(0.1 - 1.1 * slow, `${takes} only ${migration}.`, `${takes} ${migration}, and can fail half way.`);
	};
	return [
		{
			id: "team",
			importance: team.dedicatedOperations ? 1 : 2,
			source: "aws-partitioning",
			effects: {
				row: {
					effect: team.dedicatedOperations ? 0.2 : 0.6,
					text: `${people}: one database to run is what a small team can do well.`,
				},
				schema: either(
					0.2 - 0.7 * busy,
					`${people} can build what provisions and migrates ${counted(tenants, "schema")}.`,
					`${people}: ${counted(tenants, "schema")} need tooling for provisioning and migrations.`,
				),
				database: either(
					(team.dedicatedOperations ? 0.4 : 0) - busy,
					`${people} can look after ${counted(tenants, "database")}, with automation for everything.`,
					`${people}: ${counted(tenants, "database")} need automation for everything, and somebody who watches it.`,
				),
				hybrid: either(
					team.dedicatedOperations ? 0.3 : -0.3,
					`${people} can run two kinds of places, with the tooling of both.`,
					`${people}: two kinds of places mean both kinds of tooling.`,
				),
			},
		},
		{
			id: "migration-time",
			importance: 1.5,
			source: "django-1500-schemas",
			effects: {
				row: { effect: 0.4, text: "A release migrates once." },
				schema: ofMigration("schema"),
				database: ofMigration("database"),
			},
		},
		answers.crossTenantAnalytics && {
			id: "queries-over-all",
			importance: 2,
			source: "azure-storage",
			effects: {
				row: { effect: 0.8, text: "A query over all tenants is an ordinary query." },
				schema: { effect: -0.4, text: `A query over all tenants is a union of ${counted(tenants, "schema")}.` },
				database: {
					effect: -0.8,
					text: `A query over all tenants needs a copy of ${counted(tenants, "database")} in a warehouse first.`,
				},
				hybrid: { effect: -0.2, text: "Queries over all tenants must gather the tenants that stand apart." },
			},
		},
		hosting.pooler !== "none" && {
			id: "pooling",
			importance: 1,
			source:
				hosting.pooler === "rds-proxy"
					? "aws-rds-pinning"
					: hosting.pooler === "supavisor"
						? "supabase-connecting"
						: "pgbouncer-config",
			effects: {
				row: {
					effect: 0.3,
					text: "All tenants share one pool; the tenant is set inside each transaction, so nothing is carried over.",
				},
				schema: {
					effect: -0.2,
					text: "`search_path` must be set inside each transaction; a pool for each tenant's role would multiply connections.",
				},
				database: {
					effect: -0.8 * ramp(tenants, 20, 500),
					text: `A pool belongs to one database and user: ${counted(tenants, "database")} are as many pools, which can't lend each other connections.`,
				},
			},
		},
		hosting.managed === "supabase" && {
			id: "supabase",
			importance: 2,
			source: "supabase-rls",
			effects: {
				row: { effect: 0.8, text: "Supabase's API and authentication are built on row-level security." },
				schema: { effect: -0.3, text: "Each schema must be exposed to Supabase's API by hand." },
				database: { effect: -0.7, text: "A database each is a Supabase project each." },
			},
		},
		hosting.managed === "citus" && {
			id: "citus",
			importance: 2,
			source: "citus-sharding",
			effects: {
				row: {
					effect: 0.7,
					text: "Citus distributes tables by the tenant column over machines, and packs tenants most densely.",
				},
				schema: { effect: 0.4, text: "Citus 12 and later distribute schemas, without changes to queries." },
				database: { effect: -0.8, text: "Citus distributes tables within a database, not databases." },
			},
		},
		hosting.managed === "neon" && {
			id: "neon",
			importance: 1,
			source: "neon-multitenancy",
			effects: {
				database: { effect: 0.7, text: "Neon is made for a project for each tenant: idle ones cost no compute." },
			},
		},
		existing !== "greenfield" && {
			id: "what-is-there",
			importance: existing === "single-tenant" ? 1 : 2,
			source: "azure-tenancy-patterns",
			effects: {
				row: {
					effect: existing === "row" ? 0.8 : existing === "single-tenant" ? -0.2 : -0.3,
					text:
						existing === "row"
							? "The product has its tenant column already."
							: "Every table needs a tenant column, and every query must know it.",
				},
				schema: {
					effect: existing === "schema" ? 0.9 : existing === "row" ? -0.5 : 0.1,
					text:
						existing === "schema"
							? "The product has a schema for each tenant already."
							: existing === "row"
								? "Data that shares tables would have to be taken apart."
								: "Queries can stay as they are; the session chooses the schema.",
				},
				database: {
					effect: existing === "database" ? 0.9 : existing === "single-tenant" ? 0.4 : -0.5,
					text:
						existing === "database"
							? "The product has a database for each tenant already."
							: existing === "single-tenant"
								? "The product serves one tenant a database already: it stays as it is, only multiplied."
								: "Data that shares a database would have to be taken apart.",
				},
				hybrid: {
					effect: existing === "row" ? 0.4 : -0.1,
					text:
						existing === "row"
							? "The shared part is there already; places of their own can come one by one."
							: "A router and a second kind of place have to be built.",
				},
			},
		},
	];
};

/** What is said where it speaks for a strategy, and where against it. */
function either(effect: number, speaksFor: string, speaksAgainst: string) {
	return { effect, text: effect > 0 ? speaksFor : speaksAgainst };
}
