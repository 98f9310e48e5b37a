import { describe, expect, test } from "vitest";
import { INDEX, RLS, WORKSPACES } from "../workspaces";
import { CREATE, DROP, fixOf, LOCAL, written } from "./written";

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
