import type { Theme } from "./consideration";

/** What must be shown to auditors and authorities. None of them prescribes a strategy; some are easier to show with one. */
export const compliance: Theme = ({ answers }) => {
	const has = (name: (typeof answers.compliance)[number]) => answers.compliance.includes(name);
	return [
		has("gdpr") && {
			id: "gdpr",
			importance: 1,
			source: "gdpr",
			effects: {
				row: { effect: -0.2, text: "Erasing a tenant means deleting its rows in every table, in the right order." },
				schema: { effect: 0.2, text: "Erasing a tenant is dropping its schema." },
				database: { effect: 0.3, text: "Erasing a tenant is dropping its database, and its backups are apart too." },
			},
		},
		has("data-residency") && {
			id: "data-residency",
			importance: 3,
			source: "azure-storage",
			effects: {
				row: { effect: -1, text: "One database stands in one region." },
				schema: { effect: -1, text: "One database stands in one region." },
				database: { effect: 0.4, text: "Each database can stand in its tenant's region." },
				hybrid: {
					effect: 0.8,
					text: "A shared database in each region, and a catalog that says which tenant is where.",
				},
			},
		},
		has("hipaa") && {
			id: "hipaa",
			importance: 1,
			source: "hipaa",
			effects: {
				row: {
					effect: -0.3,
					text: "Access to each patient's data must be shown to be limited: with shared tables by policies and their tests.",
				},
				schema: { effect: 0.1, text: "Privileges for each schema show who may reach what." },
				database: { effect: 0.5, text: "Separate databases make access and its logs easy to show." },
				hybrid: { effect: 0.1, text: "Customers that ask for more proof can be given a database." },
			},
		},
		has("pci-dss") && {
			id: "pci-dss",
			importance: 1,
			source: "pci-dss",
			effects: {
				row: {
					effect: -0.4,
					text: "The separation of customers has to be shown; where appendix A1 applies, by penetration tests every six months. With shared tables every query is a part of that.",
				},
				schema: { effect: 0, text: "Logical separation rests on privileges for each schema." },
				database: { effect: 0.5, text: "Separate databases keep the separation, and its test, simple." },
				hybrid: { effect: 0.2, text: "Card data can stand in places of its own, which keeps the rest out of scope." },
			},
		},
		has("fedramp") && {
			id: "fedramp",
			importance: 2,
			source: "fedramp",
			effects: {
				row: {
					effect: -0.5,
					text: "Government agencies' data in tables shared with everybody puts all of the product inside the boundary.",
				},
				schema: { effect: -0.2, text: "The database is inside the boundary as a whole." },
				database: { effect: 0.6, text: "Government agencies' databases can stand in an environment of their own." },
				hybrid: {
					effect: 0.5,
					text: "Government agencies get an environment of their own, the others stay where they are.",
				},
			},
		},
		(has("soc2") || has("iso27001")) && {
			id: "audited-access",
			importance: 0.5,
			source: has("soc2") ? "soc2" : "iso27001",
			effects: {
				row: { effect: 0.1, text: "One set of policies to review, and tests that prove it." },
				schema: { effect: 0, text: "Privileges of every schema must be reviewed." },
				database: { effect: 0.1, text: "Separate databases are simple to explain; every one must be in the review." },
			},
		},
	];
};
