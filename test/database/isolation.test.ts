import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect } from "../../src/cli/files/collect";
import { createAnalyzer, type DatabaseAnalysis } from "../../src/core/analyze";
import { quoteName } from "../../src/core/emit/identifier";
import { protectTables } from "../../src/core/fix/protect-tables";
import { qualified, type Table } from "../../src/core/schema/model";
import { createSqlReader } from "../../src/core/sql/reader";
import { applicationRoles } from "../../src/core/tenancy/enforcement";
import { applyFiles } from "./apply";
import { type Cluster, startCluster } from "./cluster";
import { fillTables } from "./fill";
import { belongsTo, breaches, inSession, makeApplicationRole } from "./isolation";

/**
 * After "Protect all tables": a role that owns nothing and is bound to one tenant sees and changes that tenant's rows alone,
 * whatever it asks for. Told by queries on a real PostgreSQL with rows of two tenants.
 */

/** Each kind of table: derived, partitioned, with a name that needs quotes; views and a function over them. */
const KINDS = `
CREATE TABLE tenants (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL);
CREATE TABLE "Order" (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), "tenantId" bigint NOT NULL REFERENCES tenants, total int NOT NULL);
CREATE TABLE order_lines (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), order_id uuid NOT NULL REFERENCES "Order" ON DELETE CASCADE, what text);
CREATE TABLE line_notes (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), line_id uuid NOT NULL REFERENCES order_lines ON DELETE CASCADE, note text);
CREATE TABLE events ("tenantId" bigint NOT NULL REFERENCES tenants, at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE events_2020 PARTITION OF events FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE events_later PARTITION OF events DEFAULT;
CREATE VIEW big_orders AS SELECT * FROM "Order" WHERE total > 0;
CREATE VIEW biggest_orders AS SELECT * FROM big_orders;
CREATE FUNCTION count_orders() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM "Order"';
`;
const APP = "isolation_test_app";

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const subjects = [
	...analyzer.analyze([{ path: "each-kind.sql", text: KINDS }], null).databases,
	...readdirSync("examples", { withFileTypes: true }).flatMap((entry) => {
		if (!entry.isDirectory()) return [];
		const { files, configText } = collect([`examples/${entry.name}`], process.cwd());
		return analyzer.analyze(files, configText).databases.filter(({ tenancy }) => tenancy.mode === "row");
	}),
];

async function inProtected(
	database: DatabaseAnalysis,
	look: (protectedDatabase: Parameters<typeof breaches>[0], after: DatabaseAnalysis, setting: string) => Promise<void>,
): Promise<void> {
	const { client, drop } = await cluster.database();
	try {
		await applyFiles(client, database.files);
		const filled = await fillTables(client, database.model, database.tenancy);
		expect([...filled.empty]).toEqual([]);
		const { steps, after } = protectTables(analyzer, database, null);
		for (const { sql } of steps) await client.query(sql);
		// What BYPASSRLS gives a role, its members don't get.
		const policies = [...after.model.tables.values()].flatMap((table) => table.policies);
		const roles = [...applicationRoles(after.model, undefined), ...policies.flatMap((policy) => policy.roles)];
		await makeApplicationRole(
			client,
			APP,
			[...new Set(roles)].filter((role) => role !== "public"),
		);
		const settings = policies.flatMap((policy) => policy.usesSettings);
		const often = (setting: string) => settings.filter((each) => each === setting).length;
		const [setting] = settings.sort((a, b) => often(b) - often(a));
		await look(client, after, setting ?? "");
	} finally {
		await client.query(`DROP OWNED BY ${APP}; DROP ROLE ${APP}`).catch(() => undefined);
		await drop();
	}
}

describe.each(subjects.map((database) => [database.path, database] as const))("%s, protected", (_, database) => {
	it("shows and changes rows of the session's tenant alone", () =>
		inProtected(database, async (client, after, setting) => {
			const found: string[] = [];
			const { model, tenancy } = database;
			const root = model.tables.get(tenancy.roots[0] ?? "");
			const { rows } = await client.query(`SELECT id::text FROM ${quoteName(root as Table)} ORDER BY 1`);
			expect(rows.length).toBe(2);
			for (const { id: tenant } of rows) {
				for (const table of after.model.tables.values()) {
					const own = tenancy.tables.get(qualified(table));
					if (!own || own.scope === "shared" || own.scope === "unscoped") continue;
					const isOwn = belongsTo(model, tenancy, table, tenant);
					const got = await breaches(client, table, isOwn, { role: APP, setting, tenant });
					found.push(...got.map((what) => `${qualified(table)}: ${what}`));
				}
			}
			expect(found).toEqual([]);
		}));
});

it("holds for views and functions over the tables, too", () =>
	inProtected(subjects[0] as DatabaseAnalysis, async (client, _, setting) => {
		const { rows } = await client.query(
			'SELECT "tenantId"::text AS tenant, count(*)::int AS orders FROM "Order" GROUP BY 1',
		);
		expect(rows.length).toBe(2);
		for (const { tenant, orders } of rows)
			await inSession(client, { role: APP, setting, tenant }, async () => {
				const { rows: seen } = await client.query(
					"SELECT (SELECT count(*)::int FROM biggest_orders) AS view, count_orders()::int AS function",
				);
				expect(seen).toEqual([{ view: orders, function: orders }]);
			});
	}));
