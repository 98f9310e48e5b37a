import { expect, test } from "vitest";
import { ALL, INDEX } from "../workspaces";
import { LOCAL, written } from "./written";

test("Supabase, Drizzle and node-pg-migrate can't leave the transaction: everything is written for one", () => {
	for (const kind of ["supabase", "drizzle", "node-pg-migrate"] as const) {
		const files = Object.values(written(kind, ALL));
		expect(files).toHaveLength(1);
		expect(files[0]).toContain(`${INDEX.inTransaction};`);
		expect(files.join()).not.toContain("CONCURRENTLY");
		expect(files[0]).toContain(LOCAL);
	}
});
