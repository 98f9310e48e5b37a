import type pg from "pg";
import { PHASES, type Step } from "../../src/core/emit/step";

/** `online`: what is meant for outside a transaction stands alone; else each phase is one transaction, and no statement is. */
export type Way = "online" | "in transactions";

/** Runs steps as a migration tool does. Rejects with what PostgreSQL says of the first that it refuses. */
export async function runSteps(client: pg.Client, steps: readonly Step[], way: Way = "online"): Promise<void> {
	for (const phase of PHASES) {
		const isAlone = phase === "outside" && way === "online";
		if (!isAlone) await client.query("BEGIN");
		for (const { sql, inTransaction = sql } of steps.filter((step) => step.phase === phase))
			await client.query(way === "online" ? sql : inTransaction);
		if (!isAlone) await client.query("COMMIT");
	}
}

/** The way back, in one transaction. */
export async function undoSteps(client: pg.Client, steps: readonly Step[]): Promise<void> {
	await client.query("BEGIN");
	for (const { down } of [...steps].reverse()) if (down !== null) await client.query(down);
	await client.query("COMMIT");
}

/** Roles belong to the whole cluster: a test that makes some takes them away again, in the database where they own things. */
export const DROP_ROLES = `DO $$ DECLARE r text; BEGIN
	FOR r IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user AND oid > 16383
	LOOP EXECUTE format('DROP OWNED BY %I', r); EXECUTE format('DROP ROLE %I', r); END LOOP; END $$`;
