import { describe, expect, test } from "vitest";
import { INDEX, RLS, WORKSPACES } from "../workspaces";
import { CREATE, DROP, fixOf, LOCAL, SESSION, written } from "./written";

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
