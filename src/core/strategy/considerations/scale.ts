import { counted, gigabytes, number, ramp } from "../numbers";
import { MOST_SCHEMAS, RELATIONS_PER_TABLE } from "../requirements";
import type { Theme } from "./consideration";

/** How many, how large, how busy. */
export const scale: Theme = ({ answers, tenants, totalGB }) => {
	const many = ramp(tenants, 100, MOST_SCHEMAS);
	const manyDatabases = ramp(tenants, 20, 1000);
	const relations = tenants * answers.tables * RELATIONS_PER_TABLE;
	const large = ramp(totalGB, 2000, 20_000);
	const busy = ramp(answers.queriesPerSecond, 5000, 50_000);
	const { largestShare } = answers.tenants;
	return [
		{
			id: "tenant-count",
			importance: 3,
			source: "citus-sharding",
			effects: {
				row: {
					effect: 0.3 + 0.7 * many,
					text: `Shared tables carry ${counted(tenants, "tenant")} as they carry ten; Citus names them for up to a million and more. A new tenant is a row.`,
				},
				schema: {
					effect: 0.3 - 1.3 * many,
					text:
						many > 0.2
							? `${counted(tenants, "schema")} is a lot for one database: every migration, dump and statistics run goes through all of them.`
							: `${counted(tenants, "schema")} is well within what one database carries.`,
				},
				database: {
					effect: 0.5 - 1.5 * manyDatabases,
					text:
						manyDatabases > 0.3
							? `${counted(tenants, "database")} must each be provisioned, migrated, backed up and watched.`
							: `${counted(tenants, "database")} can still be looked after one by one.`,
				},
				hybrid: {
					effect: 0.1 + 0.4 * many,
					text: `Most of ${counted(tenants, "tenant")} share tables; only those who need it get a place of their own.`,
				},
			},
		},
		relations > 50_000 && {
			id: "catalog-size",
			importance: 2,
			source: "own-measurement",
			effects: {
				row: {
					effect: 0.4 * ramp(relations, 50_000, 1_000_000),
					text: `The database knows ${counted(answers.tables, "table")}, however many tenants there are.`,
				},
				schema: {
					effect: -ramp(relations, 50_000, 1_000_000),
					text: `${counted(tenants, "schema")} × ${counted(answers.tables, "table")} are ${number(relations)} tables and indexes in one catalog, and each connection keeps in memory what it has touched of them.`,
				},
			},
		},
		totalGB > 2000 && {
			id: "data-size",
			importance: 2,
			source: "citus-multi-tenant",
			effects: {
				row: {
					effect: -0.3 * large,
					text: `${gigabytes(totalGB)} in shared tables needs partitioning, and later several machines (Citus shards by the tenant column).`,
				},
				schema: { effect: -0.4 * large, text: `${gigabytes(totalGB)} in one database outgrows a machine.` },
				database: {
					effect: 0.4 * large,
					text: `${gigabytes(totalGB)} divide over servers by themselves: a database moves as a whole.`,
				},
				hybrid: {
					effect: 0.4 * large,
					text: `The largest tenants' part of ${gigabytes(totalGB)} moves to servers of its own.`,
				},
			},
		},
		largestShare >= 0.3 &&
			tenants > 1 && {
				id: "giant-tenant",
				importance: 2,
				source: "azure-noisy-neighbor",
				effects: {
					row: {
						effect: -0.4 * largestShare * 2,
						text: `One tenant has ${number(largestShare * 100)}% of the data: in shared tables its load is everybody's, and plans made for it don't suit the small ones.`,
					},
					schema: {
						effect: -0.2 * largestShare * 2,
						text: `One tenant has ${number(largestShare * 100)}% of the data, and shares the server with the others.`,
					},
					hybrid: {
						effect: Math.min(1, 0.6 * largestShare * 2),
						text: `The tenant with ${number(largestShare * 100)}% of the data gets a place of its own, and the others their peace.`,
					},
				},
			},
		busy > 0 && {
			id: "load",
			importance: 1,
			source: "azure-sql-multitenant",
			effects: {
				row: {
					effect: -0.3 * busy,
					text: `${number(answers.queriesPerSecond)} queries a second from one database need a large server and replicas.`,
				},
				schema: {
					effect: -0.3 * busy,
					text: `${number(answers.queriesPerSecond)} queries a second from one database need a large server and replicas.`,
				},
				database: {
					effect: 0.4 * busy,
					text: `${number(answers.queriesPerSecond)} queries a second divide over servers with the tenants.`,
				},
				hybrid: { effect: 0.4 * busy, text: "The busiest tenants can be moved to servers of their own." },
			},
		},
	];
};
