import { describe, expect, it } from "vitest";
import { findDatabases } from "../../../src/core/workspace/find";
import { isRelevantPath } from "../../../src/core/workspace/relevant";
import fc from "../../random-cases";
import { found, workspace } from "./finding";

const table = (...names: string[]) => names.map((name) => `CREATE TABLE ${name} (id int);\n`).join("");

describe("isRelevantPath", () => {
	it.each([
		"a.sql",
		"A.SQL",
		"db/x/y.sql",
		"prisma/migrations/migration_lock.toml",
		"drizzle/meta/_journal.json",
		"m/atlas.sum",
		"sqitch.plan",
		"sqitch.conf",
		"supabase/config.toml",
	])("admits %s", (path) => {
		expect(isRelevantPath(path)).toBe(true);
	});

	it.each(["a.ts", "config.toml", "package.json", "node_modules/x/a.sql", "a/.git/b.sql", "sql"])(
		"passes over %s",
		(path) => {
			expect(isRelevantPath(path)).toBe(false);
		},
	);
});

describe("findDatabases", () => {
	it("finds nothing where nothing is", () => {
		expect(found([])).toEqual([]);
		expect(found(workspace({ "queries/a.sql": "SELECT 1;", "b.sql": "-- nothing" }))).toEqual([]);
	});

	it("passes over what names another product where a file beside it names PostgreSQL", () => {
		const same = { "sql/pgsql-schema.sql": table("a"), "sql/mysql-schema.sql": table("a") };
		expect(found(workspace(same))).toEqual(["declarative sql/pgsql-schema.sql: sql/pgsql-schema.sql"]);
		const names = workspace("db/app.postgres.create.sql", "db/app.db2.create.sql", "db/app.mysql55.create.sql");
		expect(found(names)).toEqual(["declarative db/app.postgres.create.sql: db/app.postgres.create.sql"]);
		const folders = workspace({ "sql/postgresql/a.sql": table("a"), "sql/dm/a-dm8.sql": table("a") });
		expect(found(folders)).toEqual(["declarative sql/postgresql/a.sql: sql/postgresql/a.sql"]);
		// What may name another product names something else where nothing beside it names PostgreSQL.
		const alone = workspace({ "services/dm/a.sql": table("a"), "services/shop/b.sql": table("b") });
		expect(found(alone)).toHaveLength(2);
	});

	it("passes over what is written for another product, whatever it is called", () => {
		const files = workspace(
			{ "events/1_a.up.sql": "CREATE TABLE a (id UInt64 Codec(T64))\nENGINE = MergeTree() ORDER BY id;" },
			{ "events/2_b.up.sql": "ALTER TABLE a ADD COLUMN b LowCardinality(String);" },
			{ "shop/1_a.up.sql": "CREATE TABLE a (id int); -- once CREATE TABLE a (id int) ENGINE=InnoDB" },
			{ "shop/2_b.up.sql": table("b") },
			{ "notes/1_a/migration.sql": "CREATE TABLE `a` (\n`id` integer PRIMARY KEY\n);\n--> statement-breakpoint\n" },
		);
		expect(found(files)).toEqual(["golang-migrate shop: 1_a.up.sql, 2_b.up.sql"]);
	});

	it("runs a folder that changes what migrations create after them, and leaves another version of them by itself", () => {
		const migrations = { "db/migrations/20240101_a/migration.sql": table("shops") + table("visits") };
		const policies = {
			"db/rls/01_enable.sql": "CREATE POLICY p ON shops USING (true);\nCREATE TABLE notes (id int);\n",
			"db/rls/02_check.sql":
				"SELECT * FROM pg_class JOIN pg_roles ON true JOIN information_schema.columns ON true;\nALTER TABLE visits ENABLE ROW LEVEL SECURITY;\n",
		};
		expect(found(workspace(migrations, policies))).toEqual([
			"ordered db/migrations: 20240101_a/migration.sql, db/rls/01_enable.sql, db/rls/02_check.sql",
		]);
		const again = { "db/rls/00_tables.sql": table("visits") };
		expect(
			found(workspace(migrations, again, { "db/rls/01_enable.sql": "CREATE POLICY p ON shops USING (true);\n" })),
		).toEqual(["prisma db/migrations: 20240101_a/migration.sql", "ordered db/rls: 00_tables.sql, 01_enable.sql"]);
		// Of two that it may belong to, neither is plainly meant.
		const other = { "other/migrations/20240101_a/migration.sql": table("shops") + table("visits") };
		expect(found(workspace(migrations, policies, other))).toHaveLength(3);
	});

	it("runs scripts beside migrations after them where they change what those create, as by hand", () => {
		const migrations = { "db/prisma/migrations/20240101_a/migration.sql": table("shops") + table("visits") };
		const policies = {
			"db/prisma/migrations/policies.sql":
				"ALTER TABLE visits ENABLE ROW LEVEL SECURITY;\nCREATE POLICY p ON shops USING (true);\n",
			"db/prisma/rls/notes.sql":
				"CREATE TABLE notes (shop int REFERENCES shops);\nCREATE POLICY p ON visits USING (true);\n",
		};
		const files = workspace(migrations, policies);
		expect(found(files)).toEqual([
			"prisma db/prisma/migrations: 20240101_a/migration.sql, policies.sql, db/prisma/rls/notes.sql",
		]);
		expect(findDatabases(files)[0]?.files.map(({ byHand }) => byHand)).toEqual([undefined, true, true]);
		// A script of its own tables, and one that may be for either of two databases, are none of theirs.
		const own = { "stats/views.sql": "CREATE TABLE days (id int);\nCREATE VIEW v AS SELECT * FROM days;\n" };
		expect(found(workspace(migrations, own))).toHaveLength(2);
		const other = { "other/migrations/20240101_a/migration.sql": table("shops") + table("visits") };
		expect(found(workspace(migrations, policies, other))).toHaveLength(4);
	});

	it("passes over queries, seeds and tests, even with DDL in them", () => {
		expect(
			found(
				workspace(
					"schema.sql",
					"queries/q.sql",
					"seed.sql",
					"seeds/a.sql",
					"db/drop/a.sql",
					"tests/t.sql",
					"users_test.sql",
					"db/fixtures/f.sql",
					"verify/v.sql",
				),
			),
		).toEqual(["declarative schema.sql: schema.sql"]);
	});

	it("passes over tests' own migrations, other products' folders, and scripts that create no table", () => {
		expect(
			found(
				workspace(
					"migrations/1_a.up.sql",
					"migrations_sqlite/1_a.up.sql",
					"db-maria/migrations/1_a.up.sql",
					"internal/testdata/one/1_b.up.sql",
					"internal/stubs/migrations/1_c.up.sql",
					{ "plugin/parser_testdata/cases/tables.sql": table("d"), "integration-tests/schema.sql": table("e") },
					{ "scripts/grants.sql": "ALTER TABLE t0 OWNER TO app;" },
					{ "scripts/verify.sql": "BEGIN;\nCREATE TABLE seen (id int);\nROLLBACK;\n-- Nothing stays.\n" },
				),
			),
		).toEqual(["golang-migrate migrations: 1_a.up.sql"]);
		expect(found(workspace("internal/testdata/one/1_b.up.sql"))).toEqual([
			"golang-migrate internal/testdata/one: 1_b.up.sql",
		]);
		expect(found(workspace({ "a/schema.sql": table("a"), "lab_tests/schema.sql": table("b") }))).toHaveLength(2);
	});

	it("takes them where there is nothing else", () => {
		expect(found(workspace("tests/t.sql"))).toEqual(["declarative tests/t.sql: tests/t.sql"]);
	});

	it("keeps several databases of a workspace apart", () => {
		const files = workspace(
			"services/a/prisma/migrations/2024_a/migration.sql",
			"services/b/migrations/1_b.up.sql",
			"services/b/migrations/1_b.down.sql",
			"services/c/supabase/migrations/20240101_c.sql",
			{ "reporting/schema.sql": table("reports") },
		);
		expect(found(files)).toEqual([
			"declarative reporting/schema.sql: reporting/schema.sql",
			"prisma services/a/prisma/migrations: 2024_a/migration.sql",
			"golang-migrate services/b/migrations: 1_b.up.sql",
			"supabase services/c/supabase/migrations: 20240101_c.sql",
		]);
	});

	describe("a schema file beside migrations", () => {
		const migrations = { "m/1_a.up.sql": table("a", "b"), "m/2_c.up.sql": "ALTER TABLE b RENAME TO c;" };

		it("describes the same database if they create its tables: the migrations win", () => {
			expect(found(workspace(migrations, { "schema.sql": table("a", "c", "schema_migrations") }))).toEqual([
				"golang-migrate m: 1_a.up.sql, 2_c.up.sql",
			]);
			expect(found(workspace(migrations, { "db/structure.sql": table("a", "c") }))).toEqual([
				"golang-migrate m: 1_a.up.sql, 2_c.up.sql",
			]);
		});

		it("is a database of its own if they don't", () => {
			expect(found(workspace(migrations, { "schema.sql": table("a", "x", "y", "z") }))).toEqual([
				"golang-migrate m: 1_a.up.sql, 2_c.up.sql",
				"declarative schema.sql: schema.sql",
			]);
		});

		it("is where they start from if they build on its tables", () => {
			expect(
				found(
					workspace(
						{ "m/1_a.up.sql": "ALTER TABLE x ADD COLUMN a int;\nCREATE TABLE n (x int REFERENCES x);" },
						{ "init.sql": table("x", "y", "z") },
					),
				),
			).toEqual(["golang-migrate m: init.sql, 1_a.up.sql"]);
		});

		it("is where they have led to if it has all that they create besides", () => {
			const upgrades = { "db/0.27/01_n.sql": "ALTER TABLE x ADD COLUMN a int;\nCREATE TABLE n (x int REFERENCES x);" };
			const more = { "db/0.27/02_x.sql": "ALTER TABLE x ADD COLUMN b int;" };
			expect(found(workspace(upgrades, more, { "db/LATEST.sql": table("x", "y", "z", "n") }))).toEqual([
				"declarative db/LATEST.sql: db/LATEST.sql",
			]);
		});
	});

	it("gives every database a path of its own, whatever the files", () => {
		const names = fc.constantFrom(
			"a.sql",
			"1_a.sql",
			"2_b.sql",
			"V1__a.sql",
			"R__b.sql",
			"1_a.up.sql",
			"1_a.down.sql",
			"migration.sql",
			"structure.sql",
			"schema.sql",
			"seed.sql",
			"migration_lock.toml",
			"atlas.sum",
			"sqitch.plan",
			"up.sql",
		);
		const folders = fc.constantFrom(
			"",
			"a/",
			"a/b/",
			"supabase/migrations/",
			"supabase/schemas/",
			"20240101_x/",
			"20240102_y/",
			"deploy/",
			"meta/",
			"mysql/",
			"tests/",
		);
		const texts = fc.constantFrom(
			"CREATE TABLE a (x int);",
			"CREATE TABLE b (y int REFERENCES a);",
			"-- +goose Up\nCREATE TABLE c ();\n-- +goose Down",
			"-- migrate:up\n",
			"SELECT 1;",
			"",
			"$$ '",
			"\\i a.sql",
			"a 2024-01-01T00:00:00Z A <a@b.c>\n",
			'provider = "postgresql"',
		);
		fc.assert(
			fc.property(
				fc.uniqueArray(fc.tuple(folders, names, texts), { selector: ([folder, name]) => folder + name, maxLength: 15 }),
				(entries) => {
					const files = entries.map(([folder, name, text]) => ({ path: folder + name, text }));
					const sources = findDatabases(files);
					expect(new Set(sources.map(({ path }) => path)).size).toBe(sources.length);
					for (const { files: own } of sources) {
						expect(own.length).toBeGreaterThan(0);
						expect(new Set(own.map(({ path }) => path)).size).toBe(own.length);
						for (const { path, text, up } of own) {
							expect(files).toContainEqual({ path, text });
							for (const { start, end } of up ?? [])
								expect(0 <= start && start <= end && end <= text.length).toBe(true);
						}
					}
					expect(findDatabases([...files].reverse())).toEqual(sources);
				},
			),
			{ numRuns: 500 },
		);
	});
});
