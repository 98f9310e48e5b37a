import { describe, expect, test } from "vitest";
import { applied, INDEX, only, RLS, sources, WORKSPACES } from "../workspaces";
import { analyzer, CREATE, DROP, fixOf, LOCAL, SESSION, written } from "./written";

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

	test("Diesel's folders go on as the newest are called, whatever an older command wrote", () => {
		const files = {
			"migrations/20170101000000_first/up.sql": first,
			"migrations/2024-01-02-000000-0000_second/up.sql": second,
		};
		expect(fixOf(files, [RLS]).newFiles.map(({ path }) => path)).toEqual([
			"migrations/2025-03-04-050607-0000_tenancy_protect_orders/up.sql",
			"migrations/2025-03-04-050607-0000_tenancy_protect_orders/down.sql",
		]);
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
