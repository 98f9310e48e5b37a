import { type Hole, instead } from "./hole";
import { OF_TENANT, ORDERS_POLICY, SHOP, secured, TENANTS } from "./shop";

const OWN = "(SELECT current_setting('app.tenant_id')::uuid)";

/** Orders with lines that know their tenant by the order alone. */
function lines(protection: string): string {
	return `${TENANTS}CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, note text);
CREATE INDEX orders_tenant_idx ON orders (tenant_id);
${secured("orders")}CREATE TABLE order_lines (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id uuid NOT NULL REFERENCES orders, quantity int NOT NULL DEFAULT 1);
CREATE INDEX order_lines_order_idx ON order_lines (order_id);
${protection}`;
}
const BY_ORDER = `EXISTS (SELECT FROM orders WHERE orders.id = order_lines.order_id AND orders.${OF_TENANT})`;

/** Organizations with workspaces, and documents of a workspace. */
function workspaces(condition: string): string {
	const own = "organization_id = (SELECT current_setting('app.organization_id')::uuid)";
	return `CREATE ROLE app;
CREATE TABLE organizations (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), name text NOT NULL);
${secured("organizations", own.replace("organization_id", "id"), "SELECT")}CREATE TABLE workspaces (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), organization_id uuid NOT NULL REFERENCES organizations, name text NOT NULL);
CREATE INDEX workspaces_organization_idx ON workspaces (organization_id);
${secured("workspaces", own)}CREATE TABLE documents (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), workspace_id uuid NOT NULL REFERENCES workspaces, title text NOT NULL DEFAULT '');
CREATE INDEX documents_workspace_idx ON documents (workspace_id);
${secured("documents", condition)}`;
}

/** Tenants with keys of another type. */
function typed(type: string, cast: string, before = ""): string {
	return `${before}CREATE ROLE app;
CREATE TABLE tenants (id ${type} PRIMARY KEY, name text NOT NULL);
${secured("tenants", `id = (SELECT current_setting('app.tenant_id')::${cast})`, "SELECT")}CREATE TABLE notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id ${type} NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '');
CREATE INDEX notes_tenant_idx ON notes (tenant_id);
${secured("notes", `tenant_id = (SELECT current_setting('app.tenant_id')::${cast})`)}`;
}

function untyped(type: string, cast: string, before = ""): string {
	return instead(
		typed(type, cast, before),
		"CREATE POLICY notes_of_tenant ON notes TO app USING (",
		"CREATE POLICY notes_of_tenant ON notes TO app USING (title <> '' OR ",
	);
}

/** Names that have to be quoted. */
function quoted(condition: string): string {
	return `CREATE ROLE app;
CREATE SCHEMA "Sales Dept";
GRANT USAGE ON SCHEMA "Sales Dept" TO app;
CREATE TABLE "Sales Dept"."Tenant" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "order" text NOT NULL);
ALTER TABLE "Sales Dept"."Tenant" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Sales Dept"."Tenant" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own tenant" ON "Sales Dept"."Tenant" TO app USING ("Id" = ${OWN});
GRANT SELECT ON "Sales Dept"."Tenant" TO app;
CREATE TABLE "Sales Dept"."user" ("Id" uuid PRIMARY KEY DEFAULT gen_random_uuid(), "tenantId" uuid NOT NULL REFERENCES "Sales Dept"."Tenant", "größe ""x""" int NOT NULL DEFAULT 0);
CREATE INDEX user_tenant_idx ON "Sales Dept"."user" ("tenantId");
ALTER TABLE "Sales Dept"."user" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Sales Dept"."user" FORCE ROW LEVEL SECURITY;
CREATE POLICY "own rows" ON "Sales Dept"."user" TO app USING (${condition});
GRANT SELECT, INSERT, UPDATE, DELETE ON "Sales Dept"."user" TO app;
`;
}

/** Events in partitions. */
function events(by: string, partitions: string, more = ""): string {
	return `${TENANTS}CREATE TABLE events (id uuid NOT NULL DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, at date NOT NULL DEFAULT '2024-01-01', PRIMARY KEY (tenant_id, at, id)) PARTITION BY ${by};
${partitions}
${secured("events")}${more}`;
}
const DEFAULT_PARTITION = "CREATE TABLE events_rest PARTITION OF events DEFAULT;";
const HASHED = [0, 1]
	.map((i) => `CREATE TABLE events_${i} PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER ${i});`)
	.join("\n");
const NESTED = `CREATE TABLE events_all PARTITION OF events DEFAULT PARTITION BY LIST (tenant_id);
CREATE TABLE events_leaf PARTITION OF events_all DEFAULT;`;

/** Tables that know their tenant by another, are parts of another, or are called and keyed in unusual ways. */
export const TABLES: readonly Hole[] = [
	{
		name: "lines of a protected order have no policy",
		leaks: [
			["read", "public.order_lines"],
			["delete", "public.order_lines"],
		],
		rule: "rls-disabled",
		sound: lines(secured("order_lines", BY_ORDER)),
		bad: lines("GRANT SELECT, INSERT, UPDATE, DELETE ON order_lines TO app;\n"),
	},
	{
		name: "the policy of a line asks whether there is any order",
		leaks: [["read", "public.order_lines"]],
		rule: "policy-subquery-loose",
		sound: lines(secured("order_lines", BY_ORDER)),
		bad: lines(secured("order_lines", `EXISTS (SELECT FROM orders WHERE orders.${OF_TENANT})`)),
	},
	{
		name: "a line may be moved to the order of another tenant",
		leaks: [["move-to-other", "public.order_lines"]],
		rule: "policy-check-weaker",
		sound: lines(secured("order_lines", BY_ORDER)),
		bad: lines(secured("order_lines", `${BY_ORDER}) WITH CHECK (quantity >= 0`)),
	},
	{
		name: "documents ask for any workspace",
		leaks: [["read", "public.documents"]],
		rule: "policy-ignores-tenant",
		sound: workspaces(
			"workspace_id IN (SELECT id FROM workspaces WHERE organization_id = (SELECT current_setting('app.organization_id')::uuid))",
		),
		bad: workspaces("title IS NOT NULL"),
	},
	{
		name: "a policy tied to the wrong column",
		leaks: [["insert-as-other", "public.orders"]],
		rule: "policy-check-weaker",
		sound: SHOP,
		bad: instead(
			SHOP,
			ORDERS_POLICY,
			"CREATE POLICY orders_of_tenant ON orders TO app USING (customer_id IN (SELECT id FROM customers)) WITH CHECK (total >= 0);",
		),
	},
	{
		name: "numbers as tenants' keys",
		leaks: [["read", "public.notes"]],
		rule: "policy-or-widens",
		sound: typed("bigint", "bigint"),
		bad: untyped("bigint", "bigint"),
	},
	{
		name: "names as tenants' keys",
		leaks: [["read", "public.notes"]],
		rule: "policy-or-widens",
		sound: typed("text", "text"),
		bad: untyped("text", "text"),
	},
	{
		name: "names in any case as tenants' keys",
		leaks: [["read", "public.notes"]],
		rule: "policy-or-widens",
		sound: typed("citext", "citext", "CREATE EXTENSION citext;\n"),
		bad: untyped("citext", "citext", "CREATE EXTENSION citext;\n"),
	},
	{
		name: "a domain as tenants' keys",
		leaks: [["read", "public.notes"]],
		rule: "policy-or-widens",
		sound: typed("tenant_key", "tenant_key", "CREATE DOMAIN tenant_key AS int CHECK (VALUE > 0);\n"),
		bad: untyped("tenant_key", "tenant_key", "CREATE DOMAIN tenant_key AS int CHECK (VALUE > 0);\n"),
	},
	{
		name: "an enum says which tenants there are",
		leaks: [["read", "public.notes"]],
		rule: "policy-or-widens",
		sound: typed("brand", "brand", "CREATE TYPE brand AS ENUM ('north', 'south', 'west', 'east');\n"),
		bad: untyped("brand", "brand", "CREATE TYPE brand AS ENUM ('north', 'south', 'west', 'east');\n"),
	},
	{
		name: "names that have to be quoted",
		leaks: [
			["read", "Sales Dept.user"],
			["insert-as-other", "Sales Dept.user"],
		],
		rule: "policy-or-widens",
		sound: quoted(`"tenantId" = ${OWN}`),
		bad: quoted(`"tenantId" = ${OWN} OR "größe ""x""" >= 0`),
	},
	{
		name: "a default partition that may be read by its own name",
		leaks: [["partition", "public.events_rest"]],
		rule: "partition-without-rls",
		sound: events("LIST (tenant_id)", DEFAULT_PARTITION),
		bad: events("LIST (tenant_id)", DEFAULT_PARTITION, "GRANT SELECT ON events_rest TO app;\n"),
	},
	{
		name: "a range partition, with all tables of the schema granted",
		leaks: [["partition", "public.events_2024"]],
		rule: "partition-without-rls",
		sound: events(
			"RANGE (at)",
			`CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2000-01-01') TO ('2100-01-01');`,
		),
		bad: events(
			"RANGE (at)",
			`CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2000-01-01') TO ('2100-01-01');`,
			"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO app;\n",
		),
	},
	{
		name: "hash partitions that may be emptied",
		leaks: [["partition", "public.events_0"]],
		rule: "partition-without-rls",
		sound: events("HASH (id)", HASHED).replace("PRIMARY KEY (tenant_id, at, id)", "PRIMARY KEY (tenant_id, id)"),
		bad: events("HASH (id)", HASHED, "GRANT DELETE ON events_0, events_1 TO app;\n").replace(
			"PRIMARY KEY (tenant_id, at, id)",
			"PRIMARY KEY (tenant_id, id)",
		),
	},
	{
		name: "a partition of a partition",
		leaks: [["partition", "public.events_leaf"]],
		rule: "partition-without-rls",
		sound: events("RANGE (at)", NESTED),
		bad: events("RANGE (at)", NESTED, "GRANT SELECT ON events_leaf TO app;\n"),
	},
	{
		name: "a child of a protected table without row-level security",
		leaks: [["partition", "public.invoices"]],
		rule: "child-without-rls",
		sound: inherited(secured("invoices")),
		bad: inherited("GRANT SELECT ON invoices TO app;\n"),
	},
];

function inherited(protection: string): string {
	return `${TENANTS}CREATE TABLE papers (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id uuid NOT NULL REFERENCES tenants, title text NOT NULL DEFAULT '');
CREATE INDEX papers_tenant_idx ON papers (tenant_id);
${secured("papers")}CREATE TABLE invoices (total int NOT NULL DEFAULT 0, FOREIGN KEY (tenant_id) REFERENCES tenants, PRIMARY KEY (id)) INHERITS (papers);
CREATE INDEX invoices_tenant_idx ON invoices (tenant_id);
${protection}`;
}
