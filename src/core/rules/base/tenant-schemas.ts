import { findPlacement, type Placement } from "../../tenancy/placement";
import type { RuleContext } from "./rule";

/** What rules about a schema for each tenant share. */

const found = new WeakMap<RuleContext, Placement | null>();

/** The tenants' schemas; null where tenants are kept apart otherwise. */
export function tenantSchemas(context: RuleContext): Placement | null {
	const { mode } = context.tenancy;
	if (mode !== "schema" && mode !== "hybrid") return null;
	let placement = found.get(context);
	if (placement === undefined) {
		placement = findPlacement(context.model);
		found.set(context, placement);
	}
	return placement;
}

/** Two clinics with a schema each, and one for what they share: what the examples of these rules are about. */
export const CLINICS = `CREATE SCHEMA shared;
CREATE TABLE shared.tenants (id uuid PRIMARY KEY, name text NOT NULL, schema_name name NOT NULL UNIQUE);
${clinic("tenant_acme")}${clinic("tenant_globex")}`;

/** A clinic's schema with its tables. */
export function clinic(schema: string): string {
	return `CREATE SCHEMA ${schema};
CREATE TABLE ${schema}.owners (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE ${schema}.patients (id bigint PRIMARY KEY, owner_id bigint NOT NULL REFERENCES ${schema}.owners, name text NOT NULL);
`;
}
