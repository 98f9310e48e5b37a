import { describe, expect, test } from "vitest";
import { INDEX, RLS, WORKSPACES } from "../workspaces";
import { fixOf, written } from "./written";

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
