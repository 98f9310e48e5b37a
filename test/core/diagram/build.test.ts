import { beforeAll, describe, expect, test } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import type { Diagram } from "../../../src/core/diagram/diagram";
import { createSqlReader, type SqlReader } from "../../../src/core/sql/reader";

let reader: SqlReader;
beforeAll(async () => {
	reader = await createSqlReader();
});

function draw(sql: string): Diagram {
	const [database] = createAnalyzer(reader).analyze([{ path: "schema.sql", text: sql }], null).databases;
	if (!database) throw new Error("No database");
	return database.diagram;
}

const ROOT = "CREATE TABLE organizations (id uuid PRIMARY KEY);\n";

describe("tables", () => {
	test("sorted by name, with what the panel shows", () => {
		const { tables, counts } = draw(`${ROOT}
			CREATE TABLE orders (
				id uuid PRIMARY KEY,
				organization_id uuid NOT NULL REFERENCES organizations,
				code text UNIQUE,
				note character varying(20)
			);
			CREATE TABLE lines (order_id uuid NOT NULL REFERENCES orders, position int, PRIMARY KEY (order_id, position));
			COMMENT ON TABLE lines IS 'One for each product.';
			ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
			CREATE POLICY mine ON orders USING (organization_id = current_setting('app.tenant_id')::uuid);`);
		expect(tables.map(({ id, scope }) => [id, scope])).toEqual([
			["public.lines", "tenant-derived"],
			["public.orders", "tenant-scoped"],
			["public.organizations", "tenant-root"],
		]);
		expect(tables[0]).toMatchObject({
			tenantPath: ["order_id → public.orders"],
			comment: "One for each product.",
			tenantColumn: null,
		});
		expect(tables[1]).toMatchObject({
			tenantColumn: "organization_id",
			rls: { enabled: true, forced: false, policies: ["mine"] },
			place: { file: "schema.sql", line: 3, column: 4 },
		});
		const plain = { notNull: true, primaryKey: false, references: null, unique: false, tenant: false };
		expect(tables[1]?.columns).toEqual([
			{ ...plain, name: "id", type: "uuid", primaryKey: true },
			{ ...plain, name: "organization_id", type: "uuid", references: "public.organizations", tenant: true },
			{ ...plain, name: "code", type: "text", notNull: false, unique: true },
			{ ...plain, name: "note", type: "character varying(20)", notNull: false },
		]);
		expect(counts).toEqual({ "tenant-root": 1, "tenant-scoped": 1, "tenant-derived": 1, shared: 0, unscoped: 0 });
	});

	test("unprotected is what holds tenants' data without a policy that lets them, and only them, through", () => {
		const table = (name: string) =>
			`CREATE TABLE ${name} (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations);`;
		const mine = "USING (organization_id = current_setting('app.tenant_id')::uuid)";
		const { tables } = draw(`${ROOT}
			${["bare", "off", "empty", "barred", "done"].map(table).join("\n")}
			CREATE TABLE countries (code text PRIMARY KEY);
			CREATE POLICY p ON off ${mine};
			ALTER TABLE empty ENABLE ROW LEVEL SECURITY;
			ALTER TABLE barred ENABLE ROW LEVEL SECURITY;
			CREATE POLICY p ON barred AS RESTRICTIVE ${mine};
			ALTER TABLE done ENABLE ROW LEVEL SECURITY;
			CREATE POLICY p ON done ${mine};`);
		expect(tables.filter(({ unprotected }) => unprotected).map(({ name }) => name)).toEqual([
			"bare",
			"barred",
			"empty",
			"off",
			"organizations",
		]);
	});

	test("partitions, and theirs, fold into the table that they divide", () => {
		const { tables, edges, groups } = draw(`${ROOT}
			CREATE TABLE events (id uuid, at date, organization_id uuid NOT NULL REFERENCES organizations, parent uuid REFERENCES organizations (id)) PARTITION BY RANGE (at);
			CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY LIST (id);
			CREATE SCHEMA old;
			CREATE TABLE old.events_2025_a PARTITION OF events_2025 DEFAULT;
			CREATE TABLE events_rest PARTITION OF events DEFAULT;`);
		expect(tables.map(({ id, partitions }) => [id, partitions])).toEqual([
			["public.events", ["events_2025", "events_rest", "old.events_2025_a"]],
			["public.organizations", []],
		]);
		expect(edges.map(({ from, to, columns }) => [from, to, columns])).toEqual([
			["public.events", "public.organizations", ["organization_id"]],
			["public.events", "public.organizations", ["parent"]],
		]);
		expect(groups.flatMap((group) => group.tables)).not.toContain("public.events_2025");
	});

	test("every table has a group that names it", () => {
		const { tables, groups } = draw(`${ROOT}CREATE TABLE a (id int); CREATE TABLE b (id int);`);
		for (const table of tables) expect(groups.find(({ id }) => id === table.group)?.tables).toContain(table.id);
	});
});

test("while tables and keys stay, an edit keeps the groups; a new key computes them again", () => {
	const analyzer = createAnalyzer(reader);
	const groups = (sql: string) =>
		analyzer.analyze([{ path: "schema.sql", text: sql }], null).databases[0]?.diagram.groups;
	const first = groups(`${ROOT}CREATE TABLE a (id int PRIMARY KEY);`);
	const column = groups(`${ROOT}CREATE TABLE a (id int PRIMARY KEY, note text);`);
	const key = groups(`${ROOT}CREATE TABLE a (id int PRIMARY KEY, note uuid REFERENCES organizations);`);
	const table = groups(`${ROOT}CREATE TABLE b (id int PRIMARY KEY);`);
	expect(column).toBe(first);
	expect(key).not.toBe(first);
	expect(table?.flatMap((group) => group.tables)).toEqual(["public.b", "public.organizations"]);
});

describe("foreign keys", () => {
	test("the one to the root by the tenant column is a tenant edge; others to it, and between roots, are not", () => {
		const { edges } = draw(`${ROOT}
			CREATE TABLE orders (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, seller uuid REFERENCES organizations (id));
			CREATE TABLE tickets (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, order_id uuid REFERENCES orders ON DELETE SET NULL);
			ALTER TABLE organizations ADD parent_id uuid REFERENCES organizations;`);
		expect(edges.map(({ id, tenant, nullable, onDelete }) => [id, tenant, nullable, onDelete])).toEqual([
			["public.orders orders_organization_id_fkey", true, false, "no action"],
			["public.orders orders_seller_fkey", false, true, "no action"],
			["public.organizations organizations_parent_id_fkey", false, true, "no action"],
			["public.tickets tickets_order_id_fkey", false, true, "set null"],
			["public.tickets tickets_organization_id_fkey", true, false, "no action"],
		]);
	});

	test("a composite key is one edge; a column in two keys shows the shorter one", () => {
		const { edges, tables } = draw(`${ROOT}
			CREATE TABLE orders (id uuid PRIMARY KEY, organization_id uuid NOT NULL REFERENCES organizations, UNIQUE (organization_id, id));
			CREATE TABLE lines (
				id uuid PRIMARY KEY,
				organization_id uuid NOT NULL REFERENCES organizations,
				order_id uuid NOT NULL,
				FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id)
			);`);
		const edge = edges.find(({ from, to }) => from === "public.lines" && to === "public.orders");
		expect(edge).toMatchObject({
			columns: ["organization_id", "order_id"],
			toColumns: ["organization_id", "id"],
			tenant: false,
			nullable: false,
		});
		const lines = tables.find(({ name }) => name === "lines");
		expect(lines?.columns.map(({ references }) => references)).toEqual([null, "public.organizations", "public.orders"]);
	});

	test("a key to a table that nothing creates is left out", () => {
		expect(
			draw(`${ROOT}CREATE TABLE orders (id uuid PRIMARY KEY, user_id uuid REFERENCES auth.users (id));`).edges,
		).toEqual([]);
	});
});
