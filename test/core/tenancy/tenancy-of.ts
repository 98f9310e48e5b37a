import type { TenancyDecisions } from "../../../src/core/tenancy/config";
import { decideTenancy } from "../../../src/core/tenancy/decide";
import type { Tenancy } from "../../../src/core/tenancy/scope";
import { modelOf } from "../schema/a-schema";

/** A plain product: organizations with members, and invoices of theirs. */
export const B2B = `
	CREATE TABLE organizations (id uuid PRIMARY KEY, name text NOT NULL);
	CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text);
	CREATE TABLE members (organization_id uuid NOT NULL REFERENCES organizations, user_id uuid NOT NULL REFERENCES users, PRIMARY KEY (organization_id, user_id));
	CREATE TABLE invoices (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, total int);
`;

/** What the analysis says of a schema given as SQL. */
export async function tenancyOf(sql: string, decisions: TenancyDecisions = {}): Promise<Tenancy> {
	return decideTenancy(await modelOf(sql), decisions);
}

/** The scopes by table name, for comparing at a glance. */
export async function scopesOf(sql: string, decisions: TenancyDecisions = {}): Promise<Record<string, string>> {
	const tenancy = await tenancyOf(sql, decisions);
	return Object.fromEntries([...tenancy.tables].map(([name, table]) => [name.replace(/^public\./, ""), table.scope]));
}
