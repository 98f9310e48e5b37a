import { describe, expect, it } from "vitest";
import { ORDERS, PRODUCT, secured } from "../../../src/core/rules/base/examples";
import { findingsIn } from "./checked";

/** `rule severity: message` of what one rule finds. */
async function found(rule: string, sql: string): Promise<string[]> {
	return (await findingsIn(sql))
		.filter((each) => each.rule === rule)
		.map(({ severity, message }) => `${severity}: ${message}`);
}

const INDEX = "CREATE INDEX CONCURRENTLY orders_total_idx ON orders (tenant_id, total);";

describe("migration-concurrently-in-transaction knows what each tool does", () => {
	const rule = "migration-concurrently-in-transaction";

	it("goose begins a transaction unless it is told not to", async () => {
		const files = (mark: string) =>
			`-- migrations/00001_orders.sql\n-- +goose Up\n${PRODUCT}${ORDERS}-- migrations/00002_index.sql\n${mark}-- +goose Up\n${INDEX}\n-- +goose Down\nDROP INDEX orders_total_idx;\n`;
		expect(await found(rule, files(""))).toEqual([
			"error: PostgreSQL refuses CONCURRENTLY inside a transaction, and goose runs this file in one.",
		]);
		expect(await found(rule, files("-- +goose NO TRANSACTION\n"))).toEqual([]);
	});

	it("dbmate begins a transaction unless it is told not to", async () => {
		const files = (option: string) =>
			`-- db/migrations/20260101000000_orders.sql\n-- migrate:up\n${PRODUCT}${ORDERS}-- migrate:down\n-- db/migrations/20260102000000_index.sql\n-- migrate:up${option}\n${INDEX}\n-- migrate:down\n`;
		expect(await found(rule, files(""))).toHaveLength(1);
		expect(await found(rule, files(" transaction:false"))).toEqual([]);
	});

	it("golang-migrate sends a file as one message, so the statement needs a file of its own", async () => {
		const files = (rest: string) =>
			`-- migrations/000001_orders.up.sql\n${PRODUCT}${ORDERS}-- migrations/000001_orders.down.sql\nDROP TABLE orders;\n-- migrations/000002_index.up.sql\n${INDEX}\n${rest}-- migrations/000002_index.down.sql\nDROP INDEX orders_total_idx;\n`;
		expect(await found(rule, files(""))).toEqual([]);
		expect(await found(rule, files("ALTER TABLE orders ADD COLUMN note text;\n"))).toHaveLength(1);
	});

	it("nothing of what a program fills in before it runs it", async () => {
		const schema = INDEX.replace("orders (", "/* SCHEMA */.orders (");
		const files = `-- migrations/000001_orders.up.sql\n${PRODUCT}${ORDERS}-- migrations/000002_index.up.sql\n${schema}\nALTER TABLE orders ADD COLUMN note text;\n`;
		expect(await found(rule, files)).toEqual([]);
	});
});

describe("migration-policy-gap", () => {
	const rule = "migration-policy-gap";
	const before = `-- migrations/0001_orders.sql\n${PRODUCT}${ORDERS}${secured("orders")}-- migrations/0002_policy.sql\n`;
	const swap = `DROP POLICY orders_tenant_isolation ON orders;\nCREATE POLICY orders_tenant_isolation ON orders TO app_user USING (tenant_id = (SELECT current_setting('app.tenant_id')::uuid));\n`;

	it("says less where a runner may begin a transaction", async () => {
		expect(await found(rule, before + swap)).toEqual([
			"info: Unless the whole file runs in one transaction, public.orders is without its policy until a later statement gives it back.",
		]);
	});

	it("sees row-level security switched off in between", async () => {
		const off = `${before}BEGIN;\nALTER TABLE orders DISABLE ROW LEVEL SECURITY;\nCOMMIT;\nUPDATE orders SET total = 0;\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\n`;
		expect(await found(rule, off)).toEqual([
			"warning: public.orders is without its row-level security until a later statement gives it back.",
		]);
	});

	it("says nothing in a file that describes the schema", async () => {
		expect(await found(rule, `${PRODUCT}${ORDERS}${secured("orders")}${swap}`)).toEqual([]);
	});
});

describe("migration-locks says of the newest migration", () => {
	const locks = (sql: string) =>
		found("migration-locks", `-- migrations/0001_orders.sql\n${PRODUCT}${ORDERS}-- migrations/0002_next.sql\n${sql}\n`);

	it.each([
		"ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0)",
		"ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers",
		"ALTER TABLE orders ADD UNIQUE (tenant_id, total)",
		"ALTER TABLE orders ALTER total SET NOT NULL",
		"ALTER TABLE orders ALTER total TYPE bigint",
		"ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid()",
		"ALTER TABLE orders ADD COLUMN number serial",
		"CREATE INDEX ON orders (total)",
	])("%s", async (sql) => {
		expect(await locks(sql)).toHaveLength(1);
	});

	it.each([
		"ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID",
		"ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers NOT VALID",
		"ALTER TABLE orders ADD COLUMN note text DEFAULT ''",
		"ALTER TABLE orders ALTER total SET DEFAULT 0",
		"CREATE INDEX CONCURRENTLY ON orders (total)",
		"ALTER TABLE customers ALTER email TYPE text",
		"COMMENT ON TABLE orders IS 'nothing'",
	])("nothing of %s", async (sql) => {
		expect(await locks(sql)).toEqual([]);
	});

	it("nothing of an index where the tool leaves its users no other way", async () => {
		const sql = `-- supabase/migrations/20240101000000_orders.sql\n${PRODUCT}${ORDERS}-- supabase/migrations/20240102000000_next.sql\n`;
		expect(await found("migration-locks", `${sql}CREATE INDEX ON orders (total);\n`)).toEqual([]);
		expect(await found("migration-locks", `${sql}ALTER TABLE orders ALTER total TYPE bigint;\n`)).toHaveLength(1);
	});
});
