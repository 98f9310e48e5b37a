import type { Answers, Compliance, Strategy } from "../tenancy/answers";
import type { SourceId } from "./sources";
import { COMPLIANCE_NAMES } from "./thresholds";

/** What a regulation or standard asks, what a strategy does about it, and what is left. It never says that somebody complies. */
export interface ComplianceEntry {
	readonly requirement: Compliance;
	readonly name: string;
	readonly asks: string;
	readonly strategies: Readonly<Record<Strategy, string>>;
	/** What no strategy does. */
	readonly remains: string;
	readonly source: SourceId;
}

type Text = Omit<ComplianceEntry, "requirement" | "name">;

const TEXTS: Readonly<Record<Compliance, Text>> = {
	gdpr: {
		asks: "Erase personal data on request (art. 17), protect it as the risk demands (art. 32), and send it abroad only under conditions (art. 44).",
		strategies: {
			row: "Erasing is deleting the tenant's rows in the order of foreign keys; policies are part of the protection.",
			schema: "Erasing a tenant is dropping its schema; privileges are part of the protection.",
			database: "Erasing a tenant is dropping its database; its backups can be deleted apart.",
			hybrid: "As row-level in the shared part, as database-level in places of their own.",
		},
		remains:
			"Backups and logs keep erased data until they expire: set and document how long. Requests of single people concern rows in every strategy. Contracts with everybody who processes the data for you, your host among them.",
		source: "gdpr",
	},
	hipaa: {
		asks: "Access control, audit controls, integrity, authentication and transmission security for health data (164.312 a–e).",
		strategies: {
			row: "Policies limit access to rows (a); reads are logged only if you add it (b).",
			schema: "Privileges for each schema limit access (a); logs name the role.",
			database: "Connections are limited to one database (a); logs name database and role (b).",
			hybrid: "As database-level for customers who ask for it, as row-level for the others.",
		},
		remains:
			"Business associate agreements with the host, audit logs (pgAudit), encryption in transit and at rest, unique users, procedures for emergencies.",
		source: "hipaa",
	},
	"pci-dss": {
		asks: "Access by need to know (7). Providers whose customers run a part of a shared environment themselves must also separate customers logically (A1.1) and confirm it by penetration tests every six months (A1.1.4); one product that all customers use through the same pages is not meant by that.",
		strategies: {
			row: "Separation rests on policies: a penetration test must try every way in which rows can be reached.",
			schema: "Separation rests on privileges for each schema.",
			database: "Separation is that of databases and their roles.",
			hybrid: "Card data can be put into places of its own, which makes less of the product subject to the test.",
		},
		remains:
			"Store no card numbers if you can help it (a payment provider's tokens); encryption, key management, logging, the tests themselves.",
		source: "pci-dss",
	},
	soc2: {
		asks: "Logical access that is granted, reviewed and withdrawn under control (CC6).",
		strategies: {
			row: "Roles and policies are code that can be reviewed; tests of isolation are evidence.",
			schema: "Roles and privileges for each schema are evidence; there are many of them.",
			database: "Roles for each database are evidence; there are many of them.",
			hybrid: "Both kinds of evidence, and the catalog's history of who was where.",
		},
		remains: "Reviews of access, management of changes, monitoring, and an auditor who sees them at work over months.",
		source: "soc2",
	},
	iso27001: {
		asks: "Rules for access (A.5.15), restriction of access to information (A.8.3), deletion (A.8.10), cryptography (A.8.24).",
		strategies: {
			row: "Policies restrict access; deletion is by rows.",
			schema: "Privileges restrict access; deletion is by schema.",
			database: "Databases restrict access; deletion and keys can be apart.",
			hybrid: "As row-level in the shared part, as database-level in places of their own.",
		},
		remains: "A management system: assessment of risks, a statement of applicability, internal audits.",
		source: "iso27001",
	},
	fedramp: {
		asks: "Enforcement of access (AC-3) and of information flow (AC-4), nothing left over in shared resources (SC-4), protected boundaries (SC-7).",
		strategies: {
			row: "Enforced by policies; everything that shares the database is inside the boundary.",
			schema: "Enforced by privileges; the database is inside the boundary as a whole.",
			database: "Government agencies' databases can stand in an environment of their own.",
			hybrid:
				"Government agencies get an environment of their own in an authorized region; the others stay where they are.",
		},
		remains:
			"An authorized cloud region, FIPS-validated cryptography, continuous monitoring, and the authorization itself.",
		source: "fedramp",
	},
	"data-residency": {
		asks: "Some tenants' data stays in a country or region.",
		strategies: {
			row: "Not met by one shared database: it stands in one region.",
			schema: "Not met by one database: it stands in one region.",
			database: "Each database stands where its tenant's data must be.",
			hybrid: "A shared database in each region; the catalog says which tenant belongs where.",
		},
		remains:
			"Backups, replicas, logs, search indexes, support tools and e-mail must stay there as well. The catalog itself holds no personal data.",
		source: "azure-storage",
	},
	byok: {
		asks: "Customers bring an encryption key, and can revoke it.",
		strategies: {
			row: "Not met at the level of storage: all rows share a key. Single columns can be encrypted in the application.",
			schema: "Not met at the level of storage: all schemas share a key.",
			database:
				"Met by a server (or volume) for each such customer with its key; not by databases that share a server.",
			hybrid: "Customers with a key of their own get a server; the others share one key.",
		},
		remains:
			"What happens when a key is revoked: backups, replicas, caches and logs. On Amazon RDS the database is then lost, and comes back from a backup once the key is there again.",
		source: "aws-rds-keys",
	},
};

/** For each requirement that was stated, in the order in which they are asked. */
export function complianceOf({ compliance }: Answers): ComplianceEntry[] {
	return (Object.keys(TEXTS) as Compliance[])
		.filter((requirement) => compliance.includes(requirement))
		.map((requirement) => ({ requirement, name: COMPLIANCE_NAMES[requirement], ...TEXTS[requirement] }));
}
