import { describe, expect, test } from "vitest";
import type { Step } from "../../../../src/core/emit/step";
import { INDEX, RLS, WORKSPACES } from "../workspaces";
import { fixOf, written } from "./written";

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
