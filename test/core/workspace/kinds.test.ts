import { describe, expect, it } from "vitest";
import { found, upText, workspace } from "./finding";

const table = (name: string) => `CREATE TABLE ${name} (id int);\n`;

describe("Supabase", () => {
	it("runs migrations by timestamp; seeds, tests, schemas and other names don't count", () => {
		const files = workspace(
			"apps/web/supabase/migrations/20240301000000_b.sql",
			"apps/web/supabase/migrations/20240201000000_a.sql",
			"apps/web/supabase/migrations/notes.sql",
			"apps/web/supabase/seed.sql",
			"apps/web/supabase/seeds/a.sql",
			"apps/web/supabase/tests/database/01.sql",
			"apps/web/supabase/schemas/x.sql",
			"apps/web/supabase/config.toml",
		);
		expect(found(files)).toEqual(["supabase apps/web/supabase/migrations: 20240201000000_a.sql, 20240301000000_b.sql"]);
	});

	it("sorts names as text, so a date stands among the times of those days", () => {
		const names = ["20240115_b.sql", "20240110093000_a.sql", "202403010001_d.sql", "20240201093000_c.sql"];
		expect(found(workspace(...names.map((name) => `supabase/migrations/${name}`)))).toEqual([
			"supabase supabase/migrations: 20240110093000_a.sql, 20240115_b.sql, 20240201093000_c.sql, 202403010001_d.sql",
		]);
	});

	it("begins with what was run by hand before the first migration, where the migrations build on it", () => {
		const migrations = {
			"supabase/migrations/20240101000000_a.sql":
				"ALTER TABLE shops ADD COLUMN open boolean;\nCREATE TABLE visits (id int);\n",
		};
		const by = (...files: readonly Readonly<Record<string, string>>[]) => found(workspace(migrations, ...files));
		const base = { "supabase/schema.sql": table("shops") };
		const seed = { "supabase/seed.sql": table("samples") };
		expect(by(base, seed)).toEqual(["supabase supabase/migrations: supabase/schema.sql, 20240101000000_a.sql"]);
		const archive = { "supabase/archive/1_old.sql": table("shops") };
		expect(by(seed, archive)).toEqual(["supabase supabase/migrations: 20240101000000_a.sql"]);
	});

	it("takes the declarative schemas without migrations, in the order of their names or of schema_paths", () => {
		const schemas = workspace("supabase/schemas/b/x.sql", "supabase/schemas/a.sql", "supabase/seed.sql");
		expect(found(schemas)).toEqual(["supabase supabase/schemas: a.sql, b/x.sql"]);
		const config = {
			"supabase/config.toml": '[db.migrations]\nschema_paths = [\n  "./schemas/b/*.sql",\n  "./schemas/**/*.sql",\n]\n',
		};
		expect(found([...schemas, ...workspace(config)])).toEqual(["supabase supabase/schemas: b/x.sql, a.sql"]);
	});
});

describe("Prisma", () => {
	it("runs the folders by name, wherever they are", () => {
		expect(
			found(
				workspace(
					"packages/db/migration/20240201000000_b x/migration.sql",
					"packages/db/migration/20240101000000_a.sql/migration.sql",
					"packages/db/dev.db",
				),
			),
		).toEqual(["prisma packages/db/migration: 20240101000000_a.sql/migration.sql, 20240201000000_b x/migration.sql"]);
	});

	it("is known by its lock file, which says if it is PostgreSQL", () => {
		const files = workspace("prisma/migrations/init/migration.sql");
		expect(
			found([...files, ...workspace({ "prisma/migrations/migration_lock.toml": 'provider = "postgresql"' })]),
		).toEqual(["prisma prisma/migrations: init/migration.sql"]);
		expect(found([...files, ...workspace({ "prisma/migrations/migration_lock.toml": 'provider = "mysql"' })])).toEqual(
			[],
		);
	});

	it("may be opened at the migrations themselves", () => {
		expect(found(workspace("20240101_a/migration.sql", "20240102_b/migration.sql"))).toEqual([
			"prisma .: 20240101_a/migration.sql, 20240102_b/migration.sql",
		]);
		expect(found(workspace("migration.sql"))).toEqual(["declarative migration.sql: migration.sql"]);
	});
});

describe("Drizzle", () => {
	const journal = (dialect: string, ...tags: string[]) => ({
		"drizzle/meta/_journal.json": JSON.stringify({
			version: "7",
			dialect,
			entries: tags.map((tag, index) => ({ idx: tags.length - index, tag })),
		}),
	});

	it("runs what the journal lists, in its order", () => {
		const files = workspace(
			"drizzle/0000_a.sql",
			"drizzle/0001_b.sql",
			"drizzle/0002_not_listed.sql",
			"drizzle/meta/0000_snapshot.json",
		);
		expect(found([...files, ...workspace(journal("postgresql", "0001_b", "0000_a"))])).toEqual([
			"drizzle drizzle: 0000_a.sql, 0001_b.sql",
		]);
	});

	it("is left out for another dialect, and ordered by name without a readable journal", () => {
		const files = workspace("drizzle/0010_b.sql", "drizzle/0002_a.sql");
		expect(found([...files, ...workspace(journal("sqlite", "0010_b"))])).toEqual([]);
		expect(found([...files, ...workspace({ "drizzle/meta/_journal.json": "{" })])).toEqual([
			"drizzle drizzle: 0002_a.sql, 0010_b.sql",
		]);
		expect(found([...files, ...workspace({ "drizzle/meta/_journal.json": "[]" })])).toEqual([
			"drizzle drizzle: 0002_a.sql, 0010_b.sql",
		]);
	});

	it("does not run what stands beside a journal that lists only others", () => {
		const files = workspace("drizzle/0010_b.sql", "drizzle/0002_a.sql");
		expect(found([...files, ...workspace(journal("postgresql", "0000_not_there"))])).toEqual([
			"ordered drizzle: 0002_a.sql, 0010_b.sql",
		]);
		expect(found([...files, ...workspace(journal("postgresql"))])).toEqual(["drizzle drizzle: 0002_a.sql, 0010_b.sql"]);
	});

	it("knows the later layout with a folder for each migration", () => {
		expect(found(workspace("drizzle/20240102_b/migration.sql", "drizzle/20240101_a/migration.sql"))).toEqual([
			"drizzle drizzle: 20240101_a/migration.sql, 20240102_b/migration.sql",
		]);
		expect(found(workspace({ "db/20240101_a/migration.sql": `${table("a")}--> statement-breakpoint\n` }))).toEqual([
			"drizzle db: 20240101_a/migration.sql",
		]);
	});
});

describe("Flyway", () => {
	it("compares versions part by part as numbers, and runs repeatables last", () => {
		const files = workspace(
			"db/migration/V10__e.sql",
			"db/migration/V2__c.sql",
			"db/migration/V1.1__b.sql",
			"db/migration/V1__a.sql",
			"db/migration/V2_1__d.sql",
			"db/migration/R__views.sql",
			"db/migration/R__a functions.sql",
			"db/migration/U2__c.sql",
			"db/migration/afterMigrate.sql",
		);
		expect(found(files)).toEqual([
			"flyway db/migration: V1__a.sql, V1.1__b.sql, V2__c.sql, V2_1__d.sql, V10__e.sql, R__a functions.sql, R__views.sql",
			"declarative db/migration/afterMigrate.sql: db/migration/afterMigrate.sql",
		]);
	});

	it("starts from the newest baseline", () => {
		expect(
			found(workspace("sql/V1__a.sql", "sql/V2__b.sql", "sql/V3__c.sql", "sql/B1__x.sql", "sql/B2__y.sql")),
		).toEqual(["flyway sql: B2__y.sql, V3__c.sql"]);
	});

	it("takes the folders below as one location, unless their versions clash", () => {
		expect(
			found(workspace("db/migration/2023/V1__a.sql", "db/migration/2024/V2__b.sql", "db/migration/views/R__v.sql")),
		).toEqual(["flyway db/migration: 2023/V1__a.sql, 2024/V2__b.sql, views/R__v.sql"]);
		expect(found(workspace("a/sql/V1__a.sql", "b/sql/V1__b.sql"))).toEqual([
			"flyway a/sql: V1__a.sql",
			"flyway b/sql: V1__b.sql",
		]);
	});

	it("leaves other products' folders out", () => {
		expect(
			found(
				workspace("db/migration/mysql/V1__a.sql", "db/migration/postgresql/V1__a.sql", "db/migration/h2/V1__a.sql"),
			),
		).toEqual(["flyway db/migration/postgresql: V1__a.sql"]);
	});
});

describe("golang-migrate", () => {
	it("runs the up files by number", () => {
		expect(
			found(
				workspace(
					"migrations/10_c.up.sql",
					"migrations/10_c.down.sql",
					"migrations/2_b.up.sql",
					"migrations/2_b.down.sql",
					"migrations/000001_a.up.sql",
				),
			),
		).toEqual(["golang-migrate migrations: 000001_a.up.sql, 2_b.up.sql, 10_c.up.sql"]);
	});

	it("takes of a migration for several products PostgreSQL's, else the one for all", () => {
		expect(
			found(
				workspace(
					"m/1_a.cockroach.up.sql",
					"m/1_a.mysql.up.sql",
					"m/1_a.postgres.up.sql",
					"m/1_a.sqlite3.up.sql",
					"m/2_b.up.sql",
					"m/2_b.mysql.up.sql",
					"m/2_b2.cockroach.up.sql",
					"m/3_c.autocommit.up.sql",
					"m/3_c.postgres.autocommit.up.sql",
					"m/3_c.sqlite.autocommit.up.sql",
				),
			),
		).toEqual(["golang-migrate m: 1_a.postgres.up.sql, 2_b.up.sql, 3_c.postgres.autocommit.up.sql"]);
	});

	it("is not what runs a folder that has files without a direction among them", () => {
		expect(found(workspace("m/201801_a.up.sql", "m/201802_b.sql", "m/201803_c.up.sql", "m/201804_d.sql"))).toEqual([
			"ordered m: 201801_a.up.sql, 201802_b.sql, 201803_c.up.sql, 201804_d.sql",
		]);
		// A copy of a migration, and what is no migration by its number, are nothing of the kind.
		expect(found(workspace("m/001_a.up.sql", "m/002_b.up.sql", "m/002_b.sql", "m/01_x.sql", "m/02_y.sql"))[0]).toEqual(
			"golang-migrate m: 001_a.up.sql, 002_b.up.sql",
		);
	});

	it("takes a number alone for a name, where other files have one", () => {
		expect(found(workspace("m/0001_a.up.sql", "m/0002.down.sql", "m/0002.up.sql", "m/0003.up.sql"))).toEqual([
			"golang-migrate m: 0001_a.up.sql, 0002.up.sql, 0003.up.sql",
		]);
	});

	it("reads a folder for each release as one database", () => {
		expect(
			found(workspace("oss/0/01_a.up.sql", "oss/0/02_b.up.sql", "oss/10/01_d.up.sql", "oss/2/01_c.up.sql")),
		).toEqual(["golang-migrate oss: 0/01_a.up.sql, 0/02_b.up.sql, 2/01_c.up.sql, 10/01_d.up.sql"]);
	});
});

describe("goose", () => {
	const text =
		"-- a file\n-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE a (id int);\n-- +goose StatementEnd\n\n-- +goose Down\nDROP TABLE a;\n";

	it("runs the up part", () => {
		const files = workspace({ "migrations/00001_a.sql": text });
		expect(found(files)).toEqual(["goose migrations: 00001_a.sql"]);
		expect(upText(files)).toEqual(["-- +goose StatementBegin\nCREATE TABLE a (id int);\n-- +goose StatementEnd"]);
	});

	it("runs by number", () => {
		expect(found(workspace({ "m/10_b.sql": text, "m/9_a.sql": text, "m/20240101_c.sql": text }))).toEqual([
			"goose m: 9_a.sql, 10_b.sql, 20240101_c.sql",
		]);
	});

	it("takes marks in any case, without a down part, and not those within a function", () => {
		expect(upText(workspace({ "m/1_a.sql": "-- +goose NO TRANSACTION\n-- +goose up\nSELECT 1;" }))).toEqual([
			"SELECT 1;",
		]);
		const body =
			"-- +goose Up\nCREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n-- +goose Down\nSELECT 1;\n$$;\n-- +goose Down\nDROP FUNCTION f();";
		expect(upText(workspace({ "m/1_a.sql": body }))).toEqual([
			"CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$\n-- +goose Down\nSELECT 1;\n$$;",
		]);
	});

	it("never runs the down part, though a quote before it is left open", () => {
		expect(upText(workspace({ "m/1_a.sql": "-- +goose Up\nSELECT $$a;\n-- +goose Down\nDROP TABLE a;" }))).toEqual([
			"SELECT $$a;",
		]);
	});

	it("has an older relative", () => {
		const files = workspace({
			"m/1_a.sql": "-- +migrate Up\nCREATE TABLE a (id int);\n-- +migrate Down\nDROP TABLE a;",
		});
		expect(found(files)).toEqual(["ordered m: 1_a.sql"]);
		expect(upText(files)).toEqual(["CREATE TABLE a (id int);"]);
	});
});

describe("dbmate", () => {
	it("runs the up part, and takes db/schema.sql for the dump that it is", () => {
		const files = workspace({
			"db/migrations/20240101000000_a.sql":
				"-- migrate:up transaction:false\nCREATE TABLE a (id int);\n\n-- migrate:down\nDROP TABLE a;\n",
			"db/schema.sql": `${table("public.a")}${table("public.schema_migrations")}`,
		});
		expect(found(files)).toEqual(["dbmate db/migrations: 20240101000000_a.sql"]);
		expect(upText(files)).toEqual(["CREATE TABLE a (id int);"]);
	});
});

describe("sqitch", () => {
	const plan =
		"%syntax-version=1.0.0\n%project=shop\n\n# first\nusers 2024-01-01T00:00:00Z A <a@example.com> # note\n@v1 2024-01-02T00:00:00Z A <a@example.com>\n@v1.1 2024-01-02T00:00:00Z A <a@example.com>\norders [users] 2024-01-03T00:00:00Z A <a@example.com>\nusers [users@v1] 2024-01-04T00:00:00Z A <a@example.com>\n";

	it("runs deploy scripts in the plan's order, a reworked change under its tag", () => {
		expect(
			found(
				workspace(
					{ "sqitch.plan": plan },
					"deploy/orders.sql",
					"deploy/users.sql",
					"deploy/users@v1.1.sql",
					"revert/users.sql",
					"verify/users.sql",
					"deploy/unplanned.sql",
				),
			),
		).toEqual(["sqitch .: deploy/users@v1.1.sql, deploy/orders.sql, deploy/users.sql"]);
	});

	it("follows sqitch.conf", () => {
		const files = workspace({ "db/sqitch.plan": "a 2024-01-01T00:00:00Z A <a@example.com>\n" }, "db/sql/deploy/a.sql");
		expect(found([...files, ...workspace({ "db/sqitch.conf": "[core]\n\tengine = pg\n\ttop_dir = sql\n" })])).toEqual([
			"sqitch db: sql/deploy/a.sql",
		]);
		expect(
			found([...files, ...workspace({ "db/sqitch.conf": "[core]\n\tengine = mysql\n\ttop_dir = sql\n" })]),
		).toEqual([]);
	});
});

describe("Atlas", () => {
	it("runs the folder with atlas.sum by name", () => {
		expect(found(workspace("m/2_b.sql", "m/10_a.sql", "m/atlas.sum"))).toEqual(["atlas m: 10_a.sql, 2_b.sql"]);
	});

	it("starts from the newest checkpoint", () => {
		expect(
			found(workspace("m/1.sql", { "m/2.sql": `-- atlas:checkpoint\n${table("a")}` }, "m/3.sql", "m/atlas.sum")),
		).toEqual(["atlas m: 2.sql, 3.sql"]);
	});

	it("keeps the format of the tool whose files it holds", () => {
		expect(found(workspace("m/1_a.up.sql", "m/1_a.down.sql", "m/atlas.sum"))).toEqual(["golang-migrate m: 1_a.up.sql"]);
	});
});

describe("node-pg-migrate", () => {
	it("runs the up part", () => {
		const files = workspace({
			"migrations/1700000000000_a.sql":
				"-- a note; DROP TABLE x;\n-- Up Migration\nCREATE TABLE a (id int);\n\n-- Down Migration\nDROP TABLE a;\n",
		});
		expect(found(files)).toEqual(["node-pg-migrate migrations: 1700000000000_a.sql"]);
		expect(upText(files)).toEqual(["CREATE TABLE a (id int);"]);
	});

	it("runs what stands before the down part where no up part is marked", () => {
		expect(
			upText(workspace({ "migrations/1_a.sql": "CREATE TABLE a (id int);\n---- down  MIGRATION\nDROP TABLE a;\n" })),
		).toEqual(["CREATE TABLE a (id int);"]);
	});
});

describe("Rails", () => {
	it("knows structure.sql, one for each database", () => {
		expect(found(workspace("db/structure.sql", "db/animals_structure.sql", "db/migrate/20240101_a.rb"))).toEqual([
			"rails-structure db/animals_structure.sql: db/animals_structure.sql",
			"rails-structure db/structure.sql: db/structure.sql",
		]);
	});

	it("knows it elsewhere by its ledger", () => {
		expect(
			found(workspace({ "structure.sql": `${table("a")}INSERT INTO "schema_migrations" (version) VALUES ('1');` })),
		).toEqual(["rails-structure structure.sql: structure.sql"]);
		expect(found(workspace({ "docs/structure.sql": table("a") }))).toEqual([
			"declarative docs/structure.sql: docs/structure.sql",
		]);
	});
});
