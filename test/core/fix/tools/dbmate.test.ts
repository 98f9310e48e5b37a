import { expect, test } from "vitest";
import { ALL } from "../workspaces";
import { CREATE, DROP, written } from "./written";

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
