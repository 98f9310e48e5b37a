/** Whose data a table holds; the meanings stand in ARCHITECTURE.md. */
export const SCOPES = ["tenant-root", "tenant-scoped", "tenant-derived", "shared", "unscoped"] as const;
export type Scope = (typeof SCOPES)[number];

/** Whether each row belongs to one tenant, or is one. */
export function isOfTenants(scope: Scope | undefined): boolean {
	return scope === "tenant-root" || scope === "tenant-scoped" || scope === "tenant-derived";
}

export type TenancyMode = "single-tenant" | "row" | "schema" | "hybrid";
export type Enforcement = "rls" | "application" | "placement" | "none";

/** One foreign key on the way from a derived table to the table that has the tenant column (or is the root). */
export interface PathStep {
	readonly columns: readonly string[];
	/** Qualified key of the referenced table. */
	readonly references: string;
	readonly to: readonly string[];
}

export interface TableTenancy {
	readonly scope: Scope;
	/** One or two sentences for a newcomer, naming the evidence. */
	readonly reason: string;
	readonly tenantColumn: string | null;
	/** The root that the table's tenant belongs to, qualified key; null where the tenant key stands free. */
	readonly root: string | null;
	readonly path: readonly PathStep[] | null;
	/** How sure the decision is: an override or a key is `certain`; a name alone is `guess`. */
	readonly confidence: "certain" | "likely" | "guess";
	readonly enforcement: Enforcement;
	/** Where the decision was overridden, if it was. */
	readonly override: "config" | "comment" | null;
}

export interface Tenancy {
	readonly mode: TenancyMode;
	readonly roots: readonly string[];
	readonly tenantColumns: readonly string[];
	/** Whether each person is a tenant of their own. */
	readonly ofPeople: boolean;
	readonly enforcement: Enforcement;
	readonly reason: string;
	/** For every table of the model, keyed alike. */
	readonly tables: ReadonlyMap<string, TableTenancy>;
}
