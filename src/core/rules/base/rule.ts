import type { Node } from "@pgsql/types";
import type { Policy, SchemaModel, Table } from "../../schema/model";
import type { SqlFile } from "../../sql/statement";
import type { TenancyDecisions } from "../../tenancy/config";
import type { TableTenancy, Tenancy } from "../../tenancy/scope";
import type { Location } from "../../text/span";
import type { Kind } from "../../workspace/database";
import type { Remedy } from "./remedy";

export const SEVERITIES = ["error", "warning", "info", "hint"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a reader needs to know of a check, whatever it looks at. */
export interface RuleInfo {
	/** Stable: people write it into `tenancy-ignore` comments and configurations. The file is called after it. */
	readonly id: string;
	/** What it reports, in one sentence. */
	readonly summary: string;
	/** Where the database keeps tenants apart; elsewhere `detect` may say less. Of queries: where the application does. */
	readonly severity: Severity;
	readonly doc: {
		/** What an attacker, or a colleague's mistake, does with it. */
		readonly why: string;
		/** What to do. */
		readonly remedy: string;
		/** Where the advice can be read. */
		readonly sources: readonly { readonly title: string; readonly url: string }[];
	};
}

/** One check of the schema: what it finds. One file a rule; `index.ts` is the only list. */
export interface Rule extends RuleInfo {
	readonly doc: RuleDoc;
	readonly detect: (context: RuleContext) => Iterable<Detection>;
}

/** The rule's page in docs/rules, and the schemas that its tests run on a real PostgreSQL. */
export interface RuleDoc {
	readonly why: string;
	readonly remedy: string;
	readonly sources: readonly { readonly title: string; readonly url: string }[];
	/** A whole schema in which the rule finds something; several migrations where lines such as `-- migrations/0002_name.sql` begin them. */
	readonly bad: string;
	/** The same schema with nothing for the rule to find. */
	readonly good: string;
	/** PostgreSQL itself refuses `bad`: that it will is what the rule says. */
	readonly refused?: true;
	/** Schemas that look like the mistake and are none. */
	readonly traps: readonly { readonly title: string; readonly sql: string }[];
}

/** What a rule found, before comments and the configuration had their say. */
export interface Detection {
	/** Qualified key; null where it concerns no table. */
	readonly table: string | null;
	readonly location: Location;
	/** What can happen, in one sentence. */
	readonly message: string;
	/** What to do about it, in one sentence. */
	readonly help: string;
	/** Where it differs from the rule's. */
	readonly severity?: Severity;
	/** What mends it, the best first; asked for only when somebody wants to mend. Empty where only a person can. */
	readonly remedies?: () => readonly Remedy[];
}

/** A detection that stands, with what every front end shows. */
export interface Finding extends Required<Detection> {
	readonly rule: string;
	/** Where the rule is explained. */
	readonly docs: string;
}

/** A table that holds tenants' data, or their roots. */
export interface TenantTable {
	/** Qualified key. */
	readonly key: string;
	readonly table: Table;
	readonly own: TableTenancy;
}

/** What rules look at. */
export interface RuleContext {
	readonly model: SchemaModel;
	readonly tenancy: Tenancy;
	/** The tool that runs the files. */
	readonly kind: Kind;
	/** What is run, in order; for rules about the way to a schema rather than the schema. */
	readonly files: readonly SqlFile[];
	/** Tables that are tenant-root, tenant-scoped or tenant-derived; partitions and foreign tables are left out. */
	readonly tenantTables: readonly TenantTable[];
	/** Roles that the application connects as, as configured or as the grants say; may be empty. */
	readonly applicationRoles: readonly string[];
	/** The policies that decide what tenants see. */
	readonly tenantPolicies: readonly TenantPolicy[];
	/** Qualified keys of the tables that the application can get at. */
	readonly reachable: ReadonlySet<string>;
	/** What a person decided. */
	readonly decisions: TenancyDecisions;
	/** The tree of an expression, null where it can't be read. Its locations are offsets in the text. */
	readonly expression: (sql: string) => Node | null;
	/** The text of a statement; null where it can't be edited, as within a string that EXECUTE runs. */
	readonly statementText: (location: Location) => string | null;
}

/** A policy of a table that holds tenants' data, with its conditions as trees. */
export interface TenantPolicy extends TenantTable {
	readonly policy: Policy;
	readonly using: Node | null;
	readonly check: Node | null;
	/** The columns that can tie a row to its tenant. */
	readonly columns: ReadonlySet<string>;
}
