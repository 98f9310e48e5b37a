import type { Finding } from "../rules/base/rule";
import { type Enforcement, SCOPES, type Scope, type TenancyMode } from "../tenancy/scope";
import type { Place, Problem } from "../text/span";

/** What the panel, the exports and the command line draw. Plain JSON, no positions, stable order and ids. */
export interface Diagram {
	/** Stable key of the database, its path in the workspace. */
	readonly database: string;
	readonly kind: string;
	readonly mode: TenancyMode;
	readonly enforcement: Enforcement;
	readonly reason: string;
	readonly roots: readonly string[];
	readonly tenantColumns: readonly string[];
	readonly tables: readonly DiagramTable[];
	readonly edges: readonly DiagramEdge[];
	/** Connected clusters, the largest first; `groups[i].id` is what tables' `group` names. */
	readonly groups: readonly DiagramGroup[];
	readonly counts: Readonly<Record<Scope, number>>;
	readonly problems: readonly DiagramProblem[];
	/** What the rules find; of a partition, at the table that it divides. */
	readonly findings: readonly DiagramFinding[];
	readonly statements: { readonly total: number; readonly understood: number; readonly failed: number };
}

export interface DiagramTable {
	/** Qualified key `schema.name`: stable across edits. */
	readonly id: string;
	readonly schema: string;
	readonly name: string;
	readonly scope: Scope;
	readonly reason: string;
	readonly tenantColumn: string | null;
	/** Readable path of a derived table: `order_id → public.orders`. */
	readonly tenantPath: readonly string[];
	readonly rls: { readonly enabled: boolean; readonly forced: boolean; readonly policies: readonly string[] };
	/** It holds tenants' data and the database doesn't keep them apart. */
	readonly unprotected: boolean;
	readonly columns: readonly DiagramColumn[];
	/** Partitions folded into this table, by name. */
	readonly partitions: readonly string[];
	readonly group: string;
	/** How many findings of each severity; parse problems touch no table. */
	readonly findings: { readonly error: number; readonly warning: number };
	readonly place: Place;
	readonly comment: string | null;
}

export interface DiagramColumn {
	readonly name: string;
	readonly type: string;
	readonly notNull: boolean;
	readonly primaryKey: boolean;
	/** Qualified key of the referenced table. */
	readonly references: string | null;
	readonly unique: boolean;
	readonly tenant: boolean;
}

export interface DiagramEdge {
	/** `child constraint name`: stable. */
	readonly id: string;
	readonly from: string;
	readonly to: string;
	readonly columns: readonly string[];
	readonly toColumns: readonly string[];
	readonly nullable: boolean;
	/** A foreign key to a tenant root by the tenant column: left out of the layout, drawn on demand. */
	readonly tenant: boolean;
	readonly onDelete: string;
}

export interface DiagramGroup {
	readonly id: string;
	readonly label: string;
	readonly tables: readonly string[];
}

export interface DiagramFinding {
	readonly rule: string;
	readonly severity: Finding["severity"];
	/** Id of a table of the diagram; null where it concerns none. */
	readonly table: string | null;
	readonly message: string;
	readonly help: string;
	/** Its rule knows how to mend such a thing; whether it can mend this one is found out when somebody asks. */
	readonly fixable: boolean;
	readonly place: Place;
}

export interface DiagramProblem {
	readonly place: Place;
	readonly kind: Problem["kind"];
	readonly severity: Problem["severity"];
	readonly message: string;
}

/** How many tables have each scope; every scope is there, with 0 where none has it. */
export function countScopes(tables: Iterable<{ readonly scope: Scope }>): Record<Scope, number> {
	const counts = Object.fromEntries(SCOPES.map((scope) => [scope, 0])) as Record<Scope, number>;
	for (const { scope } of tables) counts[scope]++;
	return counts;
}
