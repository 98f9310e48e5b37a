import { PRODUCT, secured } from "../../../src/core/rules/base/examples";

/** Schemas that the remedies for tenant columns and keys have to cope with; the tests on PostgreSQL fill the same with rows. */

/** The rules whose remedies change columns, keys or indexes. */
export const COLUMN_RULES = [
	"tenant-column-missing",
	"tenant-column-nullable",
	"tenant-column-default",
	"tenant-column-type",
	"tenant-column-no-reference",
	"tenant-column-mutable",
	"tenant-fk-crosses",
	"unique-crosses",
	"tenant-index-missing",
	"tenant-index-order",
	"fk-index-missing",
];

/** Names that have to be quoted, keywords, and some as long as PostgreSQL allows. */
export const LONG = "a_table_whose_name_is_as_long_as_postgresql_lets_a_name_be_here";
export const HOSTILE_CONFIG = '{ "roots": ["public.Tenant $$"] }';
export const HOSTILE = `CREATE ROLE app_user;
CREATE TABLE "Tenant $$" ("Key" uuid PRIMARY KEY, "user" text NOT NULL);
CREATE TABLE "Order ""Items""" ("id" uuid PRIMARY KEY, "Tenant Id" uuid NOT NULL REFERENCES "Tenant $$" ON DELETE CASCADE, "select" text NOT NULL UNIQUE);
CREATE TABLE "table $$" ("id" uuid PRIMARY KEY, "Tenant Id" uuid NOT NULL REFERENCES "Tenant $$" ON DELETE CASCADE, "from" uuid NOT NULL REFERENCES "Order ""Items""" ON DELETE CASCADE);
CREATE TABLE ${LONG} ("id" uuid PRIMARY KEY, "page" uuid NOT NULL REFERENCES "table $$", "batch" integer NOT NULL DEFAULT 0);
${["Tenant $$", 'Order ""Items""', "table $$"]
	.map(
		(name) => `ALTER TABLE "${name}" ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON "${name}" TO app_user USING ("${name === "Tenant $$" ? "Key" : "Tenant Id"}" = (SELECT current_setting('app.tenant_id')::uuid));
GRANT SELECT, INSERT, UPDATE, DELETE ON "${name}" TO app_user;
`,
	)
	.join("")}GRANT SELECT, INSERT ON ${LONG} TO app_user;
`;

/** Lines of lines: two steps to the tenant. */
export const DERIVED = `${PRODUCT}CREATE TABLE orders (id uuid PRIMARY KEY, customer_id uuid NOT NULL REFERENCES customers, created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE order_items (id uuid PRIMARY KEY, order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, amount integer NOT NULL DEFAULT 1);
GRANT SELECT, INSERT, UPDATE, DELETE ON orders, order_items TO app_user;
`;

/** Two ways, neither of which every row takes. */
export const OPTIONAL = `${PRODUCT}CREATE TABLE agents (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);
${secured("agents")}CREATE TABLE notes (id uuid PRIMARY KEY, customer_id uuid REFERENCES customers, agent_id uuid REFERENCES agents, body text NOT NULL DEFAULT '');
GRANT SELECT, INSERT ON notes TO app_user;
`;

/** Foreign keys of every kind that cross. */
export const CROSSING = `${PRODUCT}CREATE TABLE folders (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid REFERENCES folders ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE files (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, folder_id uuid REFERENCES folders ON DELETE SET NULL, owner_id uuid NOT NULL REFERENCES customers ON UPDATE CASCADE, editor_id uuid REFERENCES customers);
CREATE INDEX ON folders (tenant_id);
CREATE INDEX ON files (tenant_id);
${secured("folders")}${secured("files")}`;

/** Partitioned by time, so that no key can do without it. */
export const PARTITIONED = `${PRODUCT}CREATE TABLE events (id uuid NOT NULL, at timestamptz NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid NOT NULL REFERENCES customers, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE events_later PARTITION OF events DEFAULT;
CREATE TABLE event_notes (id uuid NOT NULL, event_id uuid NOT NULL, event_at timestamptz NOT NULL, PRIMARY KEY (id, event_at), FOREIGN KEY (event_id, event_at) REFERENCES events (id, at)) PARTITION BY RANGE (event_at);
CREATE TABLE event_notes_all PARTITION OF event_notes DEFAULT;
GRANT SELECT, INSERT ON event_notes TO app_user;
${secured("events")}`;

/** Unique keys of every kind that cross. */
export const UNIQUE = `${PRODUCT}ALTER TABLE customers ADD COLUMN code text, ADD COLUMN name text, ADD COLUMN gone boolean NOT NULL DEFAULT false;
ALTER TABLE customers ADD CONSTRAINT one_email UNIQUE (email) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE customers ADD CONSTRAINT one_code UNIQUE NULLS NOT DISTINCT (code) INCLUDE (name);
CREATE UNIQUE INDEX one_name ON customers (lower(name) text_pattern_ops DESC NULLS LAST) INCLUDE (email) WHERE NOT gone;
`;
