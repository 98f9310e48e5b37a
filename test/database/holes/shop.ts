/** Where most holes are made: tenants with customers and orders, kept apart by row-level security. */

/** Row-level security as it should be. */
export function secured(
	table: string,
	condition = "tenant_id = current_setting('app.tenant_id')::uuid",
	grants = "SELECT, INSERT, UPDATE, DELETE",
): string {
	return `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
CREATE POLICY ${table}_of_tenant ON ${table} TO app USING (${condition});
GRANT ${grants} ON ${table} TO app;
`;
}

export const TENANTS = `CREATE ROLE app;
CREATE TABLE tenants (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
${secured("tenants", "id = current_setting('app.tenant_id')::uuid", "SELECT")}`;

export const CUSTOMERS = `CREATE TABLE customers (id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL, PRIMARY KEY (tenant_id, id));
${secured("customers")}`;

export const ORDERS = `CREATE TABLE orders (id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL,
	total int NOT NULL DEFAULT 0, note text, PRIMARY KEY (tenant_id, id), FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id));
CREATE INDEX orders_customer_idx ON orders (tenant_id, customer_id);
${secured("orders")}`;

export const SHOP = TENANTS + CUSTOMERS + ORDERS;

export const ORDERS_POLICY =
	"CREATE POLICY orders_of_tenant ON orders TO app USING (tenant_id = current_setting('app.tenant_id')::uuid);";
