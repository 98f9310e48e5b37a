import type pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RULES } from "../../src/core/rules";
import { withPolicy } from "../../src/core/rules/base/examples";
import { mended } from "../core/rules/mended";
import { type Cluster, startCluster, type TestDatabase } from "./cluster";
import { DROP_ROLES, runSteps, undoSteps } from "./run-steps";

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
	await database.client.query("RESET ROLE");
	await database.client.query(DROP_ROLES);
	await database.drop();
});

const [A, B] = ["6a5c0f0a-0000-4000-8000-000000000001", "6a5c0f0a-0000-4000-8000-000000000002"];
const ROWS = `INSERT INTO tenants VALUES ('${A}', 'A'), ('${B}', 'B');
INSERT INTO orders VALUES ('${A}', '${A}', 1), ('${B}', '${B}', 1);`;

/** What these fixes may change, as the catalog has it. */
const STATE = `SELECT
	(SELECT jsonb_agg(to_jsonb(p) ORDER BY tablename, policyname) FROM pg_policies p) AS policies,
	(SELECT jsonb_agg(to_jsonb(r) ORDER BY rolname) FROM (SELECT rolname, rolsuper, rolbypassrls FROM pg_roles) r) AS roles,
	(SELECT jsonb_agg(to_jsonb(f) ORDER BY proname) FROM (SELECT proname, proconfig FROM pg_proc WHERE pronamespace = 'public'::regnamespace) f) AS functions,
	(SELECT jsonb_agg(to_jsonb(c) ORDER BY relname) FROM (SELECT relname, reloptions,
		(SELECT jsonb_agg(acl::text ORDER BY acl::text) FROM aclexplode(relacl) acl) FROM pg_class WHERE relnamespace = 'public'::regnamespace) c) AS relations`;

/** The orders that the application sees as tenant A, or without a tenant: how many, or why it gets none. */
async function seen(client: pg.Client, tenant: string | null): Promise<number | string> {
	await client.query("BEGIN; SET LOCAL ROLE app_user");
	try {
		if (tenant !== null) await client.query("SELECT set_config('app.tenant_id', $1, true)", [tenant]);
		return (await client.query("SELECT * FROM orders")).rows.length;
	} catch (error) {
		return (error as Error).message;
	} finally {
		await client.query("ROLLBACK");
	}
}

/** Whether the application, as tenant A, may write an order for the tenant. */
async function mayWrite(client: pg.Client, tenant: string): Promise<boolean> {
	await client.query("BEGIN; SET LOCAL ROLE app_user");
	try {
		await client.query("SELECT set_config('app.tenant_id', $1, true)", [A]);
		await client.query("INSERT INTO orders VALUES (gen_random_uuid(), $1, 1)", [tenant]);
		return true;
	} catch {
		return false;
	} finally {
		await client.query("ROLLBACK");
	}
}

const examples = RULES.filter(
	({ id, doc }) =>
		["view-not-invoker", "matview-exposes", "function-search-path", "grant-truncate", "role-bypasses-rls"].includes(
			id,
		) ||
		(id.startsWith("policy-") && mended(doc.bad, id).steps.length > 0),
).map(({ id, doc }) => [id, doc.bad] as const);

describe.each(examples)("%s", (id, bad) => {
	it("is mended on PostgreSQL, and back", async () => {
		const { client } = database;
		const { steps } = mended(bad, id);
		expect(steps.length).toBeGreaterThan(0);
		await client.query(bad);
		const [before] = (await client.query(STATE)).rows;
		await runSteps(client, steps);
		expect((await client.query(STATE)).rows[0]).not.toEqual(before);
		await undoSteps(client, steps);
		const [after] = (await client.query(STATE)).rows;
		// A condition can't be taken away again; one that lets nothing through means the same.
		if (id === "policy-insert-unchecked")
			for (const policy of after.policies) if (policy.with_check === "false") policy.with_check = null;
		expect(after).toEqual(before);
	});
});

describe("what the application sees and writes", () => {
	const TENANT = "tenant_id = (SELECT current_setting('app.tenant_id')::uuid)";
	const LENIENT = "current_setting('app.tenant_id', true)";

	/** What it sees as A, and may write for A and B, before and after. */
	async function compare(sql: string, rule: string) {
		const { client } = database;
		await client.query(sql + ROWS);
		const look = async () => [await seen(client, A), await mayWrite(client, A), await mayWrite(client, B)];
		const before = await look();
		await runSteps(client, mended(sql, rule).steps);
		return { before, after: await look() };
	}

	it.each([
		["policy-always-true", withPolicy("TO app_user USING (true)")],
		["policy-ignores-tenant", withPolicy("TO app_user USING (total > 0)")],
		[
			"policy-always-true",
			`${withPolicy("TO app_user USING (true)")}CREATE POLICY "Second" ON orders TO app_user USING (1 = 1);\n`,
		],
	])("%s: all before, its own after", async (rule, sql) => {
		expect(await compare(sql, rule)).toEqual({ before: [2, true, true], after: [1, true, false] });
	});
	it("policy-literal-tenant: the constant's before, its own after", async () => {
		const sql = withPolicy(`TO app_user USING (tenant_id = '${B}' AND total > 0)`);
		expect(await compare(sql, "policy-literal-tenant")).toEqual({ before: [1, false, true], after: [1, true, false] });
	});
	it("policy-check-weaker: only its own can be written after", async () => {
		const sql = withPolicy(`TO app_user USING (${TENANT}) WITH CHECK (total > 0)`);
		expect(await compare(sql, "policy-check-weaker")).toEqual({ before: [1, true, true], after: [1, true, false] });
	});
	it("policy-insert-unchecked: nothing can be written before, its own after", async () => {
		const sql = `${withPolicy("FOR INSERT TO app_user")}CREATE POLICY reading ON orders FOR SELECT TO app_user USING (${TENANT});\n`;
		expect(await compare(sql, "policy-insert-unchecked")).toEqual({
			before: [1, false, false],
			after: [1, true, false],
		});
	});
	it("policy-null-opens: nothing is shown without a tenant after", async () => {
		const sql = withPolicy(
			`TO app_user USING (${LENIENT} IS NULL OR ${LENIENT} = '' OR tenant_id = nullif(${LENIENT}, '')::uuid)`,
		);
		const { client } = database;
		await client.query(sql + ROWS);
		expect(await seen(client, null)).toBe(2);
		expect(await seen(client, A)).toBe(1);
		await runSteps(client, mended(sql, "policy-null-opens").steps);
		expect(await seen(client, null)).toBe(0);
		expect(await seen(client, A)).toBe(1);
	});
	it("policy-setting-missing-ok: a session without a tenant fails", async () => {
		const sql = withPolicy(`TO app_user USING (tenant_id = (SELECT ${LENIENT}::uuid))`);
		const { client } = database;
		await client.query(sql + ROWS);
		expect(await seen(client, null)).toBe(0);
		await runSteps(client, mended(sql, "policy-setting-missing-ok").steps);
		expect(await seen(client, null)).toContain("app.tenant_id");
		expect(await seen(client, A)).toBe(1);
	});
	it("policy-per-row-call: the same rows, with the call once a statement", async () => {
		const functions = `CREATE SEQUENCE calls;
CREATE FUNCTION my_tenants() RETURNS uuid[] LANGUAGE sql AS $$ SELECT nextval('calls'); SELECT ARRAY[current_setting('app.tenant_id')]::uuid[] $$;\n`;
		const sql = `${functions}${withPolicy("TO app_user USING (tenant_id = ANY (my_tenants()))")}GRANT USAGE ON SEQUENCE calls TO app_user;\n`;
		const { client } = database;
		await client.query(sql + ROWS);
		const calls = async () => {
			await client.query("SELECT setval('calls', 1)");
			expect(await seen(client, A)).toBe(1);
			return Number((await client.query("SELECT last_value - 1 AS calls FROM calls")).rows[0].calls);
		};
		expect(await calls()).toBe(2);
		await runSteps(client, mended(sql, "policy-per-row-call").steps);
		expect(await calls()).toBe(1);
	});
});
