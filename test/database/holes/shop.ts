/** Where most holes are made: tenants with customers and orders, kept apart by row-level security. */

/** The tenant of the session, asked once a statement. */
const OWN = "(SELECT current_setting('app.tenant_id')::uuid)";
export const OF_TENANT = `tenant_id = ${OWN}`;

/** Row-level security as it should be. */
export function secured(table: string, condition = OF_TENANT, grants = "SELECT, INSERT, UPDATE, DELETE"): string {
	const name = table.split(".").at(-1);
	return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY ${name}_of_tenant ON ${table} TO app USING (${condition});
GRANT ${grants} ON ${table} TO app;
`;
}

export const TENANTS = `CREATE ROLE app;
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
${secured("tenants", `id = ${OWN}`, "SELECT")}`;

export const CUSTOMERS = `CREATE TABLE customers (id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, PRIMARY KEY (tenant_id, id));
${secured("customers")}`;

export const ORDERS = `CREATE TABLE orders (id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL,
	total int NOT NULL DEFAULT 0, note text, PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));
CREATE INDEX orders_customer_idx ON orders (tenant_id, customer_id);
${secured("orders")}`;

export const SHOP = TENANTS + CUSTOMERS + ORDERS;

export const ORDERS_POLICY = `CREATE POLICY orders_of_tenant ON orders TO app USING (${OF_TENANT});`;

export const NOTES_POLICY = `CREATE POLICY notes_of_tenant ON notes TO app USING (${OF_TENANT});`;

const NOTES_TABLE = `CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '',
	is_public boolean NOT NULL DEFAULT false);
CREATE INDEX notes_tenant_idx ON notes (tenant_id);
`;

/** The least that has a tenant: one table beside theirs. */
export const NOTES = TENANTS + NOTES_TABLE + secured("notes");

/** The same with other statements in place of its policy. */
export function notesWith(policy: string): string {
	return NOTES.replace(NOTES_POLICY, policy);
}
