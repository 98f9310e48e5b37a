import { type Hole, instead } from "./hole";
import { NOTES, secured, TENANTS } from "./shop";

const COMPOSITE = "FOREIGN KEY (tenant_id, customer_id) REFERENCES customers (tenant_id, id)";

/** Customers with a key of their own, and orders that point at them. */
function shop(reference: string, more = ""): string {
	return `${TENANTS}CREATE TABLE customers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL DEFAULT '', UNIQUE (tenant_id, id));
${secured("customers")}CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, customer_id uuid, total int NOT NULL DEFAULT 0, ${reference});
CREATE INDEX orders_customer_idx ON orders (tenant_id, customer_id);
${more}${secured("orders")}`;
}

function people(key: string, more = ""): string {
	return `${TENANTS}CREATE TABLE people (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, email text NOT NULL, name text NOT NULL DEFAULT ''${key});
CREATE INDEX people_tenant_idx ON people (tenant_id);
${more}${secured("people")}`;
}

function bookings(exclusion: string): string {
	return `CREATE EXTENSION btree_gist;
${TENANTS}CREATE TABLE bookings (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, room int NOT NULL, day date NOT NULL, ${exclusion});
CREATE INDEX bookings_tenant_idx ON bookings (tenant_id);
${secured("bookings")}`;
}

/** Keys that tell of others' rows, or tie a row to them. */
export const KEYS: readonly Hole[] = [
	{
		name: "an address may be there once in all tenants",
		leaks: [["unique-oracle", "public.people"]],
		rule: "unique-crosses",
		sound: people(", UNIQUE (tenant_id, email)"),
		bad: people(", UNIQUE (email)"),
	},
	{
		name: "a unique index over an expression, without the tenant",
		leaks: [["unique-oracle", "public.people"]],
		rule: "unique-crosses",
		sound: people("", "CREATE UNIQUE INDEX people_email_idx ON people (tenant_id, lower(email));\n"),
		bad: people("", "CREATE UNIQUE INDEX people_email_idx ON people (lower(email));\n"),
	},
	{
		name: "a unique index on a part of the rows, without the tenant",
		leaks: [["unique-oracle", "public.people"]],
		rule: "unique-crosses",
		sound: people("", "CREATE UNIQUE INDEX people_email_idx ON people (tenant_id, email) WHERE name <> 'gone';\n"),
		bad: people("", "CREATE UNIQUE INDEX people_email_idx ON people (email) WHERE name <> 'gone';\n"),
	},
	{
		name: "a name is the primary key for all tenants",
		leaks: [["unique-oracle", "public.projects"]],
		rule: "unique-crosses",
		sound: projects("PRIMARY KEY (tenant_id, slug)"),
		bad: projects("PRIMARY KEY (slug)"),
	},
	{
		name: "rooms of two tenants exclude each other",
		leaks: [["unique-oracle", "public.bookings"]],
		rule: "unique-crosses",
		sound: bookings("EXCLUDE USING gist (tenant_id WITH =, room WITH =, day WITH =)"),
		bad: bookings("EXCLUDE USING gist (room WITH =, day WITH =)"),
	},
	{
		name: "a foreign key without the tenant",
		leaks: [
			["reference-other", "public.orders"],
			["foreign-key-oracle", "public.orders"],
		],
		rule: "tenant-fk-crosses",
		sound: shop(COMPOSITE),
		bad: shop("FOREIGN KEY (customer_id) REFERENCES customers (id)"),
	},
	{
		name: "CASCADE deletes rows of another tenant",
		leaks: [["foreign-key-oracle", "public.orders"]],
		rule: "tenant-fk-crosses",
		sound: shop(`${COMPOSITE} ON DELETE CASCADE`),
		bad: shop("FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE"),
	},
	{
		name: "SET NULL changes rows of another tenant",
		leaks: [["foreign-key-oracle", "public.orders"]],
		rule: "tenant-fk-crosses",
		sound: shop(`${COMPOSITE} ON DELETE SET NULL (customer_id)`),
		bad: shop("FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL"),
	},
	{
		name: "a foreign key that waits for the end of the transaction, without the tenant",
		leaks: [["reference-other", "public.orders"]],
		rule: "tenant-fk-crosses",
		sound: shop(`${COMPOSITE} DEFERRABLE INITIALLY DEFERRED`),
		bad: shop("FOREIGN KEY (customer_id) REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED"),
	},
	{
		name: "a table that points at itself, across tenants",
		leaks: [["reference-other", "public.pages"]],
		rule: "tenant-fk-crosses",
		sound: pages("FOREIGN KEY (tenant_id, parent_id) REFERENCES pages (tenant_id, id)"),
		bad: pages("FOREIGN KEY (parent_id) REFERENCES pages (id)"),
	},
	{
		name: "a table between two others joins rows of two tenants",
		leaks: [["reference-other", "public.note_tags"]],
		rule: "tenant-fk-crosses",
		sound: tags("FOREIGN KEY (tenant_id, tag_id) REFERENCES tags (tenant_id, id)"),
		bad: tags("FOREIGN KEY (tag_id) REFERENCES tags (id)"),
	},
	{
		name: "an upsert meets the row of another tenant",
		leaks: [["upsert", "public.projects"]],
		rule: "policy-always-true",
		sound: projects("PRIMARY KEY (tenant_id, slug)"),
		bad: instead(
			projects("PRIMARY KEY (slug)"),
			secured("projects"),
			`ALTER TABLE projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE projects FORCE ROW LEVEL SECURITY;
CREATE POLICY projects_read ON projects FOR SELECT TO app USING (true);
CREATE POLICY projects_add ON projects FOR INSERT TO app WITH CHECK (true);
CREATE POLICY projects_change ON projects FOR UPDATE TO app USING (true);
GRANT SELECT, INSERT, UPDATE ON projects TO app;
`,
		),
	},
];

function projects(key: string): string {
	return `${TENANTS}CREATE TABLE projects (slug text NOT NULL, tenant_id uuid NOT NULL REFERENCES tenants, name text NOT NULL DEFAULT '', ${key});
CREATE INDEX projects_tenant_idx ON projects (tenant_id);
${secured("projects")}`;
}

function pages(reference: string): string {
	return `${TENANTS}CREATE TABLE pages (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, parent_id uuid, body text NOT NULL DEFAULT '', UNIQUE (tenant_id, id), ${reference});
CREATE INDEX pages_parent_idx ON pages (tenant_id, parent_id);
${secured("pages")}`;
}

function tags(reference: string): string {
	return `${instead(NOTES, "is_public boolean NOT NULL DEFAULT false", "is_public boolean NOT NULL DEFAULT false, UNIQUE (tenant_id, id)")}CREATE TABLE tags (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, word text NOT NULL DEFAULT '', UNIQUE (tenant_id, id));
${secured("tags")}CREATE TABLE note_tags (tenant_id uuid NOT NULL REFERENCES tenants, note_id uuid NOT NULL, tag_id uuid NOT NULL, PRIMARY KEY (tenant_id, note_id, tag_id),
	FOREIGN KEY (tenant_id, note_id) REFERENCES notes (tenant_id, id), ${reference});
CREATE INDEX note_tags_tag_idx ON note_tags (tenant_id, tag_id);
${secured("note_tags")}`;
}
