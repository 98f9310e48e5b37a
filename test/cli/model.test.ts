import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { BROKEN, SHOP } from "./fixtures";
import { buildWhenStale, tenancy } from "./run";
import { temporaryFolder } from "./temporary";

beforeAll(buildWhenStale, 180_000);

describe("tenancy model --json", () => {
	test("has the contract's fields", async () => {
		const cwd = temporaryFolder({ "db/schema.sql": SHOP });
		const { code, stdout } = await tenancy(["model", "--json"], cwd);
		expect(code).toBe(0);
		const model = JSON.parse(stdout);
		expect(model).toMatchObject({
			version: 1,
			kind: "declarative",
			tenancy: {
				mode: "row",
				roots: ["public.organizations"],
				tenantColumns: ["organization_id"],
				enforcement: expect.any(String),
				reason: expect.any(String),
			},
			statements: { total: 9, understood: 9, failed: 0 },
			problems: [],
		});
		expect(model.tables.map((table: { name: string; scope: string }) => [table.name, table.scope])).toEqual([
			["countries", "shared"],
			["invoices", "tenant-scoped"],
			["order_lines", "tenant-derived"],
			["orders", "tenant-scoped"],
			["organizations", "tenant-root"],
		]);
		expect(model.tables[3]).toMatchObject({
			schema: "public",
			place: { file: "db/schema.sql", line: 5, column: 1, endLine: 11, endColumn: 2 },
			reason: expect.stringContaining("organization_id"),
			tenantColumn: "organization_id",
			tenantPath: null,
			rls: { enabled: true, forced: true, policies: ["orders_tenant_isolation"] },
			primaryKey: ["id"],
			foreignKeys: [
				{
					name: "orders_organization_id_fkey",
					columns: ["organization_id"],
					references: "public.organizations",
					to: ["id"],
					onDelete: "cascade",
				},
			],
			uniques: [{ name: "orders_organization_id_number_key", columns: ["organization_id", "number"] }],
			indexes: [
				{
					name: "orders_open",
					columns: ["organization_id", expect.stringContaining("lower(")],
					unique: false,
					method: "btree",
					where: expect.stringContaining("paid_at IS NULL"),
				},
			],
			partitionOf: null,
		});
		expect(model.tables[3].columns[0]).toEqual({
			name: "id",
			type: "uuid",
			notNull: true,
			default: "gen_random_uuid()",
		});
		expect(model.tables[2]).toMatchObject({
			tenantColumn: null,
			tenantPath: [{ columns: ["order_id"], references: "public.orders", to: ["id"] }],
		});
	});

	test("broken SQL is reported with its place, and the rest goes on", async () => {
		const cwd = temporaryFolder({ "schema.sql": BROKEN });
		const { code, stdout } = await tenancy(["model", "--json"], cwd);
		expect(code).toBe(0);
		const model = JSON.parse(stdout);
		expect(model.tables.map((table: { name: string }) => table.name)).toEqual(["players", "teams"]);
		expect(model.statements).toEqual({ total: 3, understood: 2, failed: 1 });
		expect(model.problems).toEqual([
			{
				place: expect.objectContaining({ file: "schema.sql", line: 2 }),
				message: expect.any(String),
				kind: "syntax",
				severity: "error",
			},
		]);
	});

	test("several databases are kept apart, and --database picks one", async () => {
		const cwd = temporaryFolder({
			"billing/migrations/0001_a.sql": SHOP,
			"billing/migrations/0002_b.sql": "CREATE TABLE refunds (id uuid PRIMARY KEY);",
			"chat/migrations/0001_a.sql": "CREATE TABLE rooms (id uuid PRIMARY KEY);",
			"chat/migrations/0002_b.sql":
				"CREATE TABLE posts (id uuid PRIMARY KEY, room_id uuid NOT NULL REFERENCES rooms (id));",
		});
		const all = JSON.parse((await tenancy(["model", "--json"], cwd)).stdout);
		expect(all.version).toBe(1);
		expect(all.databases.map((database: { path: string }) => database.path)).toEqual([
			"billing/migrations",
			"chat/migrations",
		]);
		const one = JSON.parse((await tenancy(["model", "--json", "--database", "chat/migrations"], cwd)).stdout);
		expect(one).toMatchObject({ version: 1, path: "chat/migrations", tenancy: { mode: "single-tenant" } });
		expect(one.databases).toBeUndefined();
		const none = await tenancy(["model", "--json", "--database", "chat"], cwd);
		expect(none).toMatchObject({ code: 2, stdout: "" });
		expect(none.stderr).toContain("chat/migrations");
	});

	test("paths in the output are relative to the current folder, wherever the files are", async () => {
		const cwd = temporaryFolder({ "shop/db/schema.sql": SHOP, "elsewhere/": "" });
		const { stdout } = await tenancy(["model", "--json", "../shop"], join(cwd, "elsewhere"));
		expect(JSON.parse(stdout)).toMatchObject({
			tables: expect.arrayContaining([
				expect.objectContaining({ place: expect.objectContaining({ file: "../shop/db/schema.sql" }) }),
			]),
		});
	});

	test("says the same twice", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		expect(await tenancy(["model", "--json"], cwd)).toEqual(await tenancy(["model", "--json"], cwd));
	});
});

describe("tenancy model", () => {
	test("prints for people: the facts, then the tables by scope with the reason, unscoped first", async () => {
		const cwd = temporaryFolder({
			"schema.sql": `${SHOP}CREATE TABLE uploads (id uuid PRIMARY KEY, order_id uuid REFERENCES orders (id), content bytea);`,
		});
		const { code, stdout, stderr } = await tenancy(["model"], cwd);
		expect(code).toBe(0);
		expect(stdout).toMatch(/Tenant roots +public\.organizations\n +Tenant columns +organization_id\n/);
		expect(stdout).toContain("Scopes          1 unscoped, 1 tenant-root, 2 tenant-scoped, 1 tenant-derived, 1 shared");
		const at = ["! Unscoped", "★ Tenant roots", "● Tenant-scoped", "↳ Tenant-derived", "○ Shared"].map((title) =>
			stdout.indexOf(title),
		);
		expect(at.every((position, i) => position > (at[i - 1] ?? 0))).toBe(true);
		expect(stdout).toMatch(/^ {2}uploads +\S.*\.$/m);
		expect(stderr).toContain("Reading 1 SQL file");
	});

	test("--quiet leaves stderr empty; nothing is coloured in a pipe", async () => {
		const cwd = temporaryFolder({ "schema.sql": SHOP });
		for (const args of [
			["model", "--quiet"],
			["--quiet", "model"],
		]) {
			const { stdout, stderr } = await tenancy(args, cwd);
			expect(stderr).toBe("");
			expect(stdout).not.toContain("\u001b");
		}
	});

	test("names from the SQL can't move the cursor or hide text", async () => {
		const cwd = temporaryFolder({ "schema.sql": 'CREATE TABLE "red\u001b[31m\u202eevil" (id int PRIMARY KEY);' });
		const { stdout } = await tenancy(["model"], cwd);
		expect(stdout).toContain("red\\u001b[31m\\u202eevil");
	});
});
