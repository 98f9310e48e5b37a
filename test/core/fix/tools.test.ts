import { beforeAll, describe, expect, test } from "vitest";
import { type Analyzer, createAnalyzer } from "../../../src/core/analyze";
import type { Step } from "../../../src/core/emit/step";
import type { Fix } from "../../../src/core/fix/fix";
import { placeFix } from "../../../src/core/fix/place";
import { createSqlReader } from "../../../src/core/sql/reader";
import type { Kind } from "../../../src/core/workspace/database";
import { ALL, applied, CHECK, INDEX, NOW, only, RLS, sources, WORKSPACES } from "./workspaces";

let analyzer: Analyzer;
beforeAll(async () => {
	analyzer = createAnalyzer(await createSqlReader());
});

function fixOf(files: Readonly<Record<string, string>>, steps: readonly Step[], now = NOW): Fix {
	const all = sources(files);
	return placeFix(only(analyzer, all), steps, { title: "Protect orders", how: "preferred", now, files: all });
}

function written(kind: Kind, steps: readonly Step[], more: Readonly<Record<string, string>> = {}) {
	const { newFiles } = fixOf({ ...WORKSPACES[kind], ...more }, steps);
	return Object.fromEntries(newFiles.map(({ path, text }) => [path, text.split(/\n+/).filter((line) => line !== "")]));
}

const CREATE = `${INDEX.sql};`;
const DROP = `${INDEX.down};`;
const LOCAL = "SET LOCAL lock_timeout = '5s';";
const SESSION = "SET lock_timeout = '5s';";

describe("goose", () => {
	test("what is outside a transaction has a file with that mark, between the two others", () => {
		expect(written("goose", [CHECK, INDEX, RLS])).toEqual({
			"migrations/00003_tenancy_protect_orders_1.sql": [
				"-- Protect orders",
				"-- +goose Up",
				LOCAL,
				"-- No order costs less than nothing.",
				`${CHECK.sql};`,
				"-- +goose Down",
				LOCAL,
				`${CHECK.down};`,
			],
			"migrations/00004_tenancy_protect_orders_2.sql": [
				"-- +goose NO TRANSACTION",
				"-- Protect orders",
				"-- +goose Up",
				CREATE,
				"-- +goose Down",
				DROP,
			],
			"migrations/00005_tenancy_protect_orders_3.sql": [
				"-- Protect orders",
				"-- +goose Up",
				LOCAL,
				`${RLS.sql};`,
				"-- +goose Down",
				LOCAL,
				`${RLS.down};`,
			],
		});
	});

	test("a statement with a semicolon in it is marked as one", () => {
		const sql = "CREATE FUNCTION public.f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$";
		const step: Step = { sql, phase: "prepare", down: null, table: "public.orders" };
		expect(written("goose", [step])["migrations/00003_tenancy_protect_orders.sql"]).toEqual([
			"-- Protect orders",
			"-- +goose Up",
			LOCAL,
			"-- +goose StatementBegin",
			`${sql};`,
			"-- +goose StatementEnd",
			"-- +goose Down",
		]);
	});
});

test("dbmate: one statement alone, and no transaction either way", () => {
	expect(written("dbmate", ALL)).toMatchObject({
		"db/migrations/20250304050608_tenancy_protect_orders_2.sql": [
			"-- Protect orders",
			"-- migrate:up transaction:false",
			CREATE,
			"-- migrate:down transaction:false",
			DROP,
		],
		"db/migrations/20250304050609_tenancy_protect_orders_3.sql": expect.any(Array),
		"db/migrations/20250304050610_tenancy_protect_orders_4.sql": expect.any(Array),
	});
});

test("Supabase, Drizzle and node-pg-migrate can't leave the transaction: everything is written for one", () => {
	for (const kind of ["supabase", "drizzle", "node-pg-migrate"] as const) {
		const files = Object.values(written(kind, ALL));
		expect(files).toHaveLength(1);
		expect(files[0]).toContain(`${INDEX.inTransaction};`);
		expect(files.join()).not.toContain("CONCURRENTLY");
		expect(files[0]).toContain(LOCAL);
	}
});

describe("Prisma", () => {
	test("a concurrent index is alone in its file; a timestamp follows a baseline that is called 0_init", () => {
		expect(written("prisma", [INDEX, RLS])).toEqual({
			"prisma/migrations/20250304050607_tenancy_protect_orders_1/migration.sql": ["-- Protect orders", CREATE],
			"prisma/migrations/20250304050608_tenancy_protect_orders_2/migration.sql": [
				"-- Protect orders",
				SESSION,
				`${RLS.sql};`,
				"RESET lock_timeout;",
			],
		});
		const { "prisma/migrations/20240102000000_second/migration.sql": second, ...init } = WORKSPACES.prisma;
		const [file] = fixOf({ ...init, "prisma/migrations/0_init/migration.sql": `${second}` }, [RLS]).newFiles;
		expect(file?.path).toBe("prisma/migrations/20250304050607_tenancy_protect_orders/migration.sql");
	});

	test("its own schema has to be changed, too, where tables are", () => {
		expect(fixOf(WORKSPACES.prisma, [INDEX]).note).toContain("schema.prisma");
		expect(fixOf(WORKSPACES.prisma, [RLS]).note).toBeNull();
	});
});

describe("Drizzle", () => {
	test("the journal keeps its formatting, and breakpoints stand between statements", () => {
		const fix = fixOf(WORKSPACES.drizzle, [CHECK, RLS]);
		expect(fix.newFiles).toEqual([
			{
				path: "drizzle/0002_tenancy_protect_orders.sql",
				text: `-- Protect orders\n${LOCAL}\n--> statement-breakpoint\n-- No order costs less than nothing.\n${CHECK.sql};\n--> statement-breakpoint\n${RLS.sql};\n`,
			},
		]);
		const before = WORKSPACES.drizzle["drizzle/meta/_journal.json"] ?? "";
		const journal = JSON.parse(before);
		journal.entries.push({
			idx: 2,
			version: "7",
			when: Date.parse(NOW),
			tag: "0002_tenancy_protect_orders",
			breakpoints: true,
		});
		expect(applied(sources(WORKSPACES.drizzle), fix)[0]?.text).toBe(JSON.stringify(journal, null, 2));
	});

	test("tabs and CRLF in the journal; `when` is later than all others, as what isn't is passed over", () => {
		const path = "drizzle/meta/_journal.json";
		const journal = JSON.parse(WORKSPACES.drizzle[path] ?? "");
		journal.entries[1].when = 4000000000000;
		const text = `${JSON.stringify(journal, null, "\t").replaceAll("\n", "\r\n")}\r\n`;
		const files = { ...WORKSPACES.drizzle, [path]: text };
		const after = applied(sources(files), fixOf(files, [RLS]))[0]?.text ?? "";
		journal.entries.push({
			idx: 2,
			version: "7",
			when: 4000000000001,
			tag: "0002_tenancy_protect_orders",
			breakpoints: true,
		});
		expect(after).toBe(`${JSON.stringify(journal, null, "\t").replaceAll("\n", "\r\n")}\r\n`);
	});

	test("a journal that can't be read is left to a person; without prefixes names don't clash", () => {
		const broken = fixOf({ ...WORKSPACES.drizzle, "drizzle/meta/_journal.json": "{" }, [RLS]);
		expect(broken.edits).toEqual([]);
		expect(broken.note).toContain("Add 0002_tenancy_protect_orders to drizzle/meta/_journal.json");
		const entry = (idx: number, tag: string) => ({ idx, when: idx, tag });
		const named = {
			"drizzle/meta/_journal.json": JSON.stringify({
				dialect: "postgresql",
				entries: [entry(0, "first"), entry(1, "tenancy_protect_orders")],
			}),
			"drizzle/first.sql": WORKSPACES.drizzle["drizzle/0000_first.sql"] ?? "",
			"drizzle/tenancy_protect_orders.sql": WORKSPACES.drizzle["drizzle/0001_second.sql"] ?? "",
		};
		expect(fixOf(named, [RLS]).newFiles[0]?.path).toBe("drizzle/tenancy_protect_orders_2.sql");
	});

	test("the layout with a folder for each migration has no journal", () => {
		const files = {
			"drizzle/20240101000000_first/migration.sql": WORKSPACES.drizzle["drizzle/0000_first.sql"] ?? "",
			"drizzle/20240102000000_second/migration.sql": WORKSPACES.drizzle["drizzle/0001_second.sql"] ?? "",
		};
		const fix = fixOf(files, [RLS]);
		expect(fix.edits).toEqual([]);
		expect(fix.newFiles.map(({ path }) => path)).toEqual([
			"drizzle/20250304050607_tenancy_protect_orders/migration.sql",
		]);
		expect(only(analyzer, applied(sources(files), fix)).model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});
});

describe("Flyway", () => {
	test("a script that runs outside a transaction has a configuration of its own, and a remark on Flyway's lock", () => {
		const fix = fixOf(WORKSPACES.flyway, [INDEX, RLS]);
		expect(fix.newFiles.map(({ path }) => path)).toEqual([
			"db/migration/V1.2__tenancy_protect_orders_1.sql",
			"db/migration/V1.2__tenancy_protect_orders_1.sql.conf",
			"db/migration/V1.3__tenancy_protect_orders_2.sql",
		]);
		expect(fix.newFiles[1]?.text).toBe("executeInTransaction=false\n");
		expect(fix.note).toContain("flyway.postgresql.transactional.lock=false");
		expect(fixOf(WORKSPACES.flyway, [RLS]).note).toBeNull();
	});

	test("undo scripts are written where there are some; folders below and repeatable scripts are looked at", () => {
		const more = {
			"db/migration/undo/U1.1__second.sql": "DROP TABLE public.orders;\n",
			"db/migration/2024/V7__third.sql": "CREATE TABLE public.extra (id int);\n",
			"db/migration/R__views.sql": "CREATE OR REPLACE VIEW public.v AS SELECT 1;\n",
		};
		expect(Object.keys(written("flyway", [RLS], more))).toEqual([
			"db/migration/2024/V8__tenancy_protect_orders.sql",
			"db/migration/undo/U8__tenancy_protect_orders.sql",
		]);
	});
});

describe("golang-migrate", () => {
	test("a statement that must be outside a transaction alone, and the way down beside it", () => {
		expect(written("golang-migrate", [INDEX, RLS])).toEqual({
			"migrations/000003_tenancy_protect_orders_1.up.sql": ["-- no-transaction", "-- Protect orders", CREATE],
			"migrations/000003_tenancy_protect_orders_1.down.sql": ["-- no-transaction", "-- Undo: Protect orders", DROP],
			"migrations/000004_tenancy_protect_orders_2.up.sql": [
				"-- Protect orders",
				SESSION,
				`${RLS.sql};`,
				"RESET lock_timeout;",
			],
			"migrations/000004_tenancy_protect_orders_2.down.sql": [
				"-- Undo: Protect orders",
				SESSION,
				`${RLS.down};`,
				"RESET lock_timeout;",
			],
		});
	});

	test("a transaction of its own where the others have one", () => {
		const more = { "migrations/000003_third.up.sql": "BEGIN;\nCREATE TABLE public.extra (id int);\nCOMMIT;\n" };
		expect(written("golang-migrate", [RLS], more)["migrations/000004_tenancy_protect_orders.up.sql"]).toEqual([
			"-- Protect orders",
			"BEGIN;",
			LOCAL,
			`${RLS.sql};`,
			"COMMIT;",
		]);
	});

	test("names the product where the others do, and writes no way down where the others have none", () => {
		const files = {
			"db/1_first.postgres.up.sql": WORKSPACES["golang-migrate"]["migrations/000001_first.up.sql"] ?? "",
			"db/2_second.postgres.up.sql": WORKSPACES["golang-migrate"]["migrations/000002_second.up.sql"] ?? "",
		};
		expect(fixOf(files, [RLS]).newFiles.map(({ path }) => path)).toEqual([
			"db/3_tenancy_protect_orders.postgres.up.sql",
		]);
	});

	test("releases: in the folder of the newest", () => {
		const files = {
			"db/1/01_first.up.sql": WORKSPACES["golang-migrate"]["migrations/000001_first.up.sql"] ?? "",
			"db/2/01_second.up.sql": WORKSPACES["golang-migrate"]["migrations/000002_second.up.sql"] ?? "",
		};
		expect(fixOf(files, [RLS]).newFiles.map(({ path }) => path)).toEqual(["db/2/02_tenancy_protect_orders.up.sql"]);
	});
});

describe("sqitch", () => {
	test("scripts in their folders, and a line for each in the plan", () => {
		const fix = fixOf(WORKSPACES.sqitch, [INDEX, RLS]);
		expect(fix.edits.map(({ newText }) => newText)).toEqual([
			"tenancy_protect_orders_1 2025-03-04T05:06:07Z tenancy <tenancy@localhost> # Protect orders\n" +
				"tenancy_protect_orders_2 2025-03-04T05:06:07Z tenancy <tenancy@localhost> # Protect orders\n",
		]);
		expect(written("sqitch", [INDEX, RLS])).toMatchObject({
			"sql/deploy/tenancy_protect_orders_1.sql": ["-- Protect orders", CREATE],
			"sql/revert/tenancy_protect_orders_1.sql": ["-- Undo: Protect orders", DROP],
			"sql/deploy/tenancy_protect_orders_2.sql": ["-- Protect orders", "BEGIN;", LOCAL, `${RLS.sql};`, "COMMIT;"],
			"sql/verify/tenancy_protect_orders_2.sql": ["BEGIN;", "SELECT 1 FROM public.orders WHERE false;", "ROLLBACK;"],
		});
	});

	test("a plan without a line break at its end, with CRLF, and a name that is taken", () => {
		const plan = (WORKSPACES.sqitch["sqitch.plan"] ?? "").trimEnd().replaceAll("\n", "\r\n");
		const taken = { ...WORKSPACES.sqitch, "sqitch.plan": plan, "sql/deploy/tenancy_protect_orders.sql": "" };
		const [edit] = fixOf(taken, [RLS]).edits;
		expect(edit?.newText).toMatch(/^\r\ntenancy_protect_orders_again 2025\S+ tenancy <\S+> # Protect orders\r\n$/);
	});
});

test("Atlas: the directive is the first line with an empty one behind it, and atlas.sum is left to its command", () => {
	const fix = fixOf(WORKSPACES.atlas, [INDEX]);
	expect(fix.newFiles).toEqual([
		{
			path: "migrations/20250304050607_tenancy_protect_orders.sql",
			text: `-- atlas:txmode none\n\n-- Protect orders\n\n${CREATE}\n`,
		},
	]);
	expect(fix.note).toContain("atlas migrate hash");
});

describe("Rails", () => {
	test("a Ruby migration that leaves the transaction where it must", () => {
		expect(written("rails-structure", [{ ...INDEX, why: "Tenants look for theirs." }, RLS])).toEqual({
			"db/migrate/20250304050607_tenancy_protect_orders_1.rb": [
				"# Protect orders",
				"class TenancyProtectOrders1 < ActiveRecord::Migration[ActiveRecord::Migration.current_version]",
				"  disable_ddl_transaction!",
				"  def up",
				"    # Tenants look for theirs.",
				"    execute <<~'SQL'",
				`      ${INDEX.sql}`,
				"    SQL",
				"  end",
				"  def down",
				"    execute <<~'SQL'",
				`      ${INDEX.down}`,
				"    SQL",
				"  end",
				"end",
			],
			"db/migrate/20250304050608_tenancy_protect_orders_2.rb": [
				"# Protect orders",
				"class TenancyProtectOrders2 < ActiveRecord::Migration[ActiveRecord::Migration.current_version]",
				"  def up",
				"    execute \"SET LOCAL lock_timeout = '5s'\"",
				"    execute <<~'SQL'",
				`      ${RLS.sql}`,
				"    SQL",
				"  end",
				"  def down",
				"    execute \"SET LOCAL lock_timeout = '5s'\"",
				"    execute <<~'SQL'",
				`      ${RLS.down}`,
				"    SQL",
				"  end",
				"end",
			],
		});
	});

	test("after the newest version of the dump, in the folder of its database; SQL stays as it is", () => {
		const dump = (WORKSPACES["rails-structure"]["db/structure.sql"] ?? "").replace("20240102000000", "20990101000000");
		const step: Step = { ...RLS, sql: "COMMENT ON TABLE public.orders IS '#{x}\nSQL\n\\n\"'" };
		const fix = fixOf({ "db/animals_structure.sql": dump }, [step]);
		expect(fix.newFiles[0]?.path).toBe("db/animals_migrate/20990101000001_tenancy_protect_orders.rb");
		expect(fix.newFiles[0]?.text).toContain(
			"    execute <<~'SQL_'\n      COMMENT ON TABLE public.orders IS '#{x}\n      SQL\n      \\n\"'\n    SQL_\n",
		);
		expect(fix.note).toContain("bin/rails db:migrate");
	});
});

describe("plain files", () => {
	const [first = "", second = ""] = Object.values(WORKSPACES.ordered);

	test.each([
		["hyphens", ["001-first.sql", "002-second.sql"], ["003-tenancy-protect-orders.sql"]],
		["dates", ["2024-01-01_first.sql", "2024-01-02_second.sql"], ["2025-03-04_tenancy_protect_orders.sql"]],
		[
			"Laravel's times",
			["2024_01_01_000000_a.sql", "2024_01_02_000000_b.sql"],
			["2025_03_04_050607_tenancy_protect_orders.sql"],
		],
		[
			"a way down called after the file",
			["1_first.sql", "1_first.down.sql", "2_second.sql", "2_second.down.sql"],
			["3_tenancy_protect_orders.sql", "3_tenancy_protect_orders.down.sql"],
		],
		[
			"Postgrator",
			["001.do.first.sql", "001.undo.first.sql", "002.do.second.sql", "002.undo.second.sql"],
			["003.do.tenancy_protect_orders.sql", "003.undo.tenancy_protect_orders.sql"],
		],
	])("%s", (_, names, expected) => {
		const texts = (name: string) => (/down|undo/.test(name) ? "SELECT 1;" : /first|_a/.test(name) ? first : second);
		const files = Object.fromEntries(names.map((name) => [`db/migrations/${name}`, texts(name)]));
		const fix = fixOf(files, [RLS]);
		expect(fix.newFiles.map(({ path }) => path)).toEqual(expected.map((name) => `db/migrations/${name}`));
		expect(only(analyzer, applied(sources(files), fix)).model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});

	test("what must be outside a transaction says so in its first line, and is alone", () => {
		expect(written("ordered", [INDEX])).toEqual({
			"sql/003-tenancy-protect-orders.sql": ["-- no-transaction", "-- Protect orders", CREATE],
		});
		expect(written("ordered", [RLS])).toEqual({
			"sql/003-tenancy-protect-orders.sql": ["-- Protect orders", SESSION, `${RLS.sql};`, "RESET lock_timeout;"],
		});
	});

	test("Diesel's folders, with metadata where a migration leaves the transaction", () => {
		const files = {
			"migrations/2024-01-01-000000_first/up.sql": first,
			"migrations/2024-01-01-000000_first/down.sql": "",
			"migrations/2024-01-02-000000_second/up.sql": second,
			"migrations/2024-01-02-000000_second/down.sql": "",
		};
		const fix = fixOf(files, [INDEX, RLS]);
		expect(fix.newFiles.map(({ path }) => path)).toEqual([
			"migrations/2025-03-04-050607_tenancy_protect_orders_1/up.sql",
			"migrations/2025-03-04-050607_tenancy_protect_orders_1/down.sql",
			"migrations/2025-03-04-050607_tenancy_protect_orders_1/metadata.toml",
			"migrations/2025-03-04-050608_tenancy_protect_orders_2/up.sql",
			"migrations/2025-03-04-050608_tenancy_protect_orders_2/down.sql",
		]);
		const read = only(analyzer, applied(sources(files), fix));
		expect(read.model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});

	test("sql-migrate's marks", () => {
		const files = {
			"db/1_first.sql": `-- +migrate Up\n${first}\n-- +migrate Down\nDROP TABLE organizations;\n`,
			"db/2_second.sql": `-- +migrate Up\n${second}\n-- +migrate Down\nDROP TABLE orders;\n`,
		};
		const fix = fixOf(files, [INDEX, RLS]);
		expect(fix.newFiles.map(({ path, text }) => [path, text.split(/\n+/).slice(1, -1)])).toEqual([
			[
				"db/3_tenancy_protect_orders_1.sql",
				["-- +migrate Up notransaction", CREATE, "-- +migrate Down notransaction", DROP],
			],
			[
				"db/4_tenancy_protect_orders_2.sql",
				["-- +migrate Up", LOCAL, `${RLS.sql};`, "-- +migrate Down", LOCAL, `${RLS.down};`],
			],
		]);
		expect(only(analyzer, applied(sources(files), fix)).model.tables.get("public.orders")?.rls.enabled).toBe(true);
	});
});
