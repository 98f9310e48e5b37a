import type { Strategy } from "../tenancy/answers";

/** What the strategies are called in texts. */
export const STRATEGY_NAMES: Readonly<Record<Strategy, string>> = {
	row: "Row-level",
	schema: "Schema-level",
	database: "Database-level",
	hybrid: "Hybrid by tier",
};

/** What they are, for somebody who reads the words for the first time. */
export const STRATEGY_MEANINGS: Readonly<Record<Strategy, string>> = {
	row: "All tenants share the same tables. Each row says whose it is, and the database shows a session only its tenant's rows.",
	schema: "One database. Each tenant has a schema: a folder of tables of its own, all alike.",
	database: "Each tenant has a database of its own, and where it must be, a server of its own.",
	hybrid:
		"Most tenants share tables; those that need more get a database of their own. A catalog says which tenant is where.",
};
