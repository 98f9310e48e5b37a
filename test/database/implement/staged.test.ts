import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { columnList, quoteIdentifier, quoteName } from "../../../src/core/emit/identifier";
import type { Artifact, Blueprint } from "../../../src/core/implement/artifact";
import { FIRST_TENANT, planStages, type StagedPlan } from "../../../src/core/implement/staged/plan";
import { singleToMulti } from "../../../src/core/implement/staged/single-to-multi";
import { qualified, type Table } from "../../../src/core/schema/model";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyFiles } from "../apply";
import { type Checksum, checksums } from "../checksums";
import { type Cluster, startCluster, type TestDatabase } from "../cluster";
import { fillTables } from "../fill";
import { belongsTo, breaches } from "../isolation";
import { type Folder, writeArtifacts } from "../run-artifacts";
import { DROP_ROLES } from "../run-steps";
import { exampleBlueprint, starterBlueprint, textBlueprint } from "./subjects";

/**
 * The stages from one tenant to many, run one by one on a database with rows, while the application that knows nothing of
 * tenants goes on with its queries.
 */

const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

const STAGES = ["1-expand", "2-backfill", "3-enforce", "4-contract"];
const OLD_ROLE = "shop_of_one_tenant";

/** Names that need quotes, a key made of a code, a shared list, a table of logins, partitions. */
const ODD_SQL = `
CREATE SCHEMA "My Shop";
CREATE TABLE "My Shop"."Currency" (code char(3) PRIMARY KEY, name text NOT NULL);
INSERT INTO "My Shop"."Currency" VALUES ('EUR', 'Euro'), ('USD', 'Dollar');
CREATE TABLE "My Shop"."User" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, password_hash text NOT NULL);
CREATE TABLE "My Shop"."or""der's" (
  "No" text PRIMARY KEY,
  "User Id" bigint NOT NULL REFERENCES "My Shop"."User" (id) ON DELETE CASCADE,
  "tenant_id" text,
  currency char(3) NOT NULL REFERENCES "My Shop"."Currency" (code)
);
CREATE TABLE "My Shop"."a_table_whose_name_has_as_many_bytes_as_postgresql_allows_it_to" (
  "order" text NOT NULL REFERENCES "My Shop"."or""der's" ("No") ON DELETE CASCADE,
  line integer NOT NULL,
  PRIMARY KEY ("order", line)
);
CREATE TABLE "My Shop".events (at date NOT NULL, what text NOT NULL, "user" bigint REFERENCES "My Shop"."User" (id) ON DELETE SET NULL) PARTITION BY RANGE (at);
CREATE TABLE "My Shop".events_all PARTITION OF "My Shop".events DEFAULT;
`;

const SUBJECTS: readonly [string, () => Blueprint][] = [
	["examples/single-tenant", () => exampleBlueprint(analyzer, "single-tenant")],
	["a schema with odd names", () => textBlueprint(analyzer, ODD_SQL)],
];

describe.each(SUBJECTS)("%s", (_, subject) => {
	const blueprint = subject();
	const plan = planStages(blueprint) as StagedPlan;
	const artifacts = singleToMulti(blueprint);
	let database: TestDatabase;
	let client: pg.Client;
	let folder: Folder;
	let rows: Map<string, Checksum>;
	const tables = plan.choice.tables;

	beforeAll(async () => {
		database = await cluster.database();
		({ client } = database);
		folder = writeArtifacts(cluster, artifacts);
		await applyFiles(client, blueprint.database.files);
		expect([...(await fillTables(client, blueprint.database.model, blueprint.database.tenancy, 3)).empty]).toEqual([]);
		const schemas = [...new Set(tables.map(({ schema }) => quoteIdentifier(schema)))].join(", ");
		await client.query(`
			CREATE ROLE ${OLD_ROLE}; GRANT USAGE ON SCHEMA ${schemas} TO ${OLD_ROLE};
			GRANT ALL ON ALL TABLES IN SCHEMA ${schemas} TO ${OLD_ROLE}; GRANT ALL ON ALL SEQUENCES IN SCHEMA ${schemas} TO ${OLD_ROLE}`);
		rows = await checksums(client);
	});
	afterAll(async () => {
		folder?.remove();
		await client?.query("ROLLBACK; RESET ROLE");
		await client?.query(DROP_ROLES);
		await database?.drop();
	});

	/** Rows of the tables there were, over the columns there were. */
	const changed = async () => {
		const now = await checksums(client, rows);
		return [...rows].filter(([key, { sum }]) => now.get(key)?.sum !== sum).map(([key]) => key);
	};

	it.each(STAGES.slice(0, 3))("%s: up, down and up again; the old application works, rows stay", async (stage) => {
		const before = await shape(client);
		await folder.run(database.name, `stages/${stage}/up.sql`);
		await oldApplication(client, tables);
		expect(await changed()).toEqual([]);
		const after = await shape(client);
		expect(after).not.toEqual(before);

		await folder.run(database.name, `stages/${stage}/down.sql`);
		expect(await shape(client)).toEqual(before);
		await oldApplication(client, tables);
		expect(await changed()).toEqual([]);

		await folder.run(database.name, `stages/${stage}/up.sql`);
		expect(await shape(client)).toEqual(after);
		await oldApplication(client, tables);
		expect(await changed()).toEqual([]);
		await expect(client.query(`INSERT INTO ${quoteName(plan.tenants)} (name) VALUES ('Second')`)).rejects.toThrow(
			/tenants_only_one/,
		);
	});

	it("every row has the first tenant by now", async () => {
		for (const table of tables) {
			const column = quoteIdentifier(plan.column);
			const { rows: found } = await client.query(`SELECT DISTINCT ${column}::text AS tenant FROM ${quoteName(table)}`);
			expect(found).toEqual([{ tenant: FIRST_TENANT }]);
		}
	});

	it("4-contract: up, down and up again, as long as there is one tenant; the old application is out", async () => {
		const before = await shape(client);
		await folder.run(database.name, "stages/4-contract/up.sql");
		expect(await changed()).toEqual([]);
		await expect(oldApplication(client, tables)).rejects.toThrow();
		await folder.run(database.name, "stages/4-contract/down.sql");
		expect(await shape(client)).toEqual(before);
		await oldApplication(client, tables);
		expect(await changed()).toEqual([]);
		await folder.run(database.name, "stages/4-contract/up.sql");
		expect(await changed()).toEqual([]);
	});

	it("keeps a second and a third tenant apart from the first", async () => {
		const { model, tenancy } = plan.row.after;
		const { empty } = await fillTables(client, model, tenancy, 2, 3000);
		expect([...empty].filter(([key]) => tenancy.tables.get(key)?.scope !== "shared")).toEqual([]);
		const { rows: tenants } = await client.query(`SELECT id::text FROM ${quoteName(plan.tenants)} ORDER BY 1`);
		expect(tenants).toHaveLength(3);
		const found: string[] = [];
		for (const { id: tenant } of tenants)
			for (const table of [...tables, model.tables.get(qualified(plan.tenants)) as Table]) {
				const now = model.tables.get(qualified(table)) as Table;
				const session = { role: plan.row.roles.application[0] as string, setting: plan.setting.name, tenant };
				const got = await breaches(client, now, belongsTo(model, tenancy, now, tenant), session);
				found.push(...got.map((what) => `${qualified(table)}: ${what}`));
			}
		expect(found).toEqual([]);
	});

	it("can't go back once there is a second tenant", async () => {
		await expect(folder.run(database.name, "stages/4-contract/down.sql")).rejects.toThrow(/There is a second tenant/);
	});

	it("estimates each table by its size", async () => {
		const printed = await folder.run(database.name, "estimate.sql");
		for (const table of tables) expect(printed).toContain(table.name.replaceAll('"', '""'));
	});
});

it("the old application's own statements work until the last stage", async () => {
	const { database, folder } = await opened(singleToMulti(exampleBlueprint(analyzer, "single-tenant")));
	const { client } = database;
	const upsert = (name: string) =>
		client.query(
			`INSERT INTO products (name, slug) VALUES ('${name}', 'one') ON CONFLICT (slug) DO UPDATE SET name = excluded.name`,
		);
	await applyFiles(client, exampleBlueprint(analyzer, "single-tenant").database.files);
	for (const stage of STAGES.slice(0, 3)) {
		await folder.run(database.name, `stages/${stage}/up.sql`);
		await upsert(stage);
		await client.query(`INSERT INTO coupons VALUES ('${stage}', 10)`);
	}
	const { rows } = await client.query("SELECT name FROM products");
	expect(rows).toEqual([{ name: "3-enforce" }]);
	await folder.run(database.name, "stages/4-contract/up.sql");
	await expect(upsert("late")).rejects.toThrow();
	await close(database, folder);
});

it("the backfill fills rows without a tenant, in batches that are committed one by one", async () => {
	const { database, folder } = await opened(singleToMulti(exampleBlueprint(analyzer, "single-tenant")));
	const { client } = database;
	await applyFiles(client, exampleBlueprint(analyzer, "single-tenant").database.files);
	await folder.run(database.name, "stages/1-expand/up.sql");
	await client.query(
		"INSERT INTO coupons (code, percent_off, tenant_id) SELECT 'code ' || i, 10, NULL FROM generate_series(1, 3000) i",
	);
	await folder.run(database.name, "stages/2-backfill/up.sql");
	const left = "SELECT count(*)::int AS n FROM coupons WHERE tenant_id IS NULL";
	expect((await client.query(left)).rows).toEqual([{ n: 0 }]);
	// In batches of one page: each of several is committed by itself.
	await client.query("UPDATE coupons SET tenant_id = NULL");
	await client.query(`CALL tenancy_backfill('coupons', '${FIRST_TENANT}', 1)`);
	expect((await client.query(left)).rows).toEqual([{ n: 0 }]);
	const { rows } = await client.query("SELECT count(DISTINCT xmin::text)::int AS transactions FROM coupons");
	expect(rows[0].transactions).toBeGreaterThan(5);
	await close(database, folder);
});

it("says so where there are tenants already", () => {
	const artifacts = singleToMulti(starterBlueprint(analyzer));
	expect(artifacts.map(({ path }) => path)).toEqual(["README.md"]);
});

it("leaves lists that are the same for all without the column, and names the logins", () => {
	const plan = planStages(textBlueprint(analyzer, ODD_SQL));
	expect(plan?.choice.shared.map(({ table }) => table.name)).toEqual(["Currency"]);
	expect(plan?.choice.logins).toEqual(["My Shop.User"]);
	expect(plan?.column).not.toBe("tenant_id");
});

async function opened(artifacts: readonly Artifact[]) {
	return { database: await cluster.database(), folder: writeArtifacts(cluster, artifacts) };
}

async function close(database: TestDatabase, folder: Folder): Promise<void> {
	folder.remove();
	await database.client.query(DROP_ROLES);
	await database.drop();
}

/**
 * What an application does that knows only the columns there were: reads all rows, deletes them, writes them again, changes
 * them. As a role that does not own the tables.
 */
async function oldApplication(client: pg.Client, tables: readonly Table[]): Promise<void> {
	const saved = (i: number) => `saved_${i}`;
	const lists = tables.map(({ columns }) =>
		columnList(columns.filter(({ generated }) => generated === null).map(({ name }) => name)),
	);
	await client.query(`BEGIN; SET LOCAL ROLE ${OLD_ROLE}`);
	try {
		for (const [i, table] of tables.entries()) {
			await client.query(`CREATE TEMP TABLE ${saved(i)} ON COMMIT DROP AS SELECT ${lists[i]} FROM ${quoteName(table)}`);
			const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${saved(i)}`);
			if (rows[0].n === 0) throw new Error(`It sees no rows of ${qualified(table)}.`);
		}
		for (const table of [...tables].reverse()) await client.query(`DELETE FROM ${quoteName(table)}`);
		for (const [i, table] of tables.entries())
			await client.query(
				`INSERT INTO ${quoteName(table)} (${lists[i]}) OVERRIDING SYSTEM VALUE SELECT ${lists[i]} FROM ${saved(i)}`,
			);
		for (const [i, table] of tables.entries()) {
			const column = quoteIdentifier(table.columns.find(({ identity }) => identity !== "always")?.name ?? "");
			const { rowCount } = await client.query(`UPDATE ${quoteName(table)} SET ${column} = ${column}`);
			const { rows } = await client.query(`SELECT count(*)::int AS n FROM ${saved(i)}`);
			expect(rowCount).toBe(rows[0].n);
		}
		await client.query("COMMIT");
	} catch (error) {
		await client.query("ROLLBACK");
		throw error;
	}
}

/** What the stages make and take back: columns, constraints, indexes, policies, functions, options. */
async function shape(client: pg.Client): Promise<string[]> {
	const { rows } = await client.query(`
		WITH own AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema)')
		SELECT format('column %s.%s %s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) AS what
			FROM pg_attribute JOIN pg_class c ON c.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
			WHERE relnamespace IN (SELECT oid FROM own) AND attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p')
		UNION ALL SELECT format('constraint %s %s %s', conrelid::regclass, conname, regexp_replace(pg_get_constraintdef(oid), ' NOT VALID$', ''))
			FROM pg_constraint WHERE connamespace IN (SELECT oid FROM own)
		UNION ALL SELECT indexdef FROM pg_indexes JOIN pg_namespace ON nspname = schemaname WHERE pg_namespace.oid IN (SELECT oid FROM own)
		UNION ALL SELECT format('policy %s %s %s %s', polrelid::regclass, polname, pg_get_expr(polqual, polrelid), polroles::regrole[]) FROM pg_policy
		UNION ALL SELECT format('table %s %s %s %s', oid::regclass, relrowsecurity, relforcerowsecurity, reloptions) FROM pg_class
			WHERE relnamespace IN (SELECT oid FROM own) AND relkind IN ('r', 'p', 'v')
		UNION ALL SELECT format('function %s', oid::regprocedure) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
		ORDER BY 1`);
	return rows.map(({ what }) => what);
}
