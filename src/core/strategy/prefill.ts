import type { Tenancy } from "../tenancy/scope";
import type { Draft } from "./questions";

/** What a workspace's schema answers by itself: how tenants are kept apart today, and how many tables hold their data. */
export function prefill({ mode, tables }: Pick<Tenancy, "mode" | "tables">): Draft {
	// Where there is no tenant yet, nothing says which tables will be shared: most won't.
	const held =
		mode === "single-tenant" ? tables.size : [...tables.values()].filter(({ scope }) => scope !== "shared").length;
	const existing = mode === "hybrid" ? "schema" : mode;
	return { existing, ...(held > 0 ? { tables: held } : {}) };
}
