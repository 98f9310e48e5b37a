import { expect, test } from "vitest";
import { INDEX, WORKSPACES } from "../workspaces";
import { CREATE, fixOf } from "./written";

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
