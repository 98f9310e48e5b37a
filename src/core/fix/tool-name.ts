import type { Kind } from "../workspace/database";

const NAMES: Readonly<Partial<Record<Kind, string>>> = {
	supabase: "Supabase",
	prisma: "Prisma",
	drizzle: "Drizzle",
	flyway: "Flyway",
	sqitch: "Sqitch",
	atlas: "Atlas",
	"rails-structure": "Rails",
	ordered: "the numbered files",
};

/** What people call the tool. */
export function toolName(kind: Kind): string {
	return NAMES[kind] ?? kind;
}
