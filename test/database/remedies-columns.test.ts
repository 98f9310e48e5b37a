import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Step } from "../../src/core/emit/step";
import { RULES } from "../../src/core/rules";
import {
	COLUMN_RULES,
	CROSSING,
	DERIVED,
	HOSTILE,
	HOSTILE_CONFIG,
	LONG,
	OPTIONAL,
	PARTITIONED,
	UNIQUE,
} from "../core/rules/column-schemas";
import { mend } from "../core/rules/mended";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { runSteps, undoSteps, type Way } from "./run-steps";

let cluster: Cluster;
let database: TestDatabase;

beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());
beforeEach(async () => {
	database = await cluster.database();
});
// Roles belong to the whole cluster.
afterEach(async () => {
	await database.drop();
	const other = await cluster.database();
	await other.client.query("DROP ROLE IF EXISTS app_user");
	await other.drop();
});

const WAYS: readonly Way[] = ["online", "in transactions"];

const apply = (steps: readonly Step[], way: Way) => runSteps(database.client, steps, way);
const undo = (steps: readonly Step[]) => undoSteps(database.client, steps);

/** All that is in the catalog of tables, indexes and constraints. */
async function catalog(): Promise<string[]> {
	const { rows } = await database.client.query(`
		SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS what FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, atttypmod) || ' ' || attnotnull || ' ' || coalesce(pg_get_expr(adbin, adrelid), '')
			FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
			WHERE relnamespace = 'public'::regnamespace AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
		UNION ALL SELECT tablename || ' ' || policyname || ' ' || coalesce(qual, '') || ' ' || coalesce(with_check, '') FROM pg_policies
		UNION ALL SELECT table_name || ' ' || column_name || ' ' || grantee FROM information_schema.column_privileges WHERE grantee = 'app_user' AND privilege_type = 'UPDATE'
		ORDER BY 1`);
	return rows.map(({ what }) => what);
}

async function column(sql: string): Promise<unknown[]> {
	const { rows } = await database.client.query({ text: sql, rowMode: "array" });
	return rows.map(([value]) => value);
}

/** What is left undone: constraints that nobody checked, indexes that failed. */
const UNFINISHED = `SELECT conname FROM pg_constraint WHERE NOT convalidated
	UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`;

const A = "00000000-0000-0000-0000-00000000000a";
const B = "00000000-0000-0000-0000-00000000000b";
const id = (n: number) => `00000000-0000-0000-0000-${String(n).padStart(12, "0")}`;
const TENANTS = `INSERT INTO tenants VALUES ('${A}', 'A'), ('${B}', 'B');\n`;
const CUSTOMERS = `${TENANTS}INSERT INTO customers (id, tenant_id, email) VALUES ('${id(1)}', '${A}', 'a'), ('${id(2)}', '${B}', 'b');\n`;

/** The rows that each rule's example is filled with. */
const ROWS: Record<string, string> = {
	"tenant-column-missing": `${TENANTS}INSERT INTO exports VALUES ('${id(1)}', 'a');`,
	"tenant-column-nullable": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}'), ('${id(2)}', '${B}');`,
	"tenant-column-default": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}', 5), ('${id(2)}', '${B}', 5);`,
	"tenant-column-type": `INSERT INTO accounts VALUES (1, 'A'), (2, 'B');\nINSERT INTO orders VALUES ('${id(1)}', 1, 5), ('${id(2)}', 2, 5);`,
	"tenant-column-no-reference": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}', 5), ('${id(2)}', '${B}', 5);`,
	"tenant-column-mutable": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}', 5), ('${id(2)}', '${B}', 5);`,
	"tenant-fk-crosses": `${CUSTOMERS}INSERT INTO orders VALUES ('${id(1)}', '${A}', '${id(1)}'), ('${id(2)}', '${B}', '${id(2)}');`,
	"unique-crosses": CUSTOMERS,
	"tenant-index-missing": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}'), ('${id(2)}', '${B}');`,
	"tenant-index-order": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}', 5), ('${id(2)}', '${B}', 5);`,
	"fk-index-missing": `${TENANTS}INSERT INTO orders VALUES ('${id(1)}', '${A}', 5);\nINSERT INTO order_items VALUES ('${id(1)}', '${id(1)}', 5);`,
};

describe.each(WAYS)("%s", (way) => {
	it.each(RULES.filter(({ id }) => COLUMN_RULES.includes(id)).map(({ id, doc }) => [id, doc.bad] as const))(
		"what mends the example of %s runs on rows, and goes back",
		async (rule, bad) => {
			const { steps } = await mend(bad, [rule]);
			await database.client.query(`${bad}${ROWS[rule]}`);
			const before = await catalog();
			await apply(steps, way);
			expect(await column(UNFINISHED)).toEqual([]);
			expect(await catalog()).not.toEqual(before);
			await undo(steps);
			expect(await catalog()).toEqual(before);
		},
	);

	it("fills a new tenant column over one step and over two", async () => {
		await database.client.query(`${DERIVED}${CUSTOMERS}
			INSERT INTO orders (id, customer_id) VALUES ('${id(11)}', '${id(1)}'), ('${id(12)}', '${id(2)}');
			INSERT INTO order_items (id, order_id) SELECT gen_random_uuid(), id FROM orders, generate_series(1, 20000);`);
		const before = await catalog();
		const { steps } = await mend(DERIVED, ["tenant-column-missing", "tenant-fk-crosses", "fk-index-missing"]);
		await apply(steps, way);
		expect(await column(UNFINISHED)).toEqual([]);
		expect(
			await column(
				"SELECT o.tenant_id = c.tenant_id AND i.tenant_id = c.tenant_id FROM customers c JOIN orders o ON o.customer_id = c.id JOIN order_items i ON i.order_id = o.id GROUP BY 1",
			),
		).toEqual([true]);
		expect(await column("SELECT count(*)::int FROM order_items")).toEqual([40000]);
		expect(
			await column(
				"SELECT attnotnull FROM pg_attribute WHERE attrelid = 'order_items'::regclass AND attname = 'tenant_id'",
			),
		).toEqual([true]);
		// The application's INSERTs go on working, and stay within the tenant.
		await database.client.query(`SELECT set_config('app.tenant_id', '${B}', false)`);
		await database.client.query(`INSERT INTO order_items (id, order_id) VALUES ('${id(99)}', '${id(12)}')`);
		expect(await column(`SELECT tenant_id FROM order_items WHERE id = '${id(99)}'`)).toEqual([B]);
		await expect(
			database.client.query(`INSERT INTO order_items (id, order_id) VALUES ('${id(98)}', '${id(11)}')`),
		).rejects.toThrow("foreign key");
		await undo(steps);
		expect(await catalog()).toEqual(before);
	});

	it("leaves rows without a parent without a tenant", async () => {
		await database.client.query(
			`${OPTIONAL}${CUSTOMERS}INSERT INTO notes (id, customer_id) VALUES ('${id(1)}', '${id(1)}'), ('${id(2)}', NULL);`,
		);
		const { steps } = await mend(OPTIONAL, ["tenant-column-missing"]);
		await apply(steps, way);
		expect(await column("SELECT tenant_id FROM notes ORDER BY id")).toEqual([A, null]);
		await database.client.query("INSERT INTO notes (id) VALUES (gen_random_uuid())");
		await undo(steps);
	});

	it("makes foreign keys of every kind keep to the tenant", async () => {
		await database.client.query(`${CROSSING}${CUSTOMERS}
			INSERT INTO folders VALUES ('${id(1)}', '${A}', NULL), ('${id(2)}', '${A}', '${id(1)}'), ('${id(3)}', '${B}', NULL);
			INSERT INTO files VALUES ('${id(1)}', '${A}', '${id(2)}', '${id(1)}', NULL);`);
		const before = await catalog();
		const { steps } = await mend(CROSSING, ["tenant-fk-crosses"]);
		await apply(steps, way);
		expect(await column(UNFINISHED)).toEqual([]);
		await expect(database.client.query(`UPDATE files SET folder_id = '${id(3)}'`)).rejects.toThrow("foreign key");
		await expect(database.client.query(`UPDATE files SET editor_id = '${id(2)}'`)).rejects.toThrow("foreign key");
		// Deferred as before, cascades as before, and the file keeps its tenant.
		await database.client.query(
			`BEGIN; UPDATE folders SET parent_id = '${id(7)}' WHERE id = '${id(3)}'; UPDATE folders SET parent_id = NULL WHERE id = '${id(3)}'; COMMIT`,
		);
		await database.client.query(`DELETE FROM folders WHERE id = '${id(1)}'`);
		expect(await column("SELECT tenant_id::text || coalesce(folder_id::text, '-') FROM files")).toEqual([`${A}-`]);
		await undo(steps);
		expect(await catalog()).toEqual(before);
	});

	it("changes nothing where rows cross already", async () => {
		await database.client.query(
			`${CROSSING}${CUSTOMERS}INSERT INTO files VALUES ('${id(1)}', '${A}', NULL, '${id(2)}', NULL);`,
		);
		const { steps } = await mend(CROSSING, ["tenant-fk-crosses"]);
		await expect(apply(steps, way)).rejects.toThrow("violates foreign key");
		await database.client.query("ROLLBACK");
		expect(await column("SELECT count(*)::int FROM pg_constraint WHERE conname = 'files_owner_id_fkey'")).toEqual([1]);
	});

	it("takes partitioned tables along", async () => {
		await database.client.query(`${PARTITIONED}${CUSTOMERS}
			INSERT INTO events VALUES ('${id(1)}', '2026-05-01', '${A}', '${id(1)}'), ('${id(2)}', '2027-05-01', '${B}', '${id(2)}');
			INSERT INTO event_notes VALUES ('${id(1)}', '${id(1)}', '2026-05-01'), ('${id(2)}', '${id(2)}', '2027-05-01');`);
		const before = await catalog();
		const { steps } = await mend(PARTITIONED, ["tenant-column-missing", "tenant-fk-crosses", "tenant-index-missing"]);
		await apply(steps, way);
		expect(await column(UNFINISHED)).toEqual([]);
		expect(await column("SELECT tenant_id FROM event_notes ORDER BY id")).toEqual([A, B]);
		await expect(database.client.query(`UPDATE events SET customer_id = '${id(1)}'`)).rejects.toThrow("foreign key");
		await undo(steps);
		expect(await catalog()).toEqual(before);
	});

	it("keeps all that belongs to a unique key", async () => {
		await database.client.query(
			`${UNIQUE}${TENANTS}INSERT INTO customers (id, tenant_id, email, code) VALUES ('${id(1)}', '${A}', 'a', 'c'), ('${id(2)}', '${B}', 'b', NULL);`,
		);
		const before = await catalog();
		const { steps } = await mend(UNIQUE, ["unique-crosses"]);
		await apply(steps, way);
		expect(await column(UNFINISHED)).toEqual([]);
		const after = await catalog();
		expect(after).toContain(
			"CREATE UNIQUE INDEX customers_tenant_id_expr_idx ON public.customers USING btree (tenant_id, lower(name) text_pattern_ops DESC NULLS LAST) INCLUDE (email) WHERE (NOT gone)",
		);
		expect(after).toContain(
			"customers customers_tenant_id_code_key UNIQUE NULLS NOT DISTINCT (tenant_id, code) INCLUDE (name)",
		);
		expect(after).toContain(
			"customers customers_tenant_id_email_key UNIQUE (tenant_id, email) DEFERRABLE INITIALLY DEFERRED",
		);
		await undo(steps);
		expect(await catalog()).toEqual(before);
	});

	it("quotes what has to be quoted", async () => {
		await database.client.query(`${HOSTILE}
			INSERT INTO "Tenant $$" VALUES ('${A}', 'A'), ('${B}', 'B');
			INSERT INTO "Order ""Items""" VALUES ('${id(1)}', '${A}', 'x'), ('${id(2)}', '${B}', 'y');
			INSERT INTO "table $$" VALUES ('${id(1)}', '${A}', '${id(1)}'), ('${id(2)}', '${B}', '${id(2)}');
			INSERT INTO ${LONG} VALUES ('${id(1)}', '${id(1)}'), ('${id(2)}', '${id(2)}');`);
		const before = await catalog();
		const { steps } = await mend(HOSTILE, COLUMN_RULES, true, HOSTILE_CONFIG);
		await apply(steps, way);
		expect(await column(UNFINISHED)).toEqual([]);
		expect(await column(`SELECT "Tenant Id" FROM ${LONG} ORDER BY id`)).toEqual([A, B]);
		await undo(steps);
		expect(await catalog()).toEqual(before);
	});
});
