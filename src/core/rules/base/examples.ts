/** Parts of the rules' examples. */

const TENANT = "(SELECT current_setting('app.tenant_id')::uuid)";

/** A table's row-level security as it should be. */
export function secured(table: string, column = "tenant_id"): string {
	return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY ${table}_tenant_isolation ON ${table} TO app_user
  USING (${column} = ${TENANT})
  WITH CHECK (${column} = ${TENANT});
GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO app_user;
`;
}

/** A sound product with tenants and their customers, to which examples add what they show. */
export const PRODUCT = `CREATE ROLE app_user;
CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL);
${secured("tenants", "id")}
CREATE TABLE customers (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL);
CREATE INDEX customers_tenant_id_idx ON customers (tenant_id);
${secured("customers")}
`;

/** The table that most examples are about, without protection. */
export const ORDERS = `CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, total integer NOT NULL);
CREATE INDEX orders_tenant_id_idx ON orders (tenant_id);
`;

/** Enabled and forced, its policy still to come. */
export const ENABLED_ORDERS = `${ORDERS}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO app_user;
`;

/** A whole schema whose orders have one policy, as given after its name and table. */
export function withPolicy(policy: string): string {
	return `${PRODUCT}${ENABLED_ORDERS}CREATE POLICY orders_tenant_isolation ON orders ${policy};\n`;
}
