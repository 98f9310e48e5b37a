/** A product with one table of each scope, but for unscoped. */
export const SHOP = `CREATE TABLE organizations (
	id uuid PRIMARY KEY,
	name text NOT NULL
);
CREATE TABLE orders (
	id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	organization_id uuid NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
	number integer NOT NULL,
	paid_at timestamptz,
	UNIQUE (organization_id, number)
);
CREATE INDEX orders_open ON orders (organization_id, lower(number::text)) WHERE paid_at IS NULL;
CREATE TABLE order_lines (
	order_id uuid NOT NULL REFERENCES orders (id),
	position integer NOT NULL,
	PRIMARY KEY (order_id, position)
);
CREATE TABLE invoices (
	id uuid PRIMARY KEY,
	organization_id uuid NOT NULL REFERENCES organizations (id)
);
CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders FORCE ROW LEVEL SECURITY;
CREATE POLICY orders_tenant_isolation ON orders
	USING (organization_id = (SELECT current_setting('app.tenant_id')::uuid));
`;

/** A product of one tenant, in which nothing is wrong. */
export const CLEAN = `CREATE TABLE rooms (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE beds (id bigint PRIMARY KEY, room_id bigint NOT NULL REFERENCES rooms (id));
`;

/** The second statement is broken, at line 2, and the others are not. */
export const BROKEN = `CREATE TABLE teams (id bigint PRIMARY KEY);
CREATE TABLE broken (id bigint PRIMARY KEY,, name text);
CREATE TABLE players (id bigint PRIMARY KEY, team_id bigint NOT NULL REFERENCES teams (id));
`;

/** A statement that may create anything. */
export const DYNAMIC = `CREATE TABLE teams (id bigint PRIMARY KEY);
DO $$
DECLARE name text;
BEGIN
	FOR name IN SELECT 'a' UNION SELECT 'b' LOOP
		EXECUTE format('CREATE TABLE %I (id int)', name);
	END LOOP;
END $$;
`;
