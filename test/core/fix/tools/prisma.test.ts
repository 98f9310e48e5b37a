import { describe, expect, test } from "vitest";
import { CHECK, INDEX, RLS, VALIDATE, WORKSPACES } from "../workspaces";
import { CREATE, fixOf, SESSION, written } from "./written";

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
		const note = (...sqls: string[]) =>
			fixOf(
				WORKSPACES.prisma,
				sqls.map((sql) => ({ ...RLS, sql })),
			).note;
		const index = fixOf(WORKSPACES.prisma, [INDEX]).note;
		expect(index).toContain("`prisma migrate dev` would take it back");
		expect(index).toMatch(/`prisma migrate deploy`.* then `prisma db pull`.*\(@@index\)\.$/);
		expect(
			note(
				"ALTER TABLE public.orders ADD COLUMN organization_id uuid",
				"ALTER TABLE public.orders ADD CONSTRAINT k FOREIGN KEY (organization_id) REFERENCES public.organizations",
				"CREATE UNIQUE INDEX CONCURRENTLY k2 ON public.orders (organization_id, id)",
				"ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX k2",
			),
		).toMatch(/\(fields, @relation, @@unique, @@id\)\.$/);
		// These have no place in it, and stay.
		expect(fixOf(WORKSPACES.prisma, [RLS, CHECK, VALIDATE]).note).toBeNull();
		expect(note("CREATE POLICY p ON public.orders USING (true)", "GRANT SELECT ON public.orders TO app")).toBeNull();
	});
});
