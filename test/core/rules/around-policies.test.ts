import { expect, it } from "vitest";
import { ORDERS, PRODUCT, secured } from "../../../src/core/rules/base/examples";
import { findingsIn, rulesIn } from "./checked";

const EVENTS = `${PRODUCT}CREATE TABLE events (tenant_id uuid NOT NULL REFERENCES tenants, at date NOT NULL, PRIMARY KEY (tenant_id, at)) PARTITION BY RANGE (at);
${secured("events")}CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY RANGE (at);
CREATE TABLE events_2026_q1 PARTITION OF events_2026 FOR VALUES FROM ('2026-01-01') TO ('2026-04-01');
`;

it("partitions of partitions are mended together, each with the policy", async () => {
	const [finding, ...others] = (
		await findingsIn(`${EVENTS}GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_user;`)
	).filter(({ rule }) => rule === "partition-without-rls");
	expect(others).toEqual([]);
	expect(finding?.severity).toBe("error");
	const [remedy] = finding?.remedies() ?? [];
	const enabled = remedy?.steps.filter(({ sql }) => /ENABLE ROW LEVEL/.test(sql)).map(({ table }) => table);
	expect(enabled).toEqual(["public.events_2026", "public.events_2026_q1"]);
	expect(remedy?.steps.filter(({ sql }) => /CREATE POLICY/.test(sql))).toHaveLength(2);
});

it("a table that inherits is reported once, by the rule that says why", async () => {
	const rules = await rulesIn(
		`${PRODUCT}${ORDERS}${secured("orders")}CREATE TABLE old_orders () INHERITS (orders);\nGRANT SELECT ON old_orders TO app_user;\n`,
	);
	expect(rules).toContain("child-without-rls");
	expect(rules).not.toContain("rls-disabled");
});

it("a foreign table is not told to enable what it can't have", async () => {
	const rules = await rulesIn(`${PRODUCT}CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w;
		CREATE FOREIGN TABLE old_orders (id uuid, tenant_id uuid) SERVER s; GRANT SELECT ON old_orders TO app_user;`);
	expect(rules).toEqual(["foreign-table-exposes"]);
});

it("a second policy that was meant to narrow is reported once", async () => {
	const tenant = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
	const sql = `${PRODUCT}${ORDERS}${secured("orders")}CREATE POLICY paid ON orders FOR SELECT TO app_user USING (total > 0);\n`;
	expect(await rulesIn(sql)).toEqual(["policy-or-widens", "policies-overlap"]);
	const alone = sql.replace(/CREATE POLICY orders_tenant_isolation[^;]+;/, "");
	expect(alone).not.toContain(`ON orders TO app_user\n  USING (${tenant}`);
	expect(await rulesIn(alone)).toContain("policy-ignores-tenant");
});

it("a product that filters in the application hears nothing of ways around policies, but once what they would add", async () => {
	const sql = `CREATE TABLE tenants (id uuid PRIMARY KEY); ${ORDERS}
		CREATE PUBLICATION p FOR ALL TABLES; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC;
		CREATE FUNCTION f(uuid) RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = public AS 'SELECT total FROM orders WHERE id = $1';
		CREATE FUNCTION g(int) RETURNS boolean LANGUAGE sql LEAKPROOF AS 'SELECT true';`;
	expect(await rulesIn(sql)).toEqual(["rls-disabled"]);
	expect((await findingsIn(sql)).map(({ severity, table }) => [severity, table])).toEqual([["info", null]]);
});

it("a policy that shows what a tenant published is asked about, and is no error", async () => {
	const own = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
	const base = `${PRODUCT}CREATE TABLE pages (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants, sharing text, public_at date, total int);
		ALTER TABLE pages ENABLE ROW LEVEL SECURITY; ALTER TABLE pages FORCE ROW LEVEL SECURITY; CREATE POLICY own ON pages USING (${own});\n`;
	const severities = async (policy: string) =>
		(await findingsIn(`${base}${policy};`)).flatMap(({ rule, severity }) =>
			rule === "policy-or-widens" ? [severity] : [],
		);
	expect(await severities("CREATE POLICY p ON pages FOR SELECT USING (sharing <> 'private')")).toEqual(["warning"]);
	expect(await severities("CREATE POLICY p ON pages FOR SELECT USING (public_at IS NOT NULL)")).toEqual(["warning"]);
	expect(await severities("CREATE POLICY p ON pages USING (sharing <> 'private')")).toEqual(["error"]);
	expect(await severities("CREATE POLICY p ON pages FOR SELECT USING (total > 0)")).toEqual(["error"]);
});

it("an owner apart may go without FORCE, but not on one table where it has it on the others", async () => {
	const table = (name: string, forced: boolean) => {
		const made = `CREATE TABLE ${name} (id uuid PRIMARY KEY, tenant_id uuid NOT NULL REFERENCES tenants);\nALTER TABLE ${name} OWNER TO app_owner;\n${secured(name)}`;
		return forced ? made : made.replace(/ALTER TABLE \w+ FORCE ROW LEVEL SECURITY;\n/, "");
	};
	const found = async (...forced: boolean[]) =>
		(
			await findingsIn(`${PRODUCT}CREATE ROLE app_owner;\n${forced.map((each, i) => table(`t${i}`, each)).join("")}`)
		).flatMap(({ rule, table: key, severity }) => (rule === "rls-not-forced" ? [`${key} ${severity}`] : []));
	expect(await found(true, true, false)).toEqual(["public.t2 info"]);
	expect(await found(false, false, false)).toEqual([]);
	expect(await found(true, false)).toEqual([]);
});

it("a view's owner that the policies bind holds them up, unless it is the table's owner or a policy shows it everything", async () => {
	const own = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
	const found = async (policy: string, owner = "api", more = "") =>
		(
			await rulesIn(`${PRODUCT}CREATE ROLE api;\nCREATE ROLE admin;\n${more}ALTER TABLE customers NO FORCE ROW LEVEL SECURITY;
			ALTER TABLE customers OWNER TO admin;\nGRANT SELECT ON customers TO api;\nCREATE POLICY p ON customers TO api USING (${policy});
			CREATE VIEW customer_list AS SELECT id, email FROM customers;\nALTER VIEW customer_list OWNER TO ${owner};\nGRANT SELECT ON customer_list TO app_user;\n`)
		).includes("view-not-invoker");
	expect(await found(own)).toBe(false);
	expect(await found("true")).toBe(true);
	expect(await found(own, "admin")).toBe(true);
	expect(await found(own, "api", "GRANT admin TO api;\n")).toBe(true);
	expect(await found(own, "postgres")).toBe(true);
});

it("a CHECK that keeps a foreign key within the tenant must do so for every row that the key is asked of", async () => {
	const crosses = async (check: string, tenant = "NOT NULL") =>
		(
			await rulesIn(`${PRODUCT}ALTER TABLE customers ADD UNIQUE (tenant_id, id);
			CREATE TABLE orders (id uuid PRIMARY KEY, tenant_id uuid ${tenant} REFERENCES tenants, kind text, customer_id uuid, customer_tenant_id uuid,
				FOREIGN KEY (customer_tenant_id, customer_id) REFERENCES customers (tenant_id, id), CONSTRAINT own CHECK (${check}));\n${secured("orders")}`)
		).includes("tenant-fk-crosses");
	expect(await crosses("customer_tenant_id = tenant_id")).toBe(false);
	expect(await crosses("customer_id IS NULL OR tenant_id = customer_tenant_id")).toBe(false);
	expect(await crosses("customer_tenant_id = tenant_id", "")).toBe(true);
	expect(await crosses("customer_tenant_id = tenant_id OR kind = 'shared'")).toBe(true);
	expect(await crosses("customer_tenant_id = tenant_id OR kind IS NULL")).toBe(true);
	expect(await crosses("customer_tenant_id <> tenant_id")).toBe(true);
});

it("tables of several tenants beside each one's own schema are told of once, and those schemas' tables of no other tenants", async () => {
	const own =
		"CREATE TABLE beds (id int PRIMARY KEY); CREATE TABLE stays (id int PRIMARY KEY, bed_id int NOT NULL REFERENCES beds); CREATE TABLE meals (id int PRIMARY KEY);";
	const list = "CREATE TABLE tenants (id int PRIMARY KEY, schema_name text NOT NULL);";
	const logs = ["audit", "mail"].map(
		(name) => `CREATE TABLE ${name}_logs (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants);`,
	);
	const findings = await findingsIn(own + list + logs.join(""), { mode: "schema" });
	expect(
		findings.filter(({ rule }) => rule === "rls-disabled").map(({ message, severity }) => [severity, message]),
	).toEqual([["info", expect.stringContaining("keep tenants apart in 2 tables")]]);
	const placed = await findingsIn(own + list, { mode: "schema" });
	expect(placed.map(({ rule }) => rule)).not.toContain("rls-disabled");
	const index = placed.find(({ rule }) => rule === "fk-index-missing");
	expect(index?.message).toContain("so a delete in public.beds reads all rows here");
});

it("a view that only asks for a role, or shows who asks, is not taken to ask for the tenant", async () => {
	const helpers = `CREATE FUNCTION my_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT current_setting('app.role') $$;
		CREATE FUNCTION my_tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT current_setting('app.tenant_id')::uuid $$;`;
	const found = async (query: string) =>
		(
			await findingsIn(
				`${PRODUCT}${helpers}CREATE VIEW list WITH (security_barrier = true) AS ${query}; GRANT SELECT ON list TO app_user;`,
			)
		).flatMap(({ rule, severity }) => (rule === "view-not-invoker" ? [severity] : []));
	expect(await found("SELECT id, current_setting('app.tenant_id') AS me FROM customers")).toEqual(["error"]);
	expect(await found("SELECT id FROM customers WHERE my_role() = 'admin'")).toEqual(["error"]);
	expect(await found("SELECT id FROM customers WHERE current_setting('app.tenant_id') IS NOT NULL")).toEqual(["error"]);
	expect(await found("SELECT id FROM customers WHERE tenant_id = my_tenant()")).toEqual([]);
	expect(
		await found("SELECT c.id FROM customers c JOIN tenants t ON t.id = c.tenant_id AND t.id = my_tenant()"),
	).toEqual([]);
});

it("a view with its owner's rights over one with the caller's reads with its own", async () => {
	const invoker = (condition: string) =>
		`CREATE VIEW inner_list WITH (security_invoker = true) AS SELECT id FROM customers ${condition};`;
	const outer =
		"CREATE VIEW outer_list AS SELECT id FROM inner_list; GRANT SELECT ON inner_list, outer_list TO app_user;";
	expect(await rulesIn(`${PRODUCT}${invoker("")}${outer}`)).toEqual(["view-not-invoker"]);
	const bound = invoker("WHERE tenant_id = current_setting('app.tenant_id')::uuid");
	expect(await rulesIn(`${PRODUCT}${bound}${outer}`)).toEqual([]);
});

it.each([
	["USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))", "warning"],
	["TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid))", "error"],
	["USING (true)", "error"],
])(
	"a view of a table that binds its owner by a policy for every role depends on who owns it: %s",
	async (policy, severity) => {
		const view = (forced: string) =>
			`${PRODUCT}${ORDERS}ALTER TABLE orders ENABLE ROW LEVEL SECURITY;${forced}
GRANT SELECT ON orders TO app_user;
CREATE POLICY own ON orders ${policy};
CREATE VIEW order_list AS SELECT id, total FROM orders;
GRANT SELECT ON order_list TO app_user;\n`;
		const severityOf = async (sql: string) =>
			(await findingsIn(sql)).find(({ rule }) => rule === "view-not-invoker")?.severity;
		expect(await severityOf(view("ALTER TABLE orders FORCE ROW LEVEL SECURITY;"))).toBe(severity);
		expect(await severityOf(view(""))).toBe("error");
		const supabase = "CREATE POLICY signed_in ON tenants USING (auth.uid() IS NOT NULL);\n";
		expect(await severityOf(view("ALTER TABLE orders FORCE ROW LEVEL SECURITY;") + supabase)).toBe("error");
		expect(
			await severityOf(
				`CREATE ROLE boss SUPERUSER;\n${view("ALTER TABLE orders FORCE ROW LEVEL SECURITY;")}ALTER VIEW order_list OWNER TO boss;\n`,
			),
		).toBe("error");
	},
);
