import { expect, test } from "vitest";
import { ALL, INDEX, RLS, WORKSPACES } from "../workspaces";
import { fixOf, LOCAL, written } from "./written";

test("Supabase, Drizzle and node-pg-migrate can't leave the transaction: everything is written for one", () => {
	for (const kind of ["supabase", "drizzle", "node-pg-migrate"] as const) {
		const files = Object.values(written(kind, ALL));
		expect(files).toHaveLength(1);
		expect(files[0]).toContain(`${INDEX.inTransaction};`);
		expect(files.join()).not.toContain("CONCURRENTLY");
		expect(files[0]).toContain(LOCAL);
	}
});

test("Supabase and Prisma sort names as text, whatever their versions' lengths: what is new follows the last of them", () => {
	const ofSupabase = { ...WORKSPACES.supabase, "supabase/migrations/202512310001_last.sql": "SELECT 1;\n" };
	expect(fixOf(ofSupabase, [RLS]).newFiles.map(({ path }) => path)).toEqual([
		"supabase/migrations/202512310002_tenancy_protect_orders.sql",
	]);
	const ofPrisma = { ...WORKSPACES.prisma, "prisma/migrations/202512310001_last/migration.sql": "SELECT 1;\n" };
	expect(fixOf(ofPrisma, [RLS]).newFiles.map(({ path }) => path)).toEqual([
		"prisma/migrations/202512310002_tenancy_protect_orders/migration.sql",
	]);
});
