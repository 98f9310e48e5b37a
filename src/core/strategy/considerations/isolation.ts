import { counted, number } from "../numbers";
import type { Theme } from "./consideration";

/** What tenants are promised, and what happens when somebody makes a mistake. */
export const isolation: Theme = ({ answers, tenants, totalGB, apart, isApartAssumed, isMixed }) => {
	const { perTenant, contractualIsolation: contract, compliance } = answers;
	const share = tenants === 0 ? 0 : Math.min(1, apart / tenants);
	const isLopsided = answers.tenants.largestShare >= 0.3 && totalGB > 500;
	const who = isApartAssumed ? "a few of them" : number(apart);
	return [
		{
			id: "one-mistake",
			importance: 1,
			source: "aws-rls",
			effects: {
				row: {
					effect: -0.3,
					text: "One forgotten filter would show tenants each other's rows; row-level security makes the database refuse instead, and must be on for every table.",
				},
				schema: { effect: 0.1, text: "A query sees only the schema that the session was pointed at." },
				database: { effect: 0.4, text: "A connection reaches one tenant's database and nothing else." },
			},
		},
		contract === "all-tenants" && {
			id: "promised-to-all",
			importance: 3,
			source: "aws-silo",
			effects: {
				row: { effect: -1, text: "Shared tables are not what every contract promises." },
				schema: {
					effect: 0.3,
					text: "Each tenant has tables of its own; the database and its administrators are still shared.",
				},
				database: {
					effect: 0.8,
					text: "A database each is what auditors and customers understand at once by “apart”.",
				},
				hybrid: { effect: 0, text: "Everybody gets a place apart, which leaves little to share." },
			},
		},
		apart > 0 &&
			isMixed && {
				id: "promised-to-some",
				importance: 3,
				source: "azure-tenancy-patterns",
				effects: {
					row: { effect: -0.6, text: `Of ${counted(tenants, "tenant")} ${who} must stand apart.` },
					schema: {
						effect: -0.4 + 0.4 * share,
						text: `${counted(tenants, "tenant")} get a schema because ${who} need more than rows.`,
					},
					database: {
						effect: -0.6 + 1.2 * share,
						text: `${counted(tenants, "tenant")} get a database because ${who} need one.`,
					},
					hybrid: {
						effect: 1 - share,
						text: `The tenants that must stand apart (${who} of ${number(tenants)}) do, and the others stay cheap.`,
					},
				},
			},
		perTenant.noisyNeighbourGuarantee && {
			id: "guaranteed-speed",
			importance: 2,
			source: "aws-bridge",
			effects: {
				row: { effect: -1, text: "All tenants share one server's processors, memory and disks." },
				schema: { effect: -0.9, text: "Schemas share one server as much as rows do." },
				database: { effect: 0.6, text: "A database can stand on a server of its own." },
				hybrid: { effect: 0.8, text: "Who pays for speed gets a server; the others share one." },
			},
		},
		perTenant.restore && {
			id: "restore-one-tenant",
			importance: 2,
			source: "azure-tenancy-patterns",
			effects: {
				row: { effect: -1, text: "One tenant's rows must be picked out of a restored copy and merged by hand." },
				schema: { effect: 0.1, text: "One schema can be dumped out of a restored copy." },
				database: { effect: 0.8, text: "A tenant is restored by restoring its database." },
				hybrid: { effect: 0.2, text: "Simple for tenants with a database of their own, hand work for the others." },
			},
		},
		perTenant.customSchema && {
			id: "own-tables",
			importance: 3,
			source: "citus-sharding",
			effects: {
				row: { effect: -1, text: "Shared tables have the same columns for everybody." },
				schema: { effect: 0.9, text: "A schema may have tables and columns that others have not." },
				database: { effect: 0.5, text: "A database may have tables and columns that others have not." },
				hybrid: { effect: 0.1, text: "Only tenants in places of their own can differ from the rest." },
			},
		},
		(perTenant.encryptionKeys || compliance.includes("byok")) && {
			id: "own-keys",
			importance: 3,
			source: "aws-rds-keys",
			effects: {
				row: { effect: -1, text: "One file holds all tenants' rows, and one key its encryption." },
				schema: { effect: -1, text: "All schemas stand on the same encrypted disk." },
				database: { effect: 1, text: "A database on a server or volume of its own can have a key of its own." },
				hybrid: {
					effect: perTenant.encryptionKeys ? -0.5 : 0.6,
					text: "Tenants that bring a key get a server of their own; the others share one key.",
				},
			},
		},
		!isMixed &&
			!isLopsided && {
				id: "nothing-to-mix",
				importance: 2,
				source: "azure-tenancy-patterns",
				effects: {
					hybrid: {
						effect: -1,
						text: "No tenant needs more than the others, so two ways of keeping data would be work for nothing today.",
					},
				},
			},
	];
};
