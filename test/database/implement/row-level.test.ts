import type pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createAnalyzer } from "../../../src/core/analyze";
import { quoteIdentifier, quoteName } from "../../../src/core/emit/identifier";
import type { Artifact, Blueprint } from "../../../src/core/implement/artifact";
import { planRowLevel, type RowPlan } from "../../../src/core/implement/base/row-plan";
import { rowLevel } from "../../../src/core/implement/row/row-level";
import { qualified } from "../../../src/core/schema/model";
import { createSqlReader } from "../../../src/core/sql/reader";
import { applyFiles } from "../apply";
import { checksums } from "../checksums";
import { type Cluster, startCluster, type TestDatabase } from "../cluster";
import { fillTables } from "../fill";
import { belongsTo, breaches, inSession } from "../isolation";
import { type Folder, writeArtifacts } from "../run-artifacts";
import { DROP_ROLES } from "../run-steps";
import { ensurePgTap } from "./pgtap";
import { exampleBlueprint, HOSTILE_SQL, starterBlueprint, textBlueprint } from "./subjects";

/** What `rowLevel` makes, run on a real PostgreSQL with rows of three tenants. */

const TENANTS = 3;
const analyzer = createAnalyzer(await createSqlReader());
let cluster: Cluster;
beforeAll(async () => {
	cluster = await startCluster();
});
afterAll(() => cluster?.stop());

interface Applied {
	readonly database: TestDatabase;
	readonly client: pg.Client;
	readonly plan: RowPlan;
	readonly folder: Folder;
	readonly artifacts: readonly Artifact[];
	/** The tenants' keys, as text. */
	readonly tenants: readonly string[];
}

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of open.splice(0)) await close();
});

/** A database with the product's tables and rows, and all of apply.sql run. */
async function applied(blueprint: Blueprint): Promise<Applied> {
	const database = await cluster.database();
	const { client } = database;
	const plan = planRowLevel(blueprint);
	const artifacts = rowLevel(blueprint);
	const folder = writeArtifacts(cluster, artifacts);
	open.push(async () => {
		folder.remove();
		await client.query("ROLLBACK; RESET ROLE");
		await client.query(DROP_ROLES);
		await database.drop();
	});
	const { model, tenancy } = blueprint.database;
	if (!blueprint.isStarter) {
		await applyFiles(client, blueprint.database.files);
		expect([...(await fillTables(client, model, tenancy, TENANTS)).empty]).toEqual([]);
	}
	const before = await checksums(client);
	await folder.run(database.name, "apply.sql");
	if (blueprint.isStarter) expect([...(await fillTables(client, model, tenancy, TENANTS)).empty]).toEqual([]);
	else {
		const after = await checksums(client, before);
		expect([...before].filter(([key, { sum }]) => after.get(key)?.sum !== sum)).toEqual([]);
	}
	const root = model.tables.get(tenancy.roots[0] ?? "");
	if (!root) throw new Error("The subject has no table of tenants.");
	const { rows } = await client.query(`SELECT id::text FROM ${quoteName(root)} ORDER BY 1`);
	return { database, client, plan, folder, artifacts, tenants: rows.map(({ id }) => id) };
}

function tenantTables({ plan }: Applied) {
	const { model, tenancy } = plan.after;
	return [...model.tables.values()].filter((table) => {
		const scope = tenancy.tables.get(qualified(table))?.scope;
		return scope !== "shared" && scope !== "unscoped" && table.partitionOf === null;
	});
}

const SUBJECTS: readonly [string, () => Blueprint][] = [
	["the starter", () => starterBlueprint(analyzer)],
	["examples/leaky", () => exampleBlueprint(analyzer, "leaky")],
	["examples/sound", () => exampleBlueprint(analyzer, "sound")],
	["examples/monorepo, hosting", () => exampleBlueprint(analyzer, "monorepo", 0)],
	["examples/monorepo, metering", () => exampleBlueprint(analyzer, "monorepo", 1)],
	["a schema with hostile names", () => textBlueprint(analyzer, HOSTILE_SQL)],
];

describe.each(SUBJECTS)("%s", (_, blueprint) => {
	it("shows and changes rows of the session's tenant alone, and none without one", async () => {
		const subject = await applied(blueprint());
		const { client, plan, tenants } = subject;
		expect(tenants).toHaveLength(TENANTS);
		const found: string[] = [];
		for (const tenant of tenants)
			for (const role of [plan.roles.application[0] as string, plan.roles.readOnly])
				for (const table of tenantTables(subject)) {
					const isOwn = belongsTo(plan.after.model, plan.after.tenancy, table, tenant);
					const got = await breaches(client, table, isOwn, { role, setting: plan.setting?.name ?? "", tenant });
					found.push(...got.map((what) => `${role} on ${qualified(table)}: ${what}`));
				}
		expect(found).toEqual([]);
	});

	it("lets the application work, the reader only read, and maintenance see all and remove a tenant", async () => {
		const subject = await applied(blueprint());
		const { client, plan, tenants, artifacts } = subject;
		const [tenant = ""] = tenants;
		const setting = plan.setting?.name ?? "";
		const { application, readOnly, maintenance } = plan.roles;
		for (const table of tenantTables(subject)) {
			const name = quoteName(table);
			const own = `SELECT count(*)::int AS n FROM ${name} WHERE ${belongsTo(plan.after.model, plan.after.tenancy, table, tenant)}`;
			const [{ n: ours }, { n: all }] = [
				(await client.query(own)).rows[0],
				(await client.query(`SELECT count(*)::int AS n FROM ${name}`)).rows[0],
			];
			expect(ours).toBeGreaterThan(0);
			expect(all).toBeGreaterThan(ours);
			const count = async () => (await client.query(`SELECT count(*)::int AS n FROM ${name}`)).rows[0].n;
			const column = quoteIdentifier(table.columns.find(({ identity }) => identity !== "always")?.name ?? "");
			for (const role of [application[0] as string, readOnly])
				await inSession(client, { role, setting, tenant }, async () => expect(await count()).toBe(ours));
			await inSession(client, { role: readOnly, setting, tenant }, async () =>
				expect(client.query(`UPDATE ${name} SET ${column} = ${column}`)).rejects.toThrow(/permission denied/),
			);
			await inSession(client, { role: maintenance, setting, tenant: "" }, async () => expect(await count()).toBe(all));
		}

		const rowsBy = async (condition: (own: string) => string) => {
			const counts = tenantTables(subject).map((table) => {
				const own = belongsTo(plan.after.model, plan.after.tenancy, table, tenant);
				return `(SELECT count(*) FROM ${quoteName(table)} WHERE ${condition(own)})`;
			});
			return Number((await client.query(`SELECT ${counts.join(" + ")} AS n`)).rows[0].n);
		};
		const others = await rowsBy((own) => `(${own}) IS NOT TRUE`);
		await client.query(`SET ROLE ${quoteIdentifier(maintenance)}`);
		await client.query(artifacts.find(({ path }) => path === "recipes/remove-tenant.sql")?.text ?? "");
		const remove = () => client.query("SELECT * FROM pg_temp.remove_tenant($1)", [tenant]);
		const { model, tenancy } = plan.after;
		const owned = new Set(tenantTables(subject).map(qualified));
		const isInTheWay = [...model.tables.values()].some(
			(table) =>
				tenancy.tables.get(qualified(table))?.scope === "unscoped" &&
				table.foreignKeys.some(({ references }) => owned.has(qualified(references))),
		);
		const before = await rowsBy((own) => own);
		// Rows that nobody is known to own may point at the tenant's: then all stays.
		if (isInTheWay) await expect(remove()).rejects.toThrow(/violates foreign key constraint/);
		else await remove();
		if (!isInTheWay) await expect(remove()).rejects.toThrow(/no row of a tenant/);
		await client.query("RESET ROLE");
		expect(await rowsBy((own) => own)).toBe(isInTheWay ? before : 0);
		expect(await rowsBy((own) => `(${own}) IS NOT TRUE`)).toBe(others);
	});

	it("passes its own pgTAP tests, which fail once a table is open", async () => {
		const { database, client, plan, folder } = await applied(blueprint());
		await ensurePgTap(client);
		const report = await folder.run(database.name, "tests/isolation.sql");
		const lines = report.split("\n").filter((line) => /^(not )?ok\b/.test(line));
		const count = Number(/^1\.\.(\d+)/m.exec(report)?.[1]);
		expect(count).toBeGreaterThan(0);
		expect(lines).toHaveLength(count);
		expect(lines.filter((line) => line.startsWith("not ok") || /SKIP/i.test(line))).toEqual([]);

		const [table] = [...plan.after.model.tables.values()].filter(
			(each) => plan.after.tenancy.tables.get(qualified(each))?.scope === "tenant-scoped",
		);
		if (!table) throw new Error("There is no table to open.");
		await client.query(`ALTER TABLE ${quoteName(table)} DISABLE ROW LEVEL SECURITY`);
		const opened = await folder.run(database.name, "tests/isolation.sql");
		expect(opened.split("\n").filter((line) => line.startsWith("not ok")).length).toBeGreaterThanOrEqual(3);
	});

	it("partitions tables by its recipe, which keeps rows and isolation", async () => {
		const subject = await applied(blueprint());
		const { database, client, plan, folder, artifacts, tenants } = subject;
		const recipe = artifacts.find(({ path }) => path === "recipes/partitioning.sql");
		if (recipe === undefined) throw new Error("With so much data a recipe is expected.");
		const before = await checksums(client);
		await folder.run(database.name, recipe.path);
		const after = await checksums(client, before);
		expect([...before].filter(([key, { sum }]) => after.get(key)?.sum !== sum)).toEqual([]);
		const { rows } = await client.query(
			"SELECT format('%s.%s', relnamespace::regnamespace, relname) AS key, relname FROM pg_class WHERE relkind = 'p'",
		);
		const found: string[] = [];
		const swapped = tenantTables(subject).filter(
			(table) => table.kind === "table" && rows.some(({ relname }) => relname === table.name),
		);
		expect(swapped.length).toBeGreaterThan(0);
		for (const table of swapped)
			for (const tenant of tenants) {
				const isOwn = belongsTo(plan.after.model, plan.after.tenancy, table, tenant);
				const session = { role: plan.roles.application[0] as string, setting: plan.setting?.name ?? "", tenant };
				found.push(...(await breaches(client, table, isOwn, session)));
			}
		expect(found).toEqual([]);
	});
});

describe("the tenant's functions", () => {
	it("bind one transaction, raise without a tenant, and fill the tenant column", async () => {
		const { client, tenants } = await applied(starterBlueprint(analyzer));
		const [tenant] = tenants;
		const app = async (...statements: string[]) => {
			await client.query("BEGIN; SET LOCAL ROLE app_user");
			try {
				let rows: unknown[] = [];
				for (const sql of statements) ({ rows } = await client.query(sql));
				return rows;
			} finally {
				await client.query("COMMIT");
			}
		};
		const bind = `SELECT public.bind_tenant('${tenant}')`;
		const insert = "INSERT INTO public.users (email) VALUES ('new@example.com') RETURNING tenant_id::text";
		expect(await app(bind, insert)).toEqual([{ tenant_id: tenant }]);
		await expect(app(insert)).rejects.toThrow("No tenant is bound to this transaction.");
		await expect(app("SELECT public.bind_tenant(NULL)")).rejects.toThrow(/no tenant/);
		await expect(app("SELECT * FROM public.users")).rejects.toThrow();
	});

	it("let a new tenant sign up", async () => {
		const { client } = await applied(starterBlueprint(analyzer));
		const id = "00000000-0000-0000-0000-0000000000aa";
		await client.query("BEGIN; SET LOCAL ROLE app_user");
		await client.query(`SELECT public.bind_tenant('${id}')`);
		const { rows } = await client.query(
			`INSERT INTO public.tenants (id, slug, name) VALUES ('${id}', 'new', 'New') RETURNING slug`,
		);
		await client.query("COMMIT");
		expect(rows).toEqual([{ slug: "new" }]);
	});
});

it("says so where no table has a tenant", () => {
	const artifacts = rowLevel(exampleBlueprint(analyzer, "single-tenant"));
	expect(artifacts.map(({ path }) => path)).toEqual(["README.md"]);
});

it("can't be run with an application's role that bypasses row-level security", async () => {
	const database = await cluster.database();
	const folder = writeArtifacts(cluster, rowLevel(starterBlueprint(analyzer)));
	try {
		await database.client.query("CREATE ROLE app_user BYPASSRLS");
		await expect(folder.run(database.name, "apply.sql")).rejects.toThrow(/app_user is a superuser or has BYPASSRLS/);
	} finally {
		folder.remove();
		await database.client.query(DROP_ROLES);
		await database.drop();
	}
});
